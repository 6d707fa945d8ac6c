"""The checklist: the items in their groups, and below them the one in focus with what is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.containers import Vertical
from textual.reactive import reactive

from stoette_tui import commands, pages
from stoette_tui.progress import Answer, Progress, count
from stoette_tui.tabs.messages import AnswerGiven, GoTo
from stoette_tui.typeset import mark, markdown
from stoette_tui.widgets.lines import Lines
from stoette_tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.geometry import Region
    from textual.strip import Strip

    from stoette_tui.content import Content, ItemGroup
    from stoette_tui.ui_text import UiText


class ItemList(RowList):
    """The groups and their items."""

    BINDINGS: ClassVar[list[BindingType]] = [*commands.bindings("checklist")]

    progress: reactive[Progress] = reactive(Progress())

    def __init__(self, content: Content, ui: UiText, ascii_only: bool) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only
        self._groups = {group.id: group for group in content.checklist.groups}
        self._items = {item.id: item for item in content.checklist.items}

    def set_rows(self, width: int) -> Iterator[Row]:
        """Each group's head, then its items."""
        intro = [Text(), *markdown(self._content.checklist.intro, width)]
        yield Row("", intro, head=True)
        for group in self._groups.values():
            yield self._head(group, width)
            yield from (self.set_row(item.id, width) for item in group.items)

    def set_row(self, row_id: str, width: int) -> Row:
        """An item, or, by the name `_head` gives it, a group's head."""
        if row_id.startswith("group:"):
            return self._head(self._groups[row_id.removeprefix("group:")], width)
        state = self.progress.state(row_id)
        item = self._items[row_id]
        return Row(row_id, pages.item_row(item, state, width, self._ascii_only))

    def _head(self, group: ItemGroup, width: int) -> Row:
        counts = count(self.progress, [item.id for item in group.items])
        lines = pages.group_head(group, self._ui, counts, width, self._ascii_only)
        return Row(f"group:{group.id}", [Text(), *lines], head=True)

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Sets anew the items that changed, and the heads of their groups."""
        changed: list[str] = []
        for group in self._groups.values():
            items = [item.id for item in group.items if old.state(item.id) != new.state(item.id)]
            changed += [*items, f"group:{group.id}"] if items else []
        self.update_rows(changed)

    def clicked(self, row: Row, x: int) -> None:
        """A click on the mark answers as well."""
        if x < len(mark(Answer.UNANSWERED, self._ascii_only)):
            self.go_to(row.id)
            self.action_answer(Answer.IN_PLACE)
        else:
            super().clicked(row, x)

    def action_answer(self, answer: str) -> None:
        """Gives the item in focus an answer."""
        self.post_message(AnswerGiven(self.row_id, answer))


class ItemDetail(Lines):
    """The item in focus: its statement, the answers to click on, and where it is explained."""

    item_id: reactive[str] = reactive("")
    progress: reactive[Progress] = reactive(Progress())

    def __init__(self, content: Content, ui: UiText, ascii_only: bool) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only
        self._items = {item.id: item for item in content.checklist.items}

    def render_lines(self, crop: Region) -> list[Strip]:
        """Sets the lines for what is shown now."""
        if item := self._items.get(self.item_id):
            self.lines = pages.item_detail(
                item,
                self._content,
                self._ui,
                self.progress.state(item.id),
                self.content_size.width,
                self._ascii_only,
            )
        return super().render_lines(crop)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        target = event.style.meta.get("target", "")
        kind, _, name = target.partition(":")
        if kind == "answer":
            self.post_message(AnswerGiven(self.item_id, name))
        elif target:
            self.post_message(GoTo(target))


class ChecklistTab(Vertical):
    """The list above, the item in focus below."""

    progress: reactive[Progress] = reactive(Progress())

    def __init__(self, content: Content, ui: UiText, ascii_only: bool) -> None:
        super().__init__()
        self._content = content
        self._ui = ui
        self._ascii_only = ascii_only

    def compose(self) -> ComposeResult:
        """List and detail, both given the same progress."""
        given = (self._content, self._ui, self._ascii_only)
        yield ItemList(*given).data_bind(ChecklistTab.progress)
        yield ItemDetail(*given).data_bind(ChecklistTab.progress)

    def focus(self, scroll_visible: bool = True) -> ChecklistTab:
        """Gives the focus to the list."""
        self.query_one(ItemList).focus(scroll_visible)
        return self

    def go_to_group(self, group_id: str) -> None:
        """Puts the cursor on the group's first item."""
        self.query_one(ItemList).go_to(f"group:{group_id}")

    @on(ItemList.CursorMoved)
    def _show_detail(self, message: ItemList.CursorMoved) -> None:
        message.stop()
        self.query_one(ItemDetail).item_id = message.row_id
