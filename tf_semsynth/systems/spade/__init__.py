"""SPADE: spatially-adaptive normalisation (Park et al. 2019)."""
