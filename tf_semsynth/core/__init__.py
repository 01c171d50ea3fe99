"""Floor 0: configs, commands, classes, edges, pixels, files, backend."""
