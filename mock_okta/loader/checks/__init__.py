"""What a grammar cannot say: whether the parts of a scenario make sense together, each mistake with its line."""
