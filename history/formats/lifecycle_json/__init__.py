"""Memory over iterations in the shape of the public memory study: read and written."""
