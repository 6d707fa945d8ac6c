"""Removes all that the program has stored about its user, and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from stoette_tui import view_state
from stoette_tui.log import backups, recovery
from stoette_tui.log.file import BACKUPS, COMPANIONS, FILE_NAME
from stoette_tui.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOG: Final = re.escape(FILE_NAME)
_BESIDE: Final = f"({'|'.join(COMPANIONS)})?"
_DAY: Final = r"\d{4}-\d\d-\d\d"
_OURS: Final = re.compile(
    rf"({_LOG}|{recovery.DAMAGED}{_DAY}T\d{{6}}(-\d+)?\.sqlite3){_BESIDE}"
    rf"|{re.escape(view_state.FILE_NAME)}([a-z0-9_]{{8}})?"
    rf"|{re.escape(backups.TEMPORARY)}([0-9a-f]{{16}}{_BESIDE}|recovery)"
)
_OUR_BACKUPS: Final = re.compile(
    rf"progress-(version-\d+-{_DAY}T\d{{6}}|{_DAY})\.sqlite3|{re.escape(backups.TEMPORARY)}[0-9a-f]{{16}}{_BESIDE}"
)


def erase(folder: Path) -> Iterator[Path]:
    """Remove what is ours by its name, then the folders that are empty; tells each as it goes.

    Code: `erase_failed` (detail `reason`).
    """
    inner = folder / BACKUPS
    try:
        for place, ours in ((inner, _OUR_BACKUPS), (folder, _OURS)):
            for file in sorted(place.iterdir()) if place.is_dir() else ():
                if ours.fullmatch(file.name) and (file.is_symlink() or not file.is_dir()):
                    file.unlink(missing_ok=True)
                    yield file
            if place.is_dir() and not any(place.iterdir()):
                place.rmdir()
                yield place
    except OSError as error:
        reason = error.strerror or str(error)
        where = str(error.filename or folder)
        raise ProblemError.of("erase_failed", where, reason=reason) from None
