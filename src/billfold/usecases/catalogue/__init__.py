"""The catalogue: what there is to buy, at which price, in which market."""
