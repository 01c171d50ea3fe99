"""SPADE (Park et al. 2019, https://arxiv.org/abs/1903.07291)."""
