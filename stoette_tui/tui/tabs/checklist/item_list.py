"""The list of items, and navigation through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.text import Text
from textual.reactive import reactive

from stoette_tui.content import phrases
from stoette_tui.content.model import Content
from stoette_tui.content.ui_text import UiText
from stoette_tui.pages import checklist as checklist_pages
from stoette_tui.pages import due as due_pages
from stoette_tui.pages import item as item_pages
from stoette_tui.pages.layout import MEASURE, mark, markdown, paragraph
from stoette_tui.review.compare import previous_answers
from stoette_tui.review.plans import due_items
from stoette_tui.review.progress import Answer, Progress, RoundSummary, is_map_cell
from stoette_tui.tui import commands
from stoette_tui.tui.tabs.messages import AnswerGiven
from stoette_tui.tui.widgets.row_list import Row, RowList

_DUE = "due:"
_INCOMPLETE = "incomplete:"
_HEIGHT_OF_AIRY_HEAD = 8
"""The maximum lines of a spaced-out group head, including what is above it."""
GROUP = "group:"
"""The prefix of the ids of heads."""


class ItemList(RowList):
    """What needs attention, then the groups and their items, and the map of support."""

    BINDINGS = commands.bindings("items")

    progress: reactive[Progress] = reactive(Progress(), repaint=False)
    rounds: reactive[Sequence[RoundSummary]] = reactive((), repaint=False)
    """All rounds; empty until they have been read."""

    def __init__(self, content: Content, ui: UiText, progress: Progress) -> None:
        """`progress` is the initial one."""
        super().__init__()
        self.set_reactive(ItemList.progress, progress)
        self._checklist = content.checklist
        self._ui = ui
        self._groups = {group.id: group for group in content.checklist.groups}
        self._items = content.checklist.by_id
        self._is_airy = self._is_unfolded = False
        self._due_rows = self._find_due_rows()
        self._day = date.today()
        self._last_answers: dict[str, Answer] = {}
        self._has_settled_row = False
        self._advance_from = ""
        """The item the cursor was moved to automatically, while it stays there."""
        self.answered_here = ""
        """The item the reader answered last in this window."""

    def on_mount(self) -> None:
        """Polls for the start of another day."""
        self.set_interval(1, self._follow_day)

    def _follow_day(self) -> None:
        """Lays the list out again on another day: what was due soon may be overdue."""
        if (today := date.today()) != self._day:
            self._day = today
            self._due_rows = self._find_due_rows()
            self.reset(in_place=True)

    @property
    def item_id(self) -> str:
        """The id of the item in focus; on the map, the map's id; empty on neither."""
        item_id = self.row_id.removeprefix(_DUE)
        return item_id if item_id in self._items or item_id == self._checklist.map.id else ""

    def begin_at(self, row_id: str) -> None:
        """Puts the cursor where the reader left off, on what is due, or on an unanswered item."""
        due = due_items(self.progress, self._items, date.today())
        is_due = due.done or due.overdue or due.soon
        item_id = row_id.removeprefix(_DUE)
        known = [*self._due_rows, *self._items, self._checklist.map.id]
        found = next((each for each in (row_id, item_id) if each in known), "")
        first = self._due_rows[0] if is_due else next(filter(self._is_unanswered, self._items), "")
        self.put_cursor(found or first)

    def _is_unanswered(self, item_id: str) -> bool:
        return self.progress.state(item_id).answer == Answer.UNANSWERED

    def _next_step(self, progress: Progress) -> str:
        return phrases.next_step(progress, self._checklist.item_ids, self._ui)

    def _find_due_rows(self) -> list[str]:
        """The rows that need attention, none in an archived round; incomplete plans share one."""
        if self.progress.is_archived:
            return []
        due = due_items(self.progress, self._items, date.today())
        item_ids = [*due.done, *due.overdue, *due.soon]
        rows = [_DUE + each for each in item_ids]
        incomplete = [_DUE + each for each in due.incomplete]
        self._is_unfolded = self._is_unfolded and len(incomplete) > 1
        if len(incomplete) > 1:
            rows.append(f"{_INCOMPLETE}{len(incomplete)}")
        if len(incomplete) == 1 or self._is_unfolded:
            rows += incomplete
        return rows

    def reflow(self) -> None:
        """Lays the list out, with more spacing in a large window."""
        heads = len(self._groups) + 1
        is_airy = self.size.height >= len(self._items) + heads * _HEIGHT_OF_AIRY_HEAD
        if is_airy != self._is_airy:
            self._is_airy, self._width = is_airy, 0
        super().reflow()

    def layout_rows(self, width: int) -> Iterator[Row]:
        """What needs attention, or else how to begin; then the groups and the map."""
        reminder = phrases.suggest_new_round(self.progress, self.rounds, self._ui, date.today())
        if self._due_rows:
            yield Row("due", due_pages.head(self._ui, reminder, width), head=True)
            yield from (self.layout_row(row_id, width) for row_id in self._due_rows)
        else:
            read_only = self._ui.checklist.read_only if self.progress.is_archived else ""
            said = read_only or reminder or self._next_step(self.progress)
            room = min(width, MEASURE)
            text = paragraph(said, room) if said else markdown(self._checklist.intro, room)
            intro = [Text(), *text]
            yield Row("intro", intro, head=True)
        for group in self._groups.values():
            yield self.layout_row(GROUP + group.id, width)
            yield from (self.layout_row(item.id, width) for item in group.items)
        yield self.layout_row(GROUP + self._checklist.map.id, width)
        yield self.layout_row(self._checklist.map.id, width)

    def layout_row(self, row_id: str, width: int) -> Row:
        """The row of an item, a head, the map, or what needs attention, by its prefix."""
        support_map = self._checklist.map
        if row_id == GROUP + support_map.id:
            head = checklist_pages.map_head(support_map, self._ui, self.progress, width)
            return Row(row_id, self._spaced(head), head=True)
        if row_id == support_map.id:
            lines = item_pages.map_pointer(support_map, self._ui, self.progress, width)
            return Row(row_id, lines)
        if row_id.startswith(GROUP):
            group = self._groups[row_id.removeprefix(GROUP)]
            head = checklist_pages.group_head(group, self._ui, self.progress, width)
            return Row(row_id, self._spaced(head), head=True)
        if row_id.startswith(_INCOMPLETE):
            number = int(row_id.removeprefix(_INCOMPLETE))
            lines = due_pages.incomplete_row(number, self._is_unfolded, self._ui, width)
            return Row(row_id, lines)
        item = self._items[row_id.removeprefix(_DUE)]
        state = self.progress.state(item.id)
        if row_id.startswith(_DUE):
            given = item, state, self._ui, date.today(), width
            return Row(row_id, due_pages.row(*given, self._is_unfolded))
        last = self._last_answers.get(item.id, Answer.UNANSWERED)
        return Row(row_id, checklist_pages.item_row(item, state, self._ui, width, last=last))

    def _spaced(self, head: list[Text]) -> list[Text]:
        """A head, with space above it."""
        return [*([Text()] * (2 if self._is_airy else 1)), *head]

    def watch_progress(self, old: Progress, new: Progress) -> None:
        """Redraws what has changed, and moves on from an item that was answered."""
        if old.round and new.round and old.round != new.round:
            self._due_rows = self._find_due_rows()
            self.reset()
            return
        changed = new.changed_since(old)
        if self._refresh_due_rows():
            pass  # all of it is laid out again
        elif not self._due_rows and self._next_step(new) != self._next_step(old):
            self.reset(in_place=True)  # the introduction gives way to what is next
        else:
            self._update(changed)
        here = self._advance_from
        is_answered = old.answer(here) == Answer.UNANSWERED and not self._is_unanswered(here)
        if here in changed and is_answered and here == self.answered_here:
            self._advance_from = ""
            if any(map(self._is_unanswered, self._items)):
                self.open_item(1)

    def watch_rounds(self, rounds: Sequence[RoundSummary]) -> None:
        """Draws last time's answers, the visible rows first."""
        self._last_answers = previous_answers(rounds, self.progress.round_id or "")
        self.reset(in_place=True)

    def _update(self, changed: set[str]) -> None:
        due = [_DUE + each for each in changed]
        heads = [each.id for each in self._groups.values() if changed.intersection(each.item_ids)]
        rows = [*changed, *due, *(GROUP + each for each in heads)]
        if any(map(is_map_cell, changed)):
            rows += [GROUP + self._checklist.map.id, self._checklist.map.id]
        self.update_rows(rows)

    def watch_cursor(self) -> None:
        """Removes a settled row once the cursor has left it."""
        super().watch_cursor()
        if self.row_id != self._advance_from:
            self._advance_from = ""
        if self._has_settled_row:
            self.call_later(self._refresh_due_rows)

    def _refresh_due_rows(self) -> bool:
        """Lays the list out again if other items need attention now; returns whether it did.

        A settled item keeps its row while the cursor is on it, so that the next key does not answer
        another item.
        """
        rows, here = self._find_due_rows(), self.row_id
        self._has_settled_row = (
            here.startswith(_DUE) and here not in rows and here in self._due_rows
        )
        if self._has_settled_row:
            rows.insert(self._due_rows.index(here), here)
        if rows == self._due_rows:
            return False
        self._due_rows = rows
        self.reset(in_place=True)
        return True

    def clicked(self, row: Row, x: int) -> None:
        """A click on the mark also answers; rows that open or unfold need no second click."""
        if row.id in self._items and x < len(mark(Answer.UNANSWERED)):
            self.put_cursor(row.id)
            self.post_message(AnswerGiven(row.id, Answer.IN_PLACE))
        else:
            if row.id == self._checklist.map.id or row.id.startswith(_INCOMPLETE):
                self.put_cursor(row.id)
            super().clicked(row, x)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Unfolds only where there is something to; elsewhere, the key is that of the plan."""
        return action != "unfold" or self.row_id.startswith(_INCOMPLETE)

    def action_select(self) -> None:
        """Chooses the item or the map, or unfolds the incomplete plans."""
        if self.row_id.startswith(_INCOMPLETE):
            self.action_unfold()
        else:
            super().action_select()

    def action_unfold(self) -> None:
        """Shows the incomplete plans, or hides them."""
        self._is_unfolded = not self._is_unfolded
        self._due_rows = self._find_due_rows()
        self.reset(in_place=True)

    def action_move_section(self, step: int) -> None:
        """Moves to the first row after the next or previous head, wrapping around."""
        self.layout_until(lambda: False)
        firsts = [at for at, stop in enumerate(self._stops) if stop and self._rows[stop - 1].head]
        if not firsts:  # there has been no room yet for a layout
            return
        if step > 0:
            self.cursor = next((at for at in firsts if at > self.cursor), firsts[0])
        else:
            self.cursor = next((at for at in reversed(firsts) if at < self.cursor), firsts[-1])

    def open_item(self, step: int) -> bool:
        """Moves to the next or previous item without an answer, or else without a plan, and wraps.

        Returns whether there is one. After a step forward, an answer moves on to the next one,
        until the cursor is moved.
        """
        item_ids = list(self._items)[::step]
        here = item_ids.index(self.row_id) if self.row_id in self._items else -1
        ahead = [*item_ids[here + 1 :], *item_ids[: here + 1]]
        found = next(filter(self._is_unanswered, ahead), "") or next(
            (each for each in ahead if self.progress.state(each).needs_action), ""
        )
        if found:
            self.put_cursor(found)
            self._advance_from, self.answered_here = found if step > 0 else "", ""
        return bool(found)
