"""PostgreSQL, and nowhere else: the tables, the statements, and the server itself where none is given."""

from __future__ import annotations
