"""Results as tables, for terminal, Markdown and programs."""
