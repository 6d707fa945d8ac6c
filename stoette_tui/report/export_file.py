"""The file a round is exported to: its suggested name, and its path from what the reader enters."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Round


def suggested_name(round_: Round, ui: UiText) -> str:
    """A file name derived from the round's name, without an extension."""
    return "-".join((ui.export.file_name, *re.findall(r"\w+", round_.name.lower())))


def find_file(name: str, format_: str) -> tuple[Path, bool]:
    """The full path of the file that is meant, and whether it exists.

    `~` is the reader's home, and a name without an extension gets that of the format.

    An inaccessible path is not reported here, but when the file is written.
    """
    file, is_there = Path(name), False
    with contextlib.suppress(OSError, RuntimeError):
        file = file.expanduser().absolute()
        if not file.suffix and not file.is_dir():
            file = file.with_name(f"{file.name}.{format_}")
        is_there = file.is_file()
    return file, is_there
