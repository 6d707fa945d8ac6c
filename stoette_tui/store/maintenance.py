"""Maintenance of the log: checks, recovery, a backup a day."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from datetime import date
from typing import TYPE_CHECKING, Final

from stoette_tui.base import data_folder, files
from stoette_tui.base.problems import Problem, reason_of
from stoette_tui.store import database, recovery

if TYPE_CHECKING:
    from pathlib import Path

MAX_BACKUPS: Final = 10
IDLE_SECONDS: Final = 20.0
"""Seconds after the last write until a window renews the day's backup."""


class Maintenance:
    """Maintains the log from any thread, and collects notices of what happened.

    Codes of the notices: those of `recovery.recover`, `store_damaged` (it could not be recovered)
    and `backup_failed` (detail `reason`).
    """

    def __init__(self, log: Path) -> None:
        self._log = log
        self._notices: deque[Problem] = deque()
        self._is_checked = False
        self._is_backed_up = True
        """Whether the newest backup includes every write by this process."""
        self._last_write = 0.0

    def note_write(self) -> None:
        """Must be called after each write."""
        self._is_backed_up, self._last_write = False, time.monotonic()

    @property
    def has_written(self) -> bool:
        """Whether this process has written anything."""
        return self._last_write > 0

    @property
    def is_due(self) -> bool:
        """Whether `run` may have something to do or report."""
        return not (self._is_checked and self._is_backed_up) or bool(self._notices)

    def take_notices(self) -> list[Problem]:
        return [self._notices.popleft() for _ in range(len(self._notices))]

    def run(self) -> list[Problem]:
        """Does the work that nobody should wait for, and returns the notices.

        The first call checks the whole log, and recovers it if damaged. After the day's first
        change, and when nothing has been written for a while, it makes the day's backup.
        """
        if not self._is_checked:
            self._is_checked = True
            self._ensure_intact()
        self.back_up(renew=time.monotonic() - self._last_write > IDLE_SECONDS)
        return self.take_notices()

    def back_up(self, *, renew: bool = True) -> None:
        """Makes the day's backup, or renews it if it is out of date; never from a damaged log."""
        if self._is_backed_up:
            return
        target = self._log.parent / data_folder.BACKUPS
        try:
            target = backup_of_today(self._log)
            if (renew or not target.exists()) and self._ensure_intact():
                self._is_backed_up = True  # except for later writes
                write_backup(self._log)
        except (OSError, sqlite3.Error) as error:
            self._is_backed_up = True  # one notice is enough
            reason = reason_of(error)
            self._notices.append(Problem("backup_failed", str(target), {"reason": reason}))

    def recover(self) -> bool:
        """Migrates an older log or recovers a damaged one; returns whether it is intact now."""
        try:
            if notice := recovery.recover(self._log):
                self._notices.append(notice)
        except (OSError, sqlite3.Error):
            return False
        return True

    def _ensure_intact(self) -> bool:
        """Whether the log is intact, after recovery if necessary. An inaccessible one is not."""
        try:
            if recovery.is_intact(self._log) or self.recover():
                return True
        except (OSError, sqlite3.Error):  # reported when it is read or written
            return False
        self._notices.append(Problem("store_damaged", str(self._log)))
        return False


def backup_of_today(log: Path) -> Path:
    """The newest backup if it is from today, else the one to make next. Raises `OSError`."""
    today = date.today().isoformat()
    newest = next(iter(data_folder.backups(log)), None)
    if newest and newest.day == today:
        return newest.file
    return data_folder.backup_path(log, newest.number + 1 if newest else 1, today)


def write_backup(log: Path) -> None:
    """Makes or renews the day's backup, and deletes all but the newest.

    No other process writes or backs up until the backup has its name, so if two processes renew
    it, the newer copy comes last. Raises `OSError` and `sqlite3.Error`.
    """
    with database.write_transaction(log), database.connect(log) as db:
        target = backup_of_today(log)
        files.make_folder(target.parent)
        with files.new_file(target, replace=True) as new:
            db.execute("VACUUM INTO ?", (str(new),))
        for old in data_folder.backups(log)[MAX_BACKUPS:]:
            old.file.unlink(missing_ok=True)
