"""Judge past numbers: changes, targets, thresholds and comparisons; data in, verdicts out."""
