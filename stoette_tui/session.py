"""What one call of the command line works on, each part loaded when it is first asked for."""

from __future__ import annotations

import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from stoette_tui.content import Checklist, Content
    from stoette_tui.store import Store
    from stoette_tui.ui_text import UiText
    from stoette_tui.usage import Common


class Session:
    """Content, words and store, as the options and the environment say."""

    def __init__(self, common: Common) -> None:
        self.common = common

    @cached_property
    def content_folder(self) -> Path:
        """The folder with the language folders."""
        from stoette_tui.content import bundled_folder

        return self.common.content or bundled_folder()

    @cached_property
    def language_folder(self) -> Path:
        """The folder of the language in use."""
        from stoette_tui.content import language_folder

        return language_folder(self.content_folder, self.common.lang)

    @cached_property
    def ui(self) -> UiText:
        """The words of the interface."""
        from stoette_tui import ui_text

        return ui_text.load(self.content_folder, self.common.lang)

    @cached_property
    def content(self) -> Content:
        """All of the content."""
        from stoette_tui import content

        return content.load(self.language_folder)

    @cached_property
    def checklist(self) -> Checklist:
        """The checklist alone, for commands that need no more."""
        from stoette_tui.content import Checklist, load_record

        return load_record(self.language_folder / "checklist.yaml", Checklist)

    @cached_property
    def store(self) -> Store:
        """The store of answers."""
        from stoette_tui.store import Store

        return Store(self.data_folder)

    @cached_property
    def data_folder(self) -> Path:
        """The folder the store is in."""
        if self.common.data_dir:
            return self.common.data_dir
        from platformdirs import user_data_path

        return user_data_path("stoette-tui", appauthor=False)

    @cached_property
    def ascii_only(self) -> bool:
        """Whether to keep to ASCII."""
        from stoette_tui.terminal import is_ascii_only

        return is_ascii_only(os.environ, sys.stdout)
