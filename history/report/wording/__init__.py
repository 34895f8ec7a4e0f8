"""Results as words, for terminal, Markdown and HTML alike: the only place that makes sentences."""
