"""Labelled series, a scorer and a table: how well detectors find planted changes."""
