"""Talk to the place where a project's code is reviewed: comments, checks and issues."""
