"""Results as sentences, for terminal, Markdown and HTML: the only package that words them."""
