"""Read the stored history: runs, series, items."""
