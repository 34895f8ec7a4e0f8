"""What is going to be measured, and what is missing for it."""
