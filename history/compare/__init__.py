"""Compare two sides: select, pool, pair, decide."""
