"""Alembic's entry: run the migrations on the connection that was handed over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=context.config.attributes["metadata"])
context.run_migrations()
