"""Floor 1: data sets in, batches of the contract in core/batch.py out."""
