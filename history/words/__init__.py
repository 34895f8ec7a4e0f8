"""The vocabulary: records, metrics, units, errors. Stands on nothing else of soundmark."""
