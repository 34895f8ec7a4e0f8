"""Put the run files of a year that is over into one sorted file, and thin what is old."""
