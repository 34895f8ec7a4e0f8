"""A simulated year, and the site made of it."""
