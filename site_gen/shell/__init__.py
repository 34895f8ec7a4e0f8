"""The frame around pages; the only package that uses MkDocs."""
