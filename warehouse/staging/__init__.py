"""Staged Parquet: written, checked whole, rewritten."""
