"""Put two sides next to each other: select, pool, pair, decide."""
