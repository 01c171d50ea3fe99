"""Floor 4: the published systems, one folder each, and their base."""
