"""Secondary suppression: what else must be hidden, so that nobody works out what is."""
