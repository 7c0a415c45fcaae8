"""Judging: what a landed file is, and its rows in staged form; done in a worker process."""
