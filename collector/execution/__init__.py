"""Carry a work list out: children, rounds, stopping, one run record."""
