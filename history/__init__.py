"""What is known about past runs: the vocabulary, the store and the judgement; it never measures and never draws."""
