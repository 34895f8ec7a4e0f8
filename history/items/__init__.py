"""Relate the utterances and files inside a benchmark: their times, sizes and transcripts."""
