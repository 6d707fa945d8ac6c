"""Dated copies of the log in a folder beside it, made by SQLite itself, the newest ten kept."""

from __future__ import annotations

import os
import re
from contextlib import closing, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from stoette_tui.files import make_folder
from stoette_tui.log.connection import connect
from stoette_tui.log.file import BACKUPS, COMPANIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

KEPT: Final = 10
TEMPORARY: Final = ".progress-"
"""What the name of a file that is not finished begins with."""
_NAME: Final = re.compile(r"progress-(\d{4}-\d\d-\d\d)\.sqlite3")


def dated(path: Path) -> dict[str, Path]:
    """The backups of the log at `path` by day (ISO 8601), the newest first. Raises `OSError`."""
    folder = path.parent / BACKUPS
    if not folder.is_dir():
        return {}
    found = {match[1]: file for file in folder.iterdir() if (match := _NAME.fullmatch(file.name))}
    return dict(sorted(found.items(), reverse=True))


def of_today(path: Path) -> Path:
    """Where today's backup lies, or will."""
    return path.parent / BACKUPS / f"progress-{date.today().isoformat()}.sqlite3"


def back_up(path: Path) -> None:
    """Make today's backup, whole or not at all, and let go of what is older than the newest ten.

    Raises `OSError` and `sqlite3.Error`.
    """
    with closing(connect(path)) as db:
        copy(db, of_today(path))
    for old in list(dated(path).values())[KEPT:]:
        old.unlink(missing_ok=True)


def copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy the whole of an open log, over what is there. Raises `OSError` and `sqlite3.Error`."""
    import sqlite3

    make_folder(target.parent)
    with new_file(target) as temporary:
        with closing(sqlite3.connect(temporary)) as to:
            db.backup(to)
            to.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the log is kept in
        temporary.replace(target)
        fsync(target.parent)


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """An empty file of its owner's alone, to be renamed to `target` or else removed."""
    temporary = target.with_name(f"{TEMPORARY}{os.urandom(8).hex()}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        temporary.chmod(0o600)
        yield temporary
    finally:
        for ending in ("", *COMPANIONS):
            temporary.with_name(temporary.name + ending).unlink(missing_ok=True)


def fsync(folder: Path) -> None:
    """Have what was renamed in the folder last, where folders can be opened."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def stamp() -> str:
    """Date and time for the name of a file."""
    return datetime.now().strftime("%Y-%m-%dT%H%M%S")
