"""Where the reader left off: a small JSON file beside the store, written atomically."""

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
    """The open tab, the section read, the theme and the language; empty for the default.

    `row` is the checklist row that had the cursor, `round` the round open then, and `day` the date
    of that, in ISO 8601.
    """

    tab: str = ""
    section: str = ""
    theme: str = ""
    language: str = ""
    folder: str = ""
    format: str = ""
    """The format in which a file was last saved; `folder` is where."""
    round: str = ""
    row: str = ""
    day: str = ""

    def row_in(self, round_: Round | None) -> str:
        """The row where the reader left off today in that round; empty for another round or day."""
        is_here = self.round == (round_.id if round_ else "")
        return self.row if is_here and self.day == date.today().isoformat() else ""


def load(folder: Path) -> ViewState:
    """The state saved last, or a blank one if it cannot be read."""
    try:
        return msgspec.json.decode((folder / VIEW_STATE).read_bytes(), type=ViewState)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ViewState()


def save(folder: Path, state: ViewState) -> None:
    """Replaces the saved state; creates the folder if needed. Raises `OSError`."""
    make_folder(folder)
    with new_file(folder / VIEW_STATE, replace=True) as new:
        new.write_bytes(msgspec.json.encode(state))


class RememberedView:
    """The state and the file it is saved to. Changed on the event loop, saved in any thread."""

    def __init__(self, folder: Path, run_in_thread: Callable[[Callable[[], None]], object]) -> None:
        self.state = self._saved = load(folder)
        self._folder = folder
        self._run_in_thread = run_in_thread
        self._saving = threading.Lock()

    def change(self, **changes: str) -> None:
        """Replaces fields of the state, to be saved with the next `remember`."""
        self.state = replace(self.state, **changes)

    def remember(self, **changes: str) -> None:
        """Replaces fields of the state, and saves it if any changed."""
        before = self.state
        self.change(**changes)
        if self.state != before:
            self._run_in_thread(self.save)

    def default_folder(self) -> Path:
        """The default folder for saving files: the one used last, or the working directory."""
        with contextlib.suppress(OSError, ValueError):
            if (last := Path(self.state.folder)).is_absolute() and last.is_dir():
                return last
        try:
            return Path.cwd()
        except FileNotFoundError:  # it was deleted while the program is running
            return Path.home()

    def save(self) -> None:
        """Writes the state, one thread at a time, so that the newest is written last."""
        with self._saving, contextlib.suppress(OSError):  # losing the reader's place does no harm
            if (state := self.state) != self._saved:
                save(self._folder, state)
                self._saved = state
