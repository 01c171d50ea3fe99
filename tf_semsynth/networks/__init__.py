"""Floor 2: networks that two systems or more use."""
