"""Subscriptions: orders that recur."""
