"""``python -m soundmark`` is the ``soundmark`` command."""

from soundmark.command import main

main()
