"""The command line, which wires content, store and app together; `talk` is the dialogue.

May import every room. A call imports only what it needs: Click if there is something to parse,
Textual if it opens the app.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from stoette_tui.base.encoding import transliterate_streams
from stoette_tui.base.files import discard_output
from stoette_tui.base.problems import Problem, ProblemError, reason_of
from stoette_tui.cli.opening import open_app
from stoette_tui.cli.printing import reopen_closed_streams
from stoette_tui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_COMPLETE: Final = "_STOETTE_TUI_COMPLETE"
"""The variable in which a shell requests completion, by Click's convention."""
_FAILURES: Final = (
    *("store_", "export_", "import_", "output_failed", "erase_failed"),
    *("round_archived", "no_round", "nothing_to_undo", "no_backup", "backup_empty"),
)
"""The prefixes of codes that mean a failure rather than wrong usage or invalid content."""


def main(arguments: Sequence[str]) -> int:
    """Runs a command and returns its exit status.

    0 done, 1 failed, 2 wrong usage or invalid content, 130 interrupted.
    """
    reopen_closed_streams()
    transliterate_streams(sys.stdout, sys.stderr)
    session = Session(os.environ)
    try:
        return _run(session, arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(session: Session, arguments: Sequence[str]) -> int:
    try:
        try:
            status = _dispatch(session, arguments)
        finally:
            session.finish()
        sys.stdout.flush()
    except ProblemError as error:
        session.print_problems(error.problems)
        return FAILED if error.problems[0].code.startswith(_FAILURES) else WRONG_USAGE
    except BrokenPipeError:  # the reader has closed the pipe, as `head` does
        discard_output(sys.stdout.fileno())
        return DONE
    except OSError as error:
        discard_output(sys.stdout.fileno())
        code = "output_failed_saved" if session.store.maintenance.has_written else "output_failed"
        session.print_problems([Problem(code, details={"reason": reason_of(error)})])
        return FAILED
    return status


def _dispatch(session: Session, arguments: Sequence[str]) -> int:
    instruction = os.environ.get(_COMPLETE)
    if not (instruction or arguments):
        return open_app(session)
    from stoette_tui.cli.command import run
    from stoette_tui.cli.program import program

    if not instruction:
        return run(program, session, arguments)
    from stoette_tui.cli.completion import complete

    return complete(program, session, _COMPLETE, instruction)
