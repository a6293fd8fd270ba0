"""The rules of money and orders: plain Python without I/O, clock or framework."""
