"""CC-FPSE (Liu et al. 2019, https://arxiv.org/abs/1910.06809)."""
