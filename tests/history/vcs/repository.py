"""Real repositories for tests: any graph, any clock, any depth of clone."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
NOON = 1_767_268_800
"""1 January 2026, 12:00 UTC."""


WHO = (
    *("-c", "user.name=t", "-c", "user.email=t@example.org"),
    *("-c", "maintenance.auto=false"),  # a process for each commit that finds nothing to do
)


@dataclass
class Repository:
    path: Path

    def git(self, *arguments, **variables):
        done = subprocess.run(
            ["git", *WHO, *arguments],
            cwd=self.path,
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | variables,
            input="",
        )
        return done.stdout.strip()

    def commit(self, subject, second=None):
        """An empty commit on what is checked out, at so many seconds after noon."""
        date = {} if second is None else {"GIT_COMMITTER_DATE": f"{NOON + second} +0000"}
        self.git("commit", "--allow-empty", "-m", subject, **date)
        return self.git("rev-parse", "HEAD")

    def plant(self, subject, parents, second):
        """A commit with these parents that nothing points to."""
        named = [word for parent in parents for word in ("-p", parent)]
        date = {"GIT_COMMITTER_DATE": f"{NOON + second} +0000"}
        return self.git("commit-tree", EMPTY_TREE, *named, "-m", subject, **date)

    def clone(self, path, revision, depth=None):
        """A clone with a detached head at a commit, as deep as told."""
        made = repository(path)
        limit = [f"--depth={depth}"] if depth else []
        made.git("fetch", "--quiet", *limit, self.path.as_uri(), revision)
        made.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        return made


def repository(path):
    path.mkdir(parents=True, exist_ok=True)
    made = Repository(path)
    made.git("init", "--quiet", "--initial-branch=main")
    # Clones may ask for any commit, as from a forge.
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    made.git("hash-object", "-t", "tree", "-w", "--stdin")
    return made
