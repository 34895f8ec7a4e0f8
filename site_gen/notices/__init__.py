"""What a webhook is told of a history, each thing once."""
