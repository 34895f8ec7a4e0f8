"""One project folder: its configuration, its decisions in git, its workspace."""
