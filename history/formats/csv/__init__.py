"""Plain CSV, one row a point."""
