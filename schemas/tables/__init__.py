"""Contracts of every table, from what is sent to what is released."""
