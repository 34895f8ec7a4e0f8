"""Alignment results as JSON lines: read and written."""
