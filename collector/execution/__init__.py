"""Execute a work list: children, rounds, stopping, one run record."""
