"""Read the stored history: runs, series, items, each once."""
