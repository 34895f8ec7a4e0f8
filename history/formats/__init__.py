"""The formats of other tools: one file each, found through the registry."""
