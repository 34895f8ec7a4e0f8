"""The built-in set of metrics."""
