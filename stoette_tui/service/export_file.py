"""The file that a round is exported to: its suggested name, and which one a reader means."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Round


def suggested_name(round_: Round, ui: UiText) -> str:
    """The name of a file after that of the round, without an ending yet."""
    return "-".join((ui.export.file_name, *re.findall(r"\w+", round_.name.lower())))


def find_file(name: str, format_: str) -> tuple[Path, bool]:
    """The full path of the file that is meant, and whether it is there.

    `~` is the reader's home, and a name without an ending gets the one of the format.

    A file that cannot be looked at is a problem only when it is written.
    """
    file, is_there = Path(name), False
    with contextlib.suppress(OSError, RuntimeError):
        file = file.expanduser().absolute()
        if not file.suffix and not file.is_dir():
            file = file.with_name(f"{file.name}.{format_}")
        is_there = file.is_file()
    return file, is_there
