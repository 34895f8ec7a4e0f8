"""Commits and what people call them; the only room that runs git."""
