"""What `soundmark init` finds in a repository, and what it writes for it."""
