"""The vocabulary: records, metrics, units, errors. Imports nothing else of soundmark."""
