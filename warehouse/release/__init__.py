"""Releases: written, proposed, current."""
