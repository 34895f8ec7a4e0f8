"""Speech synthesis as JSON: read and written."""
