"""The front door and the conductor: the only room that knows the clock, the environment and the inbox."""
