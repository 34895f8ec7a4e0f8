"""The review of one commit: one result, and a writer for each place it is shown."""
