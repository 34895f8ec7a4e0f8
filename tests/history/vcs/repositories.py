"""A real repository in a temporary folder."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.history.vcs.repository import WHO


@dataclass
class Repository:
    path: Path

    def git(self, *arguments):
        done = subprocess.run(
            ["git", *WHO, "-c", "protocol.file.allow=always", *arguments],
            cwd=self.path,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def commit(self, subject="next", **contents):
        """Write files (`name__py` is name.py) and commit everything; returns the hash."""
        for name, text in contents.items():
            self.write(name.replace("__", "."), text)
        self.git("add", "-A")
        self.git("commit", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def write(self, name, text):
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return place

    def state(self):
        """What must not change: status, branches, index, files, and list of worktrees."""
        status = self.git("status", "--porcelain", "--ignored")
        return status, self.git("worktree", "list"), self.git("for-each-ref"), self.files()

    def files(self):
        return {
            place.relative_to(self.path): place.read_bytes()
            for place in sorted(self.path.rglob("*"))
            if place.is_file() and ".git" not in place.parts and ".soundmark" not in place.parts
        }


def made(path):
    path.mkdir(parents=True, exist_ok=True)
    found = Repository(path)
    found.git("init", "--initial-branch=main")
    return found
