"""Floor 3: numbers that judge pictures, never part of a loss."""
