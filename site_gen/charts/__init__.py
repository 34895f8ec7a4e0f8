"""Charts: each kind is one file with its Altair specification and its static drawing."""
