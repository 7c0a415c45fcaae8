"""What the columns of an export never seen before may be: a guess, for a person to check."""
