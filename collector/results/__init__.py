"""Turn the samples of a child into points and items."""
