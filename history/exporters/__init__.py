"""How the history goes out: one format a file, found through the registry."""
