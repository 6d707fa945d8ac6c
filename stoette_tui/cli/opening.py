"""The app, opened with the content and the store of a session."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.printing import can_ask
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import Progress
from stoette_tui.store.review_service import ReviewService

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session


def open_app(session: Session) -> int:
    """Runs the app and returns its exit status.

    Codes: those of the content, `no_terminal`, `theme_unknown` (details `theme`, `themes`), and
    `store_newer`.
    """
    if _needs_talk():
        open_talk(session)
        return 0
    # Problems are raised before Textual is imported and takes over the screen.
    content, ui = session.content, session.ui
    # Other Textual drivers, such as the one for a browser, need no terminal.
    if not _is_terminal() and "TEXTUAL_DRIVER" not in os.environ:
        raise ProblemError.of("no_terminal")
    progress, notice = _progress_to_open(session)

    from stoette_tui.tui import themes
    from stoette_tui.tui.app import StoetteApp

    theme = session.settings["theme"]
    app = StoetteApp(
        content,
        ui,
        session.store,
        progress,
        theme=theme,
        notice=notice,
        languages={each: partial(session.load, each) for each in session.languages},
    )
    if theme and not themes.find(app, theme):
        known = ", ".join(themes.names(app))
        raise ProblemError.of("theme_unknown", theme=theme, themes=known)
    app.run()
    return app.return_code or 0


def open_talk(session: Session) -> None:
    """Runs the dialogue on standard input and output."""
    from stoette_tui.cli.talk.dialogue import talk

    content, ui = session.content, session.ui
    progress, notice = _progress_to_open(session)
    review = ReviewService(session.store, session.suggest_name, progress)
    talk(content, ui, review, notice)


def _needs_talk() -> bool:
    """Whether the reader asks for the dialogue, or the terminal cannot show a full screen."""
    if (mode := os.environ.get("STOETTE_TUI_MODE")) or not _is_terminal():
        return mode == "talk"
    return os.environ.get("TERM") == "dumb" or not _can_address_cursor()


def _is_terminal() -> bool:
    return can_ask() and sys.stderr.isatty()


def _can_address_cursor() -> bool:
    """Whether the terminal can position its cursor; also true for an unknown terminal."""
    try:
        import curses
    except ImportError:  # Windows
        return True
    try:
        curses.setupterm()
    except curses.error:
        return True
    return bool(curses.tigetstr("cup"))


def _progress_to_open(session: Session) -> tuple[Progress, str]:
    """The progress, and a notice of what was recovered or why nothing can be saved.

    If the store cannot be read, the app opens without answers, as the content is still readable;
    but it does not open on a file of a newer version.
    """
    problem = session.store.file.write_error()
    try:
        progress = session.store.progress()
    except ProblemError as error:
        if error.problems[0].code == "store_newer":
            raise
        progress, problem = Progress(), error.problems[0]
    notices = [session.ui.say(each) for each in session.store.maintenance.take_notices()]
    if missing := session.store.file.missing_log():
        notices.append(session.ui.say(replace(missing, where="")))
    if problem:
        notices.append(fill(session.ui.messages.cannot_save, problem=session.ui.say(problem)))
    return progress, "\n".join(notices)
