"""The ledger: submissions, releases and erasures, in one SQLite file."""
