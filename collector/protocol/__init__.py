"""Parent and measuring child: their messages, their processes, their environment."""
