"""Samples of a child become points and items."""
