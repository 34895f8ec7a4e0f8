"""The commands that read, judge and export the record."""
