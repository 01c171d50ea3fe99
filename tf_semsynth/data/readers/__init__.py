"""One module for each data set: which files belong together, which classes."""
