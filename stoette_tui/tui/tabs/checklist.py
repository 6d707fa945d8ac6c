"""The checklist: the items in their groups, and below them the one in focus with what is behind."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.containers import Vertical
from textual.geometry import Size
from textual.reactive import reactive

from stoette_tui.pages import review as review_pages
from stoette_tui.pages.layout import MEASURE, mark, markdown
from stoette_tui.review.progress import Answer, Progress, count
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import AnswerGiven, GoTo, PlanWanted
from stoette_tui.tui.widgets.grid import margin, text_width
from stoette_tui.tui.widgets.lines import LineView
from stoette_tui.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from stoette_tui.content.model import Content, ItemGroup
    from stoette_tui.content.ui_text import UiText

HIGH_ENOUGH_TO_EXPLAIN = 30
"""Cells of height from which the beginning of the explanation has room below the list.

Beside the list it always has.
"""
_DUE = "due:"
_GROUP = "group:"


class ItemList(RowList):
    """What cannot wait, then the groups and their items."""

    progress: reactive[Progress] = reactive(Progress(), repaint=False)

    def __init__(self, content: Content, ui: UiText, ascii_only: bool, progress: Progress) -> None:
        """`progress` is what the round is opened with."""
        super().__init__()
        self.set_reactive(ItemList.progress, progress)
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only
        self._groups = {group.id: group for group in content.checklist.groups}
        self._items = {item.id: item for item in content.checklist.items}
        self._urgent = review_pages.urgent(progress, self._items, date.today())
        self._has_settled_row = False

    @property
    def item_id(self) -> str:
        """The item in focus."""
        return self.row_id.removeprefix(_DUE)

    def layout_rows(self, width: int) -> Iterator[Row]:
        """What cannot wait, or else how to begin; then each group's head and its items."""
        if self._urgent:
            yield Row("due", review_pages.due_head(self._ui, width), head=True)
            yield from (self.layout_row(_DUE + item_id, width) for item_id in self._urgent)
        else:
            intro = [Text(), *markdown(self._content.checklist.intro, min(width, MEASURE))]
            yield Row("intro", intro, head=True)
        for group in self._groups.values():
            yield self._head(group, width)
            yield from (self.layout_row(item.id, width) for item in group.items)

    def layout_row(self, row_id: str, width: int) -> Row:
        """An item, a group's head, or an item among those that cannot wait, by its prefix."""
        if row_id.startswith(_GROUP):
            return self._head(self._groups[row_id.removeprefix(_GROUP)], width)
        item = self._items[row_id.removeprefix(_DUE)]
        state = self.progress.state(item.id)
        if row_id.startswith(_DUE):
            return Row(row_id, review_pages.due_row(item, state, self._ui, date.today(), width))
        return Row(row_id, review_pages.item_row(item, state, width, self._ascii_only, ui=self._ui))

    def _head(self, group: ItemGroup, width: int) -> Row:
        counts = count(self.progress, [item.id for item in group.items])
        lines = review_pages.group_head(group, self._ui, counts, width, self._ascii_only)
        return Row(_GROUP + group.id, [Text(), *lines], head=True)

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Updates the items that changed and their groups' heads, and what cannot wait."""
        if old.round and new.round and old.round.id != new.round.id:
            self._urgent = review_pages.urgent(new, self._items, date.today())
            self.reset()
            return
        if self._follow_urgent():
            return
        changed = new.changed_since(old)
        due = [_DUE + each for each in self._urgent if each in changed]
        groups = self._groups.values()
        heads = [each.id for each in groups if any(item.id in changed for item in each.items)]
        self.update_rows([*changed, *due, *(_GROUP + each for each in heads)])

    def watch_cursor(self) -> None:
        """Removes a row that has been settled when the cursor has left it."""
        super().watch_cursor()
        if self._has_settled_row:
            self.call_later(self._follow_urgent)

    def _follow_urgent(self) -> bool:
        """Lays the list out again where other items cannot wait now; whether that was so.

        A settled one keeps its row while the cursor is on it, so that the next key does not
        answer for another item.
        """
        urgent = review_pages.urgent(self.progress, self._items, date.today())
        here = self.item_id if self.row_id.startswith(_DUE) else ""
        self._has_settled_row = bool(here) and here not in urgent and here in self._urgent
        if self._has_settled_row:
            urgent.insert(self._urgent.index(here), here)
        if urgent == self._urgent:
            return False
        self._urgent = urgent
        self.reset(in_place=True)
        return True

    def clicked(self, row: Row, x: int) -> None:
        """A click on the mark answers as well."""
        if row.id in self._items and x < len(mark(Answer.UNANSWERED, self._ascii_only)):
            self.put_cursor(row.id)
            self.post_message(AnswerGiven(row.id, Answer.IN_PLACE))
        else:
            super().clicked(row, x)


class ItemDetail(LineView):
    """The item in focus: its statement, the answers to click on, what is behind it, its plan."""

    FOCUS_ON_CLICK = False
    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("page")]

    item_id: reactive[str] = reactive("")
    progress: reactive[Progress] = reactive(Progress(), repaint=False)

    def __init__(self, content: Content, ui: UiText, ascii_only: bool) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only
        self._items = {item.id: item for item in content.checklist.items}
        self._width = 0
        self.lines = []

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines at that width, in cells; asked where it stands below the list."""
        room = width - self.scrollbar_size_vertical  # which Textual has not taken off yet
        self._show_lines(self._typeset(room, container.height >= HIGH_ENOUGH_TO_EXPLAIN))
        return len(self.lines)

    def reflow(self) -> None:
        """Lays the item out for a new width."""
        if self.scrollable_content_region.width != self._width:
            self._show()
            self.refresh()

    def _show_lines(self, lines: list[Text]) -> None:
        self.lines = lines
        self.virtual_size = Size(self._width, len(lines))

    def _typeset(self, width: int, with_explanation: bool) -> list[Text]:
        self._width = width
        self.margin, measure = margin(width), text_width(width)
        item = self._items.get(self.item_id)
        if width <= 0 or item is None:
            return self.lines
        state = self.progress.state(item.id)
        return review_pages.item_detail(
            item, self._content, self._ui, state, measure, self._ascii_only, with_explanation
        )

    def watch_item_id(self) -> None:
        """Shows the item from its beginning."""
        self.scroll_home(animate=False)
        self._show()

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Shows the item as it is now."""
        if old.state(self.item_id) != new.state(self.item_id):
            self._show()

    def _show(self) -> None:
        below = bool(self.styles.height and self.styles.height.is_auto)
        explained = not below or self.container_size.height >= HIGH_ENOUGH_TO_EXPLAIN
        lines = self._typeset(self.scrollable_content_region.width, explained)
        if len(lines) == len(self.lines):
            self.replace_lines(0, lines)
        else:
            self._show_lines(lines)
            self.refresh(layout=below)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        target = event.style.meta.get("target", "")
        kind, _, name = target.partition(":")
        if kind == "answer":
            self.post_message(AnswerGiven(self.item_id, name))
        elif kind == "plan":
            self.post_message(PlanWanted(self.item_id))
        elif target:
            self.post_message(GoTo(target))


class ChecklistTab(Vertical):
    """The list, and the item in focus: below it, or, in a wide window, beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("checklist")]

    progress: reactive[Progress] = reactive(Progress(), repaint=False)

    def __init__(self, content: Content, ui: UiText, ascii_only: bool, progress: Progress) -> None:
        """`progress` is what the tab is opened with."""
        super().__init__()
        self.set_reactive(ChecklistTab.progress, progress)
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only
        self._explained = {item.id: item.explains for item in content.checklist.items}

    def compose(self) -> ComposeResult:
        """List and detail."""
        given = self._content, self._ui, self._ascii_only
        yield ItemList(*given, self.progress).data_bind(ChecklistTab.progress)
        yield ItemDetail(*given).data_bind(ChecklistTab.progress)

    @property
    def entry(self) -> Widget:
        """Where the focus goes first."""
        return self.query_one(ItemList)

    def go_to(self, kind: str, name: str, query: str) -> None:
        """Puts the cursor on an item, or on a group's first one."""
        self.query_one(ItemList).put_cursor(_GROUP + name if kind == "group" else name)

    @property
    def _item_id(self) -> str:
        """The item in focus; empty until the list is laid out."""
        return self.query_one(ItemList).item_id

    def action_answer(self, answer: str) -> None:
        """Gives the item in focus an answer."""
        if item_id := self._item_id:
            self.post_message(AnswerGiven(item_id, answer))

    def action_plan(self) -> None:
        """Opens the plan of the item in focus."""
        if item_id := self._item_id:
            self.post_message(PlanWanted(item_id))

    def action_explain(self) -> None:
        """Goes to the section that explains the item."""
        if section := self._explained.get(self._item_id):
            self.post_message(GoTo(f"section:{section}"))

    @on(RowList.Chosen)
    def _chosen(self, message: RowList.Chosen) -> None:
        message.stop()
        self.action_plan()

    @on(RowList.CursorMoved)
    def _show_detail(self, message: RowList.CursorMoved) -> None:
        message.stop()
        self.query_one(ItemDetail).item_id = self._item_id
