"""All commands under the one name; by itself it opens the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stoette_tui.cli import changes, reads
from stoette_tui.cli.grammar import PROGRAM, Group
from stoette_tui.cli.opening import open_app

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session


@click.pass_context
def _open(context: click.Context) -> int:
    session: Session = context.obj
    return 0 if context.invoked_subcommand else open_app(session)


program = Group(
    PROGRAM,
    callback=_open,
    invoke_without_command=True,
    commands=[
        *(reads.show, reads.status, changes.answer, changes.rounds, reads.export),
        *(changes.import_, changes.restore, reads.check, reads.paths, changes.erase),
    ],
)
