"""The commands that measure, and what they show on the way."""
