"""The checks of a run file before any of its rows is used."""
