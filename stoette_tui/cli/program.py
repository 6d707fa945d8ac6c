"""The program with all its commands; without a command, it opens the app."""

from __future__ import annotations

import click

from stoette_tui.cli import read_commands as read
from stoette_tui.cli import round_commands as of_rounds
from stoette_tui.cli import write_commands as write
from stoette_tui.cli.command import PROGRAM, Command, Group
from stoette_tui.cli.opening import open_app, open_talk


@click.pass_context
def _open(context: click.Context) -> int | None:
    return None if context.invoked_subcommand else open_app(context.obj)


program = Group(
    PROGRAM,
    callback=_open,
    invoke_without_command=True,
    commands=[
        *(read.show, read.status, write.answer, write.plan, write.undo),
        Command("talk", callback=click.pass_obj(open_talk)),
        *(of_rounds.rounds, of_rounds.compare, read.export),
        *(write.import_, write.restore, read.check, read.paths, write.erase),
    ],
)
