"""Write a first configuration into a project; never over a file that is there."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from history.project.config import FILE_NAME
from history.vcs.commits import remote_url
from history.words.errors import UsageError

IGNORED: Final = (".soundmark/", "site/")
_WORKFLOWS: Final = ("soundmark.yml", "soundmark-pull-request.yml", "soundmark-comment.yml")


def write(folder: Path, *, github: bool) -> tuple[Path, ...]:
    """Write `soundmark.toml`, with ``github`` the workflows too, and give what was written.

    Raises UsageError, before anything is written, when one of the files is already there.
    """
    wanted = {folder / FILE_NAME: _configuration(folder)}
    if github:
        for name in _WORKFLOWS:
            wanted[folder / ".github" / "workflows" / name] = _template(name)
    for path in wanted:
        if path.exists():
            raise UsageError(
                f"{path.relative_to(folder)} is already there, and is not written over.",
                hint="Edit it, or move it away first.",
            )
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    written = list(wanted)
    if _ignore(folder):
        written.append(folder / ".gitignore")
    return tuple(written)


def _configuration(folder: Path) -> str:
    url = remote_url(folder)
    line = f'repository = "{url}"' if url else '# repository = "https://github.com/you/project"'
    project = folder.resolve().name.replace("\\", "").replace('"', "")
    return (
        _template(FILE_NAME)
        .replace("@PROJECT@", project or "project")
        .replace("@REPOSITORY@", line)
    )


def _ignore(folder: Path) -> bool:
    """Keep what soundmark makes out of git; only where git is used at all."""
    if not (folder / ".git").exists():
        return False
    path = folder / ".gitignore"
    have = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    lacking = [name for name in IGNORED if name not in have and f"/{name}" not in have]
    if not lacking:
        return False
    path.write_text("\n".join([*have, *lacking]) + "\n", encoding="utf-8")
    return True


def _template(name: str) -> str:
    return (files("collector.cli.scaffold") / name).read_text(encoding="utf-8")
