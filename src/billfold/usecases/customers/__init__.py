"""Customers: who buys, where they live, how they sign in, how they are forgotten."""
