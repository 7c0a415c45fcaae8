"""The store and the counter: the only room that knows DuckDB, SQLite and Great Expectations."""
