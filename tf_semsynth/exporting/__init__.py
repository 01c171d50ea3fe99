"""Floor 5: a system as a SavedModel, written and verified."""
