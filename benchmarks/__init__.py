"""Benchmarks of soundmark itself."""
