"""What a reviewer reads about one commit: one result, and a writer for each place it is shown."""
