"""Floor 5: protocols per data set, and their runner."""
