"""Floor 1: official PyTorch keys and layouts, turned into ours."""
