"""Carry run files to a record that many computers share, and back, and lose none on the way."""
