"""Notices to a webhook about a history, each fact once."""
