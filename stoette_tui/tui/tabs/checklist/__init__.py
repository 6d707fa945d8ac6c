"""The checklist: the items in their groups, and beside or below them the item in focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widget import Widget

from stoette_tui.content.model import Content
from stoette_tui.content.phrases import next_step
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.progress import Progress, RoundSummary
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.checklist.item_detail import ItemDetail
from stoette_tui.tui.tabs.checklist.item_list import GROUP, ItemList
from stoette_tui.tui.tabs.messages import AnswerGiven, GoTo, PlanWanted, RowReached
from stoette_tui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget


class ChecklistTab(Vertical):
    """The list, with the item in focus below it, or beside it in a wide window."""

    BINDINGS = commands.bindings("checklist")

    progress: reactive[Progress] = reactive(Progress(), repaint=False)
    rounds: reactive[Sequence[RoundSummary]] = reactive((), repaint=False)
    """All rounds; empty until they have been read."""

    def __init__(self, content: Content, ui: UiText, progress: Progress, row_id: str) -> None:
        """`progress` is the initial one, `row_id` the row where the reader left off."""
        super().__init__()
        self.set_reactive(ChecklistTab.progress, progress)
        self._content = content
        self._ui = ui
        self._first = row_id
        self._explained = {item.id: item.explains for item in content.checklist.items}
        self._finished = set[str]()
        """The ids of the rounds whose completion has been announced."""

    def compose(self) -> ComposeResult:
        rows = ItemList(self._content, self._ui, self.progress)
        rows.begin_at(self._first)
        yield rows.data_bind(ChecklistTab.progress, ChecklistTab.rounds)
        yield ItemDetail(self._content, self._ui).data_bind(ChecklistTab.progress)

    @property
    def initial_focus(self) -> Widget:
        return self.query_one(ItemList)

    @property
    def place(self) -> str:
        return f"item:{self.query_one(ItemList).row_id}"

    def go_to(self, kind: str, name: str, sought: SearchTarget | None) -> None:
        """Puts the cursor on an item, or on the first item of a group."""
        self.query_one(ItemList).put_cursor(GROUP + name if kind == "group" else name)

    @property
    def _item_id(self) -> str:
        """The item in focus; empty until the list is laid out."""
        return self.query_one(ItemList).item_id

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Notifies once of the next step when the last item has been answered."""
        item_ids = list(self._explained)
        said, was_said = (next_step(each, item_ids, self._ui) for each in (new, old))
        if was_said and not said:
            self.app.clear_notifications()  # that all is answered
        if new.round is None or new.round.id in self._finished:
            return
        if said and not was_said and old.round_id in (None, new.round_id):
            self._finished.add(new.round.id)
            self.notify(said, markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Answers and explains items only, and neither the map nor a line that unfolds."""
        if action == "open":
            is_map = self._item_id == self._content.checklist.map.id
            return parameters == (("map",) if is_map else ("plan",))
        if action == "detail":  # in a low window it is not shown
            return all(detail.display for detail in self.query(ItemDetail))
        return action not in ("answer", "explain") or self._item_id in self._explained

    def action_answer(self, answer: str) -> None:
        self.post_message(AnswerGiven(self._item_id, answer))

    @on(AnswerGiven)
    def _answered(self, message: AnswerGiven) -> None:
        """Records that the item was answered here, so that the list may move on."""
        self.query_one(ItemList).answered_here = message.item_id

    def action_open(self, what: str) -> None:
        """Opens the plan of the item in focus or the map."""
        self.query_one(ItemList).action_select()

    def action_detail(self) -> None:
        """Moves to the text of the item in focus, to read on there, or back to the list."""
        rows, detail = self.query_one(ItemList), self.query_one(ItemDetail)
        self.screen.set_focus(rows if detail.has_focus else detail)

    def action_open_item(self, step: int) -> None:
        """Moves to the next or previous item without an answer or plan; says so if none is left."""
        if not self.query_one(ItemList).open_item(step):
            self.notify(next_step(self.progress, list(self._explained), self._ui), markup=False)

    def action_explain(self) -> None:
        """Goes to the section that explains the item."""
        self.post_message(GoTo(f"section:{self._explained[self._item_id]}"))

    @on(RowList.Selected)
    def _chosen(self, message: RowList.Selected) -> None:
        message.stop()
        self.post_message(PlanWanted(self._item_id))

    @on(RowList.Highlighted)
    def _show_detail(self, message: RowList.Highlighted) -> None:
        message.stop()
        detail = self.query_one(ItemDetail)
        before, detail.item_id = detail.item_id, self._item_id
        if not {before, self._item_id} <= self._explained.keys():  # other keys work elsewhere
            self.refresh_bindings()
        self.post_message(RowReached(message.row_id))
