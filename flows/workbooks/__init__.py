"""Workbooks that people fill in or send back."""
