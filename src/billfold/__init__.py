"""Billfold: orders, payments and the customer wallet of a headless store, behind the wire contract its clients know."""

from __future__ import annotations

__version__ = "0.1.0.dev0"
