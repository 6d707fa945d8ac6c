"""The state of one call of the command line, loaded lazily."""

from __future__ import annotations

import contextlib
import sys
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from stoette_tui.base import data_folder
from stoette_tui.base.problems import Problem, ProblemError, reason_of
from stoette_tui.cli.language import choose, find, system_locale
from stoette_tui.cli.printing import print_line
from stoette_tui.content import loader, ui_text
from stoette_tui.content.model import Checklist, Content
from stoette_tui.store import Store
from stoette_tui.store.review_service import ReviewService
from stoette_tui.tui import view_state

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from stoette_tui.base.data_folder import Backup
    from stoette_tui.content.ui_text import UiText


class Session:
    """Content, texts and store, as chosen by the environment and by options, which override it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.settings = {
            name: environment.get(f"STOETTE_TUI_{name.upper()}", "")
            for name in ("content", "data_dir", "lang", "theme")
        }
        """The settings that every command takes as options, by name; empty if not set."""

    @cached_property
    def language(self) -> str:
        wanted = self.settings["lang"]
        return find(self.languages, wanted) or wanted or self._usual_language

    @property
    def _usual_language(self) -> str:
        """The language if neither an option nor the environment sets one."""
        remembered = view_state.load(self.data_folder).language
        return choose(self.languages, remembered, system_locale(self._environment))

    @cached_property
    def languages(self) -> list[str]:
        """The codes of the available languages; empty if they cannot be determined."""
        with contextlib.suppress(ProblemError):
            return loader.languages(self.content_folder)
        return []

    @cached_property
    def content_folder(self) -> Path:
        """The folder with the language folders."""
        folder = self.settings["content"]
        return Path(folder) if folder else loader.bundled_folder()

    @cached_property
    def language_folder(self) -> Path:
        """The folder of the language in use. Raises `ProblemError` if there is none."""
        return loader.language_folder(self.content_folder, self.language)

    @cached_property
    def ui(self) -> UiText:
        return ui_text.load(self.content_folder, self.language)

    @cached_property
    def content(self) -> Content:
        return loader.load(self.language_folder)

    def load(self, language: str) -> tuple[Content, UiText]:
        """Content and texts in another language. Raises `ProblemError`."""
        folder = self.content_folder
        return loader.load(folder / language), ui_text.load(folder, language)

    @cached_property
    def checklist(self) -> Checklist:
        """The checklist, without loading the rest of the content. Raises `ProblemError`."""
        return loader.load_record(self.language_folder / "checklist.yaml", Checklist)

    @cached_property
    def data_folder(self) -> Path:
        """The folder of the store."""
        if folder := self.settings["data_dir"]:
            return Path(folder)
        from platformdirs import user_data_path

        return user_data_path("stoette-tui", appauthor=False)

    @cached_property
    def store(self) -> Store:
        """The store; see `checked_store`."""
        return Store(self.data_folder)

    @cached_property
    def checked_store(self) -> Store:
        """The store. A missing file that has backups is reported first."""
        if problem := self.store.file.missing_log():
            self.print_problems([problem])
        return self.store

    @cached_property
    def review(self) -> ReviewService:
        """The review service; nothing is read from the store yet. Raises `ProblemError`."""
        _ = self.checklist, self.ui  # invalid content is reported before anything is written
        return ReviewService(self.checked_store, self.suggest_name)

    def suggest_name(self, taken: Collection[str]) -> str:
        """A name for a new round, not among those `taken`. Raises `ProblemError`."""
        return self.ui.round_name(date.today(), taken)

    @property
    def backups(self) -> list[Backup]:
        """The backups, newest first. Code: `store_backups_unreadable` (detail `reason`)."""
        folder = self.data_folder / data_folder.BACKUPS
        try:
            if folder.exists():
                next(folder.iterdir(), None)  # also fails if it is not a folder
            return data_folder.backups(self.store.path)
        except OSError as error:
            reason = reason_of(error)
            raise ProblemError.of("store_backups_unreadable", str(folder), reason=reason) from None

    def finish(self) -> None:
        """Makes or renews the day's backup, and prints the notices of the store."""
        if "store" in self.__dict__:
            self.store.maintenance.back_up()
            self.print_problems(self.store.maintenance.take_notices())

    def print_problems(self, problems: Sequence[Problem]) -> None:
        """Prints each problem on one line of standard error, as formatted by `UiText.say`."""
        if not problems:
            return
        ui = self.__dict__.get("ui") or ui_text.bundled(self.language, self._usual_language)
        with contextlib.suppress(OSError):  # the exit status still reports the failure
            for problem in problems:
                text = ui.say(problem) if ui else str(problem)
                print_line(text if problem.where else f"stoette-tui: {text}", file=sys.stderr)
