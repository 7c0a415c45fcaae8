"""A person erased, files past their time, and a new key."""
