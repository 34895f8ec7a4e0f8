"""`soundmark init`: inspect a repository and write its first files."""
