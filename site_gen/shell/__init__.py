"""The frame that pages stand in; the only room that knows MkDocs."""
