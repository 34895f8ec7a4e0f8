"""What soundmark itself measures: the set of metrics that is always there."""
