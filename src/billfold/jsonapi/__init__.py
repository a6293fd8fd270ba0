"""A small JSON:API engine driven by declarations; it knows nothing of commerce."""
