"""A history as pandas DataFrames, for people who analyse it: what ``soundmark.open`` gives."""
