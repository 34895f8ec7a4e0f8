"""Judge past numbers: changes, targets, thresholds, and one verdict for each series."""
