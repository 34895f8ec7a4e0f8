"""Combine the run files of a past year into one sorted file, and thin old ones."""
