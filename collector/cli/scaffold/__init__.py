"""Files that `soundmark init` writes into a project."""
