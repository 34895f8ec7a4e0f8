"""Reports: the content of each page, computed before anything is rendered."""
