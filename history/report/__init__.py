"""Results as rows and words, for terminal, Markdown and programs."""
