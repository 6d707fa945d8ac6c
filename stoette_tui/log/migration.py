"""A log that an older version of the program wrote, made into one of this version."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from stoette_tui.log import backups, rows
from stoette_tui.log import file as log_file
from stoette_tui.log.connection import connect, make_last
from stoette_tui.log.file import BACKUPS, fetch

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from pathlib import Path


def _add_checksums(db: sqlite3.Connection) -> None:
    changes = rows.sound_changes(fetch(db, rows.ALL_OF_VERSION_1))
    db.execute("DROP TABLE change")
    for statement in log_file.SCHEMA:
        db.execute(statement)
    rows.insert(db, changes)


STEPS: Final[Mapping[int, Callable[[sqlite3.Connection], None]]] = {1: _add_checksums}
"""What makes the next version out of each."""


def migrate(path: Path) -> None:
    """Copy the log beside the backups, then change it in one transaction.

    Where another process was faster, nothing is left to do. Raises `OSError` and `sqlite3.Error`,
    and the log is as it was then.
    """
    with closing(connect(path)) as db:
        make_last(db)
        db.execute("BEGIN IMMEDIATE")
        ((version,),) = fetch(db, "PRAGMA user_version")
        if version >= log_file.VERSION:
            return
        name = f"progress-version-{version}-{backups.stamp()}.sqlite3"
        with closing(connect(path)) as reader:  # who writes cannot copy
            backups.copy(reader, path.parent / BACKUPS / name)
        for step in range(version, log_file.VERSION):
            STEPS[step](db)
        db.execute(f"PRAGMA user_version = {log_file.VERSION}")
        db.execute("COMMIT")
