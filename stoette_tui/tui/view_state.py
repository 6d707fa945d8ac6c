"""Where the reader left off: a small JSON file beside the store, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from stoette_tui.base.files import make_folder
from stoette_tui.store.folder import VIEW_STATE


class ViewState(Struct, frozen=True):
    """The tab that was open, the section that was read, the theme; empty for the usual ones."""

    tab: str = ""
    section: str = ""
    theme: str = ""


def load(folder: Path) -> ViewState:
    """What was saved last; nothing of value is lost where that cannot be read."""
    try:
        return msgspec.json.decode((folder / VIEW_STATE).read_bytes(), type=ViewState)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return ViewState()


def save(folder: Path, state: ViewState) -> None:
    """Replaces what was saved; the folder is made when it is not there. Raises `OSError`."""
    make_folder(folder)
    handle, name = tempfile.mkstemp(dir=folder, prefix=VIEW_STATE)
    try:
        Path(name).chmod(0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(state))
        Path(name).replace(folder / VIEW_STATE)
    except OSError:
        Path(name).unlink()
        raise
