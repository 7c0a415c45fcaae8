"""The rule book: every table, layout, codelist, finding and metric, declared once. Imports nothing of ours."""
