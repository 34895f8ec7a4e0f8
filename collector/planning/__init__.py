"""Planning: which cases are measured, and what is missing for them."""
