"""Measures a running server against pgbench on the same database: `python -m bench [OUT]`."""
