"""What is done for the log besides reading and writing: mending, and a backup a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stoette_tui.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

SOON_READ: Final = 2**18
"""Bytes of log that are looked through in a few milliseconds: a thousand changes and more."""


class Upkeep:
    """Looks after the log at `path`, and remembers what is to be told of it.

    Codes: `store_recovered`, `store_recovered_with_backup`, `store_from_backup` and
    `store_begun_anew` (the place of each is the file that was set aside, details are `rounds`,
    `changes` and `day`, that of the backup), `store_damaged` (it could not be mended) and
    `backup_failed` (detail `reason`).
    """

    def __init__(self, path: Path) -> None:
        self.has_written = False
        """Whether there may be something to make a backup of."""
        self._path = path
        self._news: list[Problem] = []
        self._is_looked_at = False
        self._has_more = False
        """Whether something was written that the day's backup does not have."""

    @property
    def is_due(self) -> bool:
        """Whether there is anything to do or to tell. Takes no time."""
        return self.has_written or not self._is_looked_at or bool(self._news)

    def news(self) -> list[Problem]:
        """What there is to tell since the last time."""
        news, self._news = self._news, []
        return news

    def mend(self, code: str) -> bool:
        """Does what can be done about the problem `code` with the log; whether that went.

        A log of an older version is migrated; a damaged one is set aside, and what it still says
        put in its place.
        """
        import sqlite3

        from stoette_tui.log import migration, recovery

        try:
            if code == "store_replaced":  # by somebody who has done it
                return True
            if told := recovery.recover(self._path):
                self._news.append(told)
            elif code == "store_older":
                migration.migrate(self._path)
        except (OSError, sqlite3.Error):
            return False
        return True

    def look_before_use(self) -> list[Problem]:
        """Does what `look_after` does, where the log is so short that nobody notices.

        A longer one is looked through by a window, and before the day's backup.
        """
        self._is_looked_at = self._is_looked_at or (_size(self._path) or 0) > SOON_READ
        return self.look_after()

    def look_after(self) -> list[Problem]:
        """Does what nobody should wait for, and returns the news.

        The first time it looks whether all of the log is sound, and has it mended if not. On the
        day's first change it makes a backup, if the log is sound: never a bad one for a good one.
        """
        has_written, self.has_written = self.has_written, False
        is_looked_at, self._is_looked_at = self._is_looked_at, True
        if _size(self._path) is None or (is_looked_at and not has_written):
            return self.news()
        from stoette_tui.log import backups

        today = backups.of_today(self._path)
        is_due = has_written and _size(today) is None
        self._has_more = self._has_more or (has_written and not is_due)
        if (is_due or not is_looked_at) and self._is_sound() and is_due:
            self._back_up(today)
        return self.news()

    def renew_backup(self) -> None:
        """Makes the day's backup once more, if there is more to have. For when a window closes."""
        from stoette_tui.log import backups

        if (self._has_more or self.has_written) and self._is_sound():
            self._has_more = self.has_written = False
            self._back_up(backups.of_today(self._path))

    def _is_sound(self) -> bool:
        import sqlite3

        from stoette_tui.log import recovery

        try:
            if recovery.is_sound(self._path) or self.mend("store_damaged"):
                return True
        except (OSError, sqlite3.Error):  # said to whoever needs it
            return False
        self._news.append(Problem("store_damaged", str(self._path)))
        return False

    def _back_up(self, target: Path) -> None:
        import sqlite3

        from stoette_tui.log import backups

        try:
            backups.back_up(self._path)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self._news.append(Problem("backup_failed", str(target), {"reason": reason}))


def _size(path: Path) -> int | None:
    """In bytes; none where there is no such file that can be reached."""
    try:
        return path.stat().st_size
    except OSError:
        return None
