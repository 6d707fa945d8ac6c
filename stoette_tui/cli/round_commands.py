"""The commands about rounds: listing, starting, opening, renaming, archiving and comparing them.

They raise `ProblemError` with the codes of content and store, and those listed in each docstring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.command import Command, Group
from stoette_tui.cli.parameters import SuggestedType
from stoette_tui.cli.printing import print_json, print_line, print_lines, width
from stoette_tui.content import phrases

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session


_ROUND = SuggestedType("round", lambda session: dict.fromkeys(session.store.round_names(), ""))
_round = click.argument("round_", type=_ROUND)


@click.group(cls=Group, invoke_without_command=True)
@click.option("--json", is_flag=True)
def rounds(json: bool) -> None:
    """Lists the rounds; also runs after each of its subcommands."""


@rounds.result_callback()
@click.pass_obj
def _list_rounds(session: Session, _: None, json: bool) -> None:
    rounds = session.review.rounds()
    if json:
        from stoette_tui.report.status import round_list

        print_json(round_list(session.checklist, rounds))
        return
    from stoette_tui.pages import rounds as round_pages

    rounds, ui = transliterate((rounds, session.ui))
    print_lines(round_pages.rounds_table(rounds, session.checklist.item_ids, ui))


@rounds.command("new")
@click.argument("round_")
@click.option("--carry", is_flag=True)
@click.pass_obj
def rounds_new(session: Session, round_: str, carry: bool) -> None:
    """Starts a round; if `carry`, with the open plans of the current one. Codes: see `Store`."""
    session.review.refresh()
    current = session.review.progress.round_id
    carried = session.review.new_round(round_, current if carry else None)
    if said := phrases.describe_carried_plans(carried, session.ui):
        print_line(said)


@rounds.command("use")
@_round
@click.pass_obj
def rounds_use(session: Session, round_: str) -> None:
    """Makes a round the current one. Code: `round_unknown`."""
    session.review.open_round(session.review.find_round(round_).round.id)


@rounds.command("rename")
@_round
@click.argument("new_name")
@click.pass_obj
def rounds_rename(session: Session, round_: str, new_name: str) -> None:
    """Renames a round. Codes: `round_unknown`, and those of `Store`."""
    session.review.rename_round(session.review.find_round(round_).round.id, new_name)


@rounds.command("archive")
@_round
@click.pass_obj
def rounds_archive(session: Session, round_: str) -> None:
    """Makes a round read-only. Code: `round_unknown`."""
    session.review.archive_round(session.review.find_round(round_).round.id, True)


@rounds.command("unarchive")
@_round
@click.pass_obj
def rounds_unarchive(session: Session, round_: str) -> None:
    """Makes a round writable again. Code: `round_unknown`."""
    session.review.archive_round(session.review.find_round(round_).round.id, False)


@click.command(cls=Command)
@_round
@click.argument("other_round", type=_ROUND)
@click.option("--json", is_flag=True)
@click.pass_obj
def compare(session: Session, round_: str, other_round: str, json: bool) -> None:
    """Prints what has changed from the earlier of two rounds to the later one.

    Codes: `round_unknown`, `rounds_same` (detail `name`).
    """
    review = session.review
    asked = [review.find_round(name).round.id for name in (round_, other_round)]
    pair = [each for each in review.rounds() if each.round.id in asked]
    if len(pair) < 2:
        raise ProblemError.of("rounds_same", name=round_)
    if json:
        from stoette_tui.report.status import comparison

        print_json(comparison(session.checklist, *pair))
        return
    from stoette_tui.pages.comparison import Comparison
    from stoette_tui.pages.layout import MAX_WIDTH
    from stoette_tui.review.compare import Pair

    checklist, ui, pair = transliterate((session.checklist, session.ui, pair))
    shown = Comparison(checklist, ui, pair, Pair.newest(2))
    print_lines(shown.lines(min(width(), MAX_WIDTH)))
