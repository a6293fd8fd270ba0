"""What the API can do: one function per verb."""
