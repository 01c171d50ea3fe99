"""Floor 2: frozen feature networks (VGG-19, FID Inception, LPIPS), weights."""
