"""The rounds: how far each has come, and which one is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from stoette_tui.base.encoding import transliterate
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages import rounds as round_pages
from stoette_tui.pages.layout import paragraph
from stoette_tui.review.plans import CarriedPlans
from stoette_tui.review.progress import RoundSummary
from stoette_tui.tui import commands
from stoette_tui.tui.dialog import Dialog
from stoette_tui.tui.dialogs.form import ProblemLine
from stoette_tui.tui.dialogs.name import NameDialog
from stoette_tui.tui.progress_service import Operation
from stoette_tui.tui.widgets.row_list import Row, RowList

Rounds = Sequence[RoundSummary]
RoundOperation = Operation[CarriedPlans | None]
Execute = Callable[[RoundOperation], Awaitable[str]]
"""Changes the rounds and lists them again; returns what went wrong, or an empty string."""


class RoundList(RowList):
    """The rounds, newest first."""

    def __init__(self, rounds: Rounds, item_ids: Sequence[str], ui: UiText) -> None:
        super().__init__()
        self.rounds = rounds
        self._item_ids = item_ids
        self._ui = ui

    def layout_rows(self, width: int) -> Iterator[Row]:
        """Each round on a few lines; or a message that there is none."""
        if not self.rounds:
            yield Row("none", paragraph(self._ui.rounds.none_yet, width), head=True)
        rounds = transliterate(self.rounds)
        rows = round_pages.round_rows(rounds, self._item_ids, self._ui, width)
        for summary, lines in zip(reversed(self.rounds), reversed(rows), strict=True):
            if summary is not self.rounds[-1]:
                yield Row(f"space:{summary.round.id}", [Text()], head=True)
            yield Row(summary.round.id, lines)

    @property
    def chosen(self) -> RoundSummary | None:
        """The round the cursor is on."""
        return next((each for each in self.rounds if each.round.id == self.row_id), None)


class RoundsDialog(Dialog[None]):
    """Lists the rounds; starts, renames, opens, archives and unarchives them."""

    BINDINGS = commands.bindings("rounds")

    def __init__(
        self,
        rounds: Rounds,
        item_ids: Sequence[str],
        ui: UiText,
        suggest_name: Callable[[Collection[str]], str],
        execute: Execute,
    ) -> None:
        """`suggest_name` returns a name for a new round that is not among those it is given."""
        super().__init__(ui.rounds.title, ui)
        self._list = RoundList(rounds, item_ids, ui)
        self._list.put_cursor(next((each.round.id for each in rounds if each.current), ""))
        self._suggest_name = suggest_name
        self._execute = execute

    def parts(self) -> ComposeResult:
        yield Static(self._ui.rounds.intro, classes="intro", markup=False)
        yield self._list
        yield ProblemLine()

    async def _run(self, operation: RoundOperation) -> str:
        problem = await self._execute(operation)
        # The reader may have left before a slow disk answered; or the form above says it.
        if self.is_current or (self in self.app.screen_stack and not problem):
            self.query_one(ProblemLine).show_problem(problem)
        return problem

    def show_rounds(self, rounds: Rounds) -> None:
        """Lists these rounds in place of those before."""
        self._list.rounds = rounds
        self._list.reset()

    def action_new_round(self) -> None:
        """Asks for a name, and whether to carry over open plans."""
        words = self._ui.rounds
        current = next((each.round.id for each in self._list.rounds if each.current), None)

        async def start(name: str, carry: bool) -> str:
            source = current if carry else None
            problem = await self._run(lambda review: review.new_round(name, source))
            if not problem:
                self._list.action_first()
            return problem

        carry = words.carry if current else ""
        name = self._suggest_name([each.round.name for each in self._list.rounds])
        dialog = NameDialog(words.new_title, name, words.start, self._ui, start, carry)
        self.app.push_screen(dialog)

    def action_rename_round(self) -> None:
        if chosen := self._list.chosen:
            round_id = chosen.round.id

            async def rename(name: str, _: bool) -> str:
                return await self._run(lambda review: review.rename_round(round_id, name))

            title, save = self._ui.rounds.rename_title, self._ui.plan.save
            self.app.push_screen(NameDialog(title, chosen.round.name, save, self._ui, rename))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a round, only starting one works; an archived one can be unarchived."""
        if action in ("open_round", "rename_round", "archive_round"):
            chosen = self._list.chosen
            return chosen is not None and parameters != (chosen.round.archived,)
        return True

    @on(RowList.Highlighted)
    def _update_keys(self) -> None:
        self.refresh_bindings()

    @work
    async def action_archive_round(self, archived: bool) -> None:
        """Archives or unarchives the round."""
        round_id = self._list.row_id
        await self._run(lambda review: review.archive_round(round_id, archived))

    @work
    async def action_open_round(self) -> None:
        """Opens the round and returns to the list of items."""
        round_id = self._list.row_id
        if not await self._run(lambda review: review.open_round(round_id)):
            self.dismiss()

    @on(RowList.Selected)
    def _open_chosen(self, message: RowList.Selected) -> None:
        message.stop()
        self.action_open_round()
