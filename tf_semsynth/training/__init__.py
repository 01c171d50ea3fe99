"""Floor 5: the training loop and what happens around a step."""
