"""Post to the forge of a project: comments, checks and issues."""
