"""What is known about past runs: words, store and judgement; it never measures or draws."""
