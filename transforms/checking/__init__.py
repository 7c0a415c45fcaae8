"""Cells, rows and answers checked against the contract."""
