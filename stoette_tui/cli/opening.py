"""Opens the app, on the content and the answers of a session."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session
    from stoette_tui.review.progress import Progress


def open_app(session: Session) -> int:
    """Opens the app and returns its exit status when it is closed.

    Raises `ProblemError`: those of the content, `no_terminal`, `theme_unknown` (details `theme`,
    `themes`), and `store_newer`.
    """
    # Said before Textual is imported, and before the screen is taken over.
    content, ui = session.content, session.ui
    is_terminal = all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    # Another driver of Textual's, such as that for a browser, needs no terminal.
    if not is_terminal and "TEXTUAL_DRIVER" not in os.environ:
        raise ProblemError.of("no_terminal")
    progress, notice = _progress_to_open(session)

    from stoette_tui.tui.app import StoetteApp

    theme = session.settings["theme"]
    app = StoetteApp(
        content,
        ui,
        session.store,
        progress,
        theme=theme,
        ascii_only=session.ascii_only,
        notice=notice,
    )
    if theme and theme not in app.available_themes:
        themes = ", ".join(sorted(app.available_themes))
        raise ProblemError.of("theme_unknown", theme=theme, themes=themes)
    app.run()
    session.store.maintenance.back_up()
    return app.return_code or 0


def _progress_to_open(session: Session) -> tuple[Progress, str]:
    """The progress, and what to say on the screen: what was repaired, or why nothing can be saved.

    What can be read can be read without answers, so a place that is closed to us is no reason not
    to open; a file of a newer version is.
    """
    from msgspec.structs import replace

    from stoette_tui.content.ui_text import fill
    from stoette_tui.review.progress import Progress

    problem = session.store.write_error()
    try:
        progress = session.store.progress()
    except ProblemError as error:
        if error.problems[0].code == "store_newer":
            raise
        progress, problem = Progress(), error.problems[0]
    notices = [session.ui.say(each) for each in session.store.maintenance.take_notices()]
    if missing := session.store.missing_log():
        notices.append(session.ui.say(replace(missing, where="")))
    if problem:
        notices.append(fill(session.ui.messages.cannot_save, problem=session.ui.say(problem)))
    return progress, "\n".join(notices)
