"""Payments: money held, taken and given back at PSPs, and the wallet it is paid from."""
