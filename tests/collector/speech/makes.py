"""Make a folder as an exporter does, and write down that it was made: ``FOLDER LOG``."""

import sys
from pathlib import Path

from collector.speech import exporting

if __name__ == "__main__":
    folder, log = map(Path, sys.argv[1:])
    with exporting.appearing(folder):
        pass
    with log.open("a") as lines:
        lines.write("made\n")
