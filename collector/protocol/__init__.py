"""Parent and measuring child: messages, processes, environment."""
