"""The command line: the one place that wires content, store and app together.

Nothing that a call does not need is imported: no Click where there is nothing to parse, no Textual
where there is no app to open.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from stoette_tui.base.encoding import transliterate_streams
from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.cli.printing import open_where_closed
from stoette_tui.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
_COMPLETE: Final = "_STOETTE_TUI_COMPLETE"
"""The variable in which a shell says what it wants to complete; Click's own name for it."""
_FAILURES: Final = (
    *("store_", "export_", "import_", "output_failed", "erase_failed"),
    *("round_archived", "no_round", "no_backup", "backup_empty"),
)
"""How the codes begin of problems that are not of the user's making."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status: 0 done, 1 could not be done, 2 wrong usage."""
    open_where_closed()
    transliterate_streams(sys.stdout, sys.stderr)
    session = Session(os.environ)
    try:
        return _run(session, sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(session: Session, given: Sequence[str]) -> int:
    try:
        try:
            status = _do(session, given)
        finally:
            session.finish()
        sys.stdout.flush()
    except ProblemError as error:
        session.tell(error.problems)
        return FAILED if error.problems[0].code.startswith(_FAILURES) else WRONG_USAGE
    except BrokenPipeError:  # whoever read has read enough
        _let_go_of_output()
        return DONE
    except OSError as error:
        _let_go_of_output()
        session.tell([Problem("output_failed", details={"reason": error.strerror or str(error)})])
        return FAILED
    return status


def _do(session: Session, given: Sequence[str]) -> int:
    if asked := os.environ.get(_COMPLETE):
        from stoette_tui.cli.completion import complete
        from stoette_tui.cli.program import program

        return complete(program, session, _COMPLETE, asked)
    if given:
        from stoette_tui.cli.grammar import run
        from stoette_tui.cli.program import program

        return run(program, session, given)
    from stoette_tui.cli.opening import open_app

    return open_app(session)


def _let_go_of_output() -> None:
    """Where output can be written no more, what is left of it goes nowhere at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
