"""Commits and their names; the only package that runs git."""
