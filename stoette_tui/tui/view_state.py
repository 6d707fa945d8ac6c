"""Where the reader left off: a small JSON file beside the store, written whole or not at all."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stoette_tui.base.files import make_folder, new_file
from stoette_tui.store.folder import VIEW_STATE

if TYPE_CHECKING:
    from pathlib import Path


class ViewState(Struct, frozen=True):
    """The tab that was open, the section that was read, theme and language; empty for the usual."""

    tab: str = ""
    section: str = ""
    theme: str = ""
    language: str = ""


def load(folder: Path) -> ViewState:
    """What was saved last; nothing of value is lost where that cannot be read."""
    try:
        return msgspec.json.decode((folder / VIEW_STATE).read_bytes(), type=ViewState)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return ViewState()


def save(folder: Path, state: ViewState) -> None:
    """Replaces what was saved; the folder is made when it is not there. Raises `OSError`."""
    make_folder(folder)
    with new_file(folder / VIEW_STATE, replace=True) as new:
        new.write_bytes(msgspec.json.encode(state))


class RememberedView:
    """The state, and the file it is written to. Changed on the event loop, saved in any thread."""

    def __init__(self, folder: Path) -> None:
        self.state = load(folder)
        self._folder = folder
        self._saving = threading.Lock()

    def change(self, **changes: str) -> bool:
        """Replaces fields of the state; whether that changed any, so that it is to be saved."""
        before, self.state = self.state, replace(self.state, **changes)
        return self.state != before

    def save(self) -> None:
        """Writes the state; one thread after the other, so that the newest is written last."""
        with self._saving, contextlib.suppress(OSError):  # where the reader was is no loss
            save(self._folder, self.state)
