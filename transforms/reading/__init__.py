"""What a file is, which layout it has, and its rows."""
