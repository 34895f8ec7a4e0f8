"""Figures of the whisper suite that are too dear for a test."""
