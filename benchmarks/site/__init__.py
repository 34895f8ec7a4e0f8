"""What a website costs to build."""
