"""How results of other tools come in: one format a file, found through the registry."""
