"""CC-FPSE: convolutions predicted from the layout (Liu et al. 2019)."""
