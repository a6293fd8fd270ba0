"""Orders: what is in them, what they cost, and their life from draft to approval."""
