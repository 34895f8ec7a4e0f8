"""Statistics of samples and of series, in numpy alone."""
