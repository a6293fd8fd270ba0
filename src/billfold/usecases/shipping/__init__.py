"""Shipping: stock, and the parcels it leaves the house in."""
