"""What one call of the command line works on, each part loaded when it is first asked for."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stoette_tui.base.encoding import is_ascii_only
from stoette_tui.cli.printing import print_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoette_tui.base.problems import Problem
    from stoette_tui.content.model import Checklist, Content
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.store import Store
    from stoette_tui.store.folder import Backup

_SETTINGS: Final = ("content", "data_dir", "lang", "theme")


class Session:
    """Content, words and store, as the environment says, and the options that are laid on top."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.settings = {
            name: environment.get(f"STOETTE_TUI_{name.upper()}", "") for name in _SETTINGS
        }
        """The options every command takes, by name; an empty one is as good as none."""

    @property
    def language(self) -> str:
        """The code of the language in use."""
        return self.settings["lang"] or "da"

    @cached_property
    def content_folder(self) -> Path:
        """The folder with the language folders."""
        from stoette_tui.content.loader import bundled_folder

        folder = self.settings["content"]
        return Path(folder) if folder else bundled_folder()

    @cached_property
    def language_folder(self) -> Path:
        """The folder of the language in use. Raises `ProblemError` where there is none."""
        from stoette_tui.content.loader import language_folder

        return language_folder(self.content_folder, self.language)

    @cached_property
    def ui(self) -> UiText:
        """The words of the interface. Raises `ProblemError`."""
        from stoette_tui.content import ui_text

        return ui_text.load(self.content_folder, self.language)

    @cached_property
    def content(self) -> Content:
        """All of the content. Raises `ProblemError`."""
        from stoette_tui.content import loader as content

        return content.load(self.language_folder)

    @cached_property
    def checklist(self) -> Checklist:
        """The checklist alone, for commands that need no more. Raises `ProblemError`."""
        from stoette_tui.content.loader import load_record
        from stoette_tui.content.model import Checklist

        return load_record(self.language_folder / "checklist.yaml", Checklist)

    @cached_property
    def data_folder(self) -> Path:
        """The folder the store is in."""
        if folder := self.settings["data_dir"]:
            return Path(folder)
        from platformdirs import user_data_path

        return user_data_path("stoette-tui", appauthor=False)

    @cached_property
    def store(self) -> Store:
        """The store of answers."""
        from stoette_tui.store import Store

        return Store(self.data_folder)

    @cached_property
    def answers(self) -> Store:
        """The store, after a look for damage in it; what there is to say of that has been said."""
        self.tell(self.store.maintenance.check_before_use())
        return self.store

    @property
    def backups(self) -> list[Backup]:
        """The backups, the newest first. Raises `ProblemError`."""
        from stoette_tui.base.problems import ProblemError
        from stoette_tui.store import folder

        try:
            return folder.backups(self.store.path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ProblemError.of("store_unreadable", str(error.filename), reason=reason) from None

    def finish(self) -> None:
        """Makes or renews the day's backup, and says what became of a damaged store."""
        if "store" in self.__dict__:
            self.tell(self.store.maintenance.finish_command())

    def tell(self, problems: Sequence[Problem]) -> None:
        """Writes each problem on a line of its own; one in a file begins with `FILE:LINE:`."""
        if not problems:
            return
        from stoette_tui.content import ui_text

        ui = self.__dict__.get("ui") or ui_text.bundled(self.language)
        with contextlib.suppress(OSError):  # the exit status says it all the same
            for problem in problems:
                said = ui.say(problem) if ui else str(problem)
                print_text(said if problem.where else f"stoette-tui: {said}", file=sys.stderr)

    @cached_property
    def ascii_only(self) -> bool:
        """Whether to keep to ASCII."""
        return is_ascii_only(os.environ, sys.stdout)
