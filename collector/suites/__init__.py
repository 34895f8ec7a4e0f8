"""What is measured: one file or folder per suite, found through the registry."""
