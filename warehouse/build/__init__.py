"""Core and marts built from what is staged, and checked."""
