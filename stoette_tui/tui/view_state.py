"""Where the reader left off: a small JSON file beside the store, written whole or not at all."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stoette_tui.base.data_folder import VIEW_STATE
from stoette_tui.base.files import make_folder, new_file
from stoette_tui.review.progress import Round


class ViewState(Struct, frozen=True):
    """The tab that was open, the section that was read, theme and language; empty for the usual.

    `row` is the one of the checklist that the cursor was on, `round` the one open then, and `day`
    when that was, in ISO 8601.
    """

    tab: str = ""
    section: str = ""
    theme: str = ""
    language: str = ""
    folder: str = ""
    """Where a file was saved last."""
    round: str = ""
    row: str = ""
    day: str = ""

    def row_in(self, round_: Round | None) -> str:
        """Where the reader left off today in that round; empty for another round or day."""
        is_here = self.round == (round_.id if round_ else "")
        return self.row if is_here and self.day == date.today().isoformat() else ""


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

    def __init__(self, folder: Path, run_in_thread: Callable[[Callable[[], None]], None]) -> None:
        self.state = self._saved = load(folder)
        self._folder = folder
        self._run_in_thread = run_in_thread
        self._saving = threading.Lock()

    def change(self, **changes: str) -> None:
        """Replaces fields of the state, which is saved with what is remembered next."""
        self.state = replace(self.state, **changes)

    def remember(self, **changes: str) -> None:
        """Replaces fields of the state, and saves it if that changed any."""
        before = self.state
        self.change(**changes)
        if self.state != before:
            self._run_in_thread(self.save)

    def usual_folder(self) -> Path:
        """Where a file is saved unless something else is said: as last time, or where one is."""
        with contextlib.suppress(OSError, ValueError):
            if (last := Path(self.state.folder)).is_absolute() and last.is_dir():
                return last
        try:
            return Path.cwd()
        except FileNotFoundError:  # it was removed while the program is open
            return Path.home()

    def save(self) -> None:
        """Writes the state; one thread after the other, so that the newest is written last."""
        with self._saving, contextlib.suppress(OSError):  # where the reader was is no loss
            if (state := self.state) != self._saved:
                save(self._folder, state)
                self._saved = state
