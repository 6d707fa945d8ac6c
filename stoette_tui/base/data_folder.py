"""The files of ours in the data folder, by name: the log, its backups, and files set aside."""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stoette_tui.base.problems import ProblemError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOG: Final = "progress.sqlite3"
BACKUPS: Final = "backups"
LOCK: Final = ".progress-recovery"
VIEW_STATE: Final = "view.json"

_DAY: Final = r"\d{4}-\d\d-\d\d"
_TIMESTAMP: Final = rf"{_DAY}T\d{{6}}(-\d+)?"
_BACKUP: Final = re.compile(rf"progress-(?:(?P<number>\d{{4,}})-)?(?P<day>{_DAY})\.sqlite3")
_OURS: Final = rf"""(?x)
    ({re.escape(LOG)}|progress-damaged-{_TIMESTAMP}\.sqlite3)(-wal|-shm|-journal)?
    | (backups/)?\.(stoette-tui|progress)-[0-9a-f]{{16}}(-wal|-shm|-journal)?  # left unfinished
    | backups/({_BACKUP.pattern}|progress-version-\d+-{_TIMESTAMP}\.sqlite3)
    | {re.escape(LOCK)}|{re.escape(VIEW_STATE)}([a-z0-9_]{{8}})?"""
"""Not compiled: only `erase` needs it, and compiling adds a millisecond to each start."""


class Backup(NamedTuple):
    """A copy of the log. The highest number is the newest, as a clock can be wrong.

    `day` is in ISO 8601. Backups of the first releases have the number 0.
    """

    number: int
    day: str
    file: Path


def backups(log: Path) -> list[Backup]:
    """The backups of the log, newest first. Raises `OSError`."""
    folder = log.parent / BACKUPS
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        if name := _BACKUP.fullmatch(file.name):
            with contextlib.suppress(ValueError):  # not a date of the calendar
                day = date.fromisoformat(name["day"]).isoformat()
                found.append(Backup(int(name["number"] or 0), day, file))
    return sorted(found, reverse=True)


def backup_path(log: Path, number: int, day: str) -> Path:
    return log.parent / BACKUPS / f"progress-{number:04}-{day}.sqlite3"


def set_aside_path(log: Path, older: int | None) -> Path:
    """A new name for a damaged log, or for one of an `older` version."""
    moment = datetime.now().isoformat(timespec="microseconds").replace(":", "").replace(".", "-")
    if older:
        return log.parent / BACKUPS / f"progress-version-{older}-{moment}.sqlite3"
    return log.with_name(f"progress-damaged-{moment}.sqlite3")


def erase(folder: Path) -> Iterator[Path]:
    """Deletes our own files, recognised by name, then empty folders; yields each deleted path.

    Code: `erase_failed` (detail `reason`).
    """
    try:
        for place in (folder / BACKUPS, folder):
            for file in sorted(place.iterdir()) if place.is_dir() else ():
                is_ours = re.fullmatch(_OURS, file.relative_to(folder).as_posix())
                if is_ours and (file.is_symlink() or not file.is_dir()):
                    file.unlink(missing_ok=True)
                    yield file
            if place.is_dir() and not place.is_symlink() and not any(place.iterdir()):
                place.rmdir()
                yield place
    except OSError as error:
        reason, where = reason_of(error), str(error.filename or folder)
        raise ProblemError.of("erase_failed", where, reason=reason) from None
