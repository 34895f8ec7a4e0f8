"""Reports: what each page says, worked out before anything is rendered."""
