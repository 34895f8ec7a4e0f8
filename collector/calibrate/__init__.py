"""How fast the machine itself is while it measures."""
