"""Floor 2: frozen feature networks, such as VGG-19."""
