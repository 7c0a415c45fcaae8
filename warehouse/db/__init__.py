"""DuckDB: connections, tables, queries, exports."""
