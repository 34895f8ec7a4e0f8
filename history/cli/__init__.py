"""The commands that read, judge and hand out the record."""
