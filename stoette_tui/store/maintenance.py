"""What is done for the log besides reading and writing it: checks, recovery, a backup a day."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from stoette_tui.base.problems import Problem, reason_of
from stoette_tui.store import folder, recovery

if TYPE_CHECKING:
    from stoette_tui.store.database import LogFile

QUICKLY_CHECKED: Final = 2**18
"""Bytes of log that are checked in a few milliseconds: a thousand changes and more."""
IDLE_SECONDS: Final = 20.0
"""After the last write until a window renews the day's backup."""


class Maintenance:
    """Maintains the log, from any thread, and collects the notices of what happened.

    Codes of the notices: `store_recovered`, `store_recovered_with_backup`, `store_from_backup` and
    `store_reset` (the place of each is the file that was set aside, details are `rounds`,
    `changes` and `day`, that of the backup), `store_damaged` (it could not be recovered),
    `store_restorable` (there are backups, but no log) and `backup_failed` (detail `reason`).
    """

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._notices: deque[Problem] = deque()
        self._is_checked = False
        self._is_backed_up = True
        """Whether the newest backup has all that was written here."""
        self._last_write = 0.0

    def note_write(self) -> None:
        """Has to be called after each write."""
        self._is_backed_up, self._last_write = False, time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether `run` may have anything to do or to report."""
        return not (self._is_checked and self._is_backed_up) or bool(self._notices)

    def take_notices(self) -> list[Problem]:
        """What is to be reported since the last time."""
        taken = []
        while self._notices:
            taken.append(self._notices.popleft())
        return taken

    def recover(self, code: str) -> bool:
        """Does what can be done about the problem `code` with the log; whether that worked.

        A log of an older version is migrated, a damaged one is recovered.
        """
        try:
            if code == "store_replaced":  # by another process, which has recovered it
                return True
            if notice := recovery.recover(self._file.path):
                self._notices.append(notice)
            elif code == "store_older":
                recovery.migrate(self._file.path)
        except (OSError, sqlite3.Error):
            return False
        return True

    def check_before_use(self) -> list[Problem]:
        """For a command: checks a log so short that nobody notices the time. Returns the notices.

        A longer one is checked by a window, and before a backup.
        """
        self._is_checked = not self._is_short()
        if problem := self._file.missing_log():
            self._notices.append(problem)
        return self.run()

    def run(self) -> list[Problem]:
        """Does what nobody should wait for, and returns the notices.

        The first time it checks the whole log, and recovers it where it is damaged. After the
        day's first change, and when nothing was written for a while, it makes the day's backup.
        """
        if not self._is_checked:
            self._is_checked = True
            self._ensure_intact()
        self.back_up(renew=time.monotonic() - self._last_write > IDLE_SECONDS)
        return self.take_notices()

    def finish_command(self) -> list[Problem]:
        """Makes the day's backup, or renews it where nobody notices; returns the notices."""
        self.back_up(renew=self._is_short())
        return self.take_notices()

    def back_up(self, *, renew: bool = True) -> None:
        """Makes the day's backup, or renews it, if it lacks anything; never of a damaged log."""
        if self._is_backed_up:
            return
        target = self._file.path.parent / folder.BACKUPS
        try:
            target = folder.todays_backup(self._file.path).file
            if (renew or not target.exists()) and self._ensure_intact():
                self._is_backed_up = True  # but for what is written from here on
                recovery.back_up(self._file.path)
        except (OSError, sqlite3.Error) as error:
            self._is_backed_up = True  # one notice is enough
            reason = reason_of(error)
            self._notices.append(Problem("backup_failed", str(target), {"reason": reason}))

    def _is_short(self) -> bool:
        try:
            return self._file.path.stat().st_size <= QUICKLY_CHECKED
        except OSError:
            return False

    def _ensure_intact(self) -> bool:
        """Whether the log is intact, after recovery if need be. One out of reach is not."""
        try:
            if recovery.is_intact(self._file.path) or self.recover("store_damaged"):
                return True
        except (OSError, sqlite3.Error):  # said when it is read or written
            return False
        self._notices.append(Problem("store_damaged", str(self._file.path)))
        return False
