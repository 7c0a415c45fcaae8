"""Erased people: what recognises them, and files and rows made clean of them."""
