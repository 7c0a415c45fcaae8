"""Mappings: what the columns of an export never seen before are, guessed, asked of an officer and read back."""
