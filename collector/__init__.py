"""Runs benchmark suites on this machine and hands the results to the history."""
