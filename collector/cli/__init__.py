"""The commands that measure, and their progress display."""
