"""The website: turns the history into pages, charts and tables; it never measures."""
