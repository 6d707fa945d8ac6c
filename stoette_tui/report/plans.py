"""The plans of a round as shown in the report, and which of them were carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.report.document import BulletList, Cells, Labelled, Value
from stoette_tui.review.progress import PLAN, Answer, ItemState, Progress, RoundSummary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from stoette_tui.content.model import Checklist, Item

_ROWS: Final = (
    {"note": 50, "action": 50},
    {"responsible": 25, "due": 20, "priority": 12, "done": 20, "helped": 23},
)
"""The fields of a plan, grouped into rows of cells, each with its share of the row's width."""

_BY_HAND: Final = ("done", "helped")
"""The fields left blank, to be filled in on paper, if nothing is known yet."""

_NOTE_LABELS: Final = {
    Answer.IN_PLACE: "remark",
    Answer.MISSING: "problem",
    Answer.NOT_RELEVANT: "reason",
    Answer.UNANSWERED: "note",
}
"""What the note of an item is about, by its answer."""


class PlanFormatter:
    def __init__(self, ui: UiText, progress: Progress, today: date) -> None:
        self._ui, self._state, self._today = ui, progress.state, today

    def cells(self, item: Item) -> Cells:
        """The plan of a missing item, with a placeholder or a blank for each empty field."""
        texts, state = self._ui.report, self._state(item.id)
        labels, values = self._labels(state), self._values(state)

        def cell(field: str) -> tuple[str, Value]:
            blank = "" if field in _BY_HAND else getattr(texts, f"no_{field}")
            return labels[field], values.get(field, Value(blank, "blank" if blank else ""))

        title = fill(texts.missing_item, item=collapse_spaces(item.text))
        rows = tuple(tuple(map(cell, row)) for row in _ROWS)
        return Cells(rows, title, tuple(tuple(row.values()) for row in _ROWS))

    def bullet_list(self, items: Iterable[Item], bare: Collection[Item] = ()) -> BulletList:
        """The items, with the filled-in fields of their plans as details unless `bare`."""
        return BulletList(
            tuple(
                (collapse_spaces(item.text), () if item in bare else self._details(item.id))
                for item in items
            )
        )

    def list_by_id(self, item_ids: Iterable[str]) -> BulletList:
        """Items by id, with their answers and the filled-in fields of their plans."""
        answers = {each: getattr(self._ui.answers, self._state(each).answer) for each in item_ids}
        return BulletList(
            tuple((f"{each}: {answer}", self._details(each)) for each, answer in answers.items())
        )

    def gaps(self, items: Iterable[Item]) -> str:
        """What plans not yet carried out are missing, with counts; empty if nothing is missing."""
        texts = self._ui.report
        all_states = (self._state(item.id) for item in items)
        states = [state for state in all_states if state.done is None]
        counts = (
            (texts.gap_action, sum(not state.action.strip() for state in states)),
            (texts.gap_responsible, sum(not state.responsible.strip() for state in states)),
            (texts.gap_due, sum(state.due is None for state in states)),
            (texts.gap_overdue, sum(state.is_overdue(self._today) for state in states)),
        )
        return ", ".join(fill(template, count=number) for template, number in counts if number)

    def _details(self, item_id: str) -> Labelled:
        state = self._state(item_id)
        labels, values = self._labels(state), self._values(state)
        if state.answer == Answer.NOT_RELEVANT:
            values = {"note": Value(self._ui.report.no_reason, "blank")} | values
        return tuple((labels[field], value) for field, value in values.items())

    def _labels(self, state: ItemState) -> dict[str, str]:
        texts = self._ui.report
        labels = {field: getattr(texts, field) for field in PLAN}
        note = "former_problem" if state.has_former_problem else _NOTE_LABELS[state.answer]
        return labels | {"note": getattr(texts, note)}

    def _values(self, state: ItemState) -> dict[str, Value]:
        """The filled-in fields by name, in reading order."""
        ui = self._ui
        texts = ui.plan_texts(state)
        values = {field: Value(text) for field, text in texts.items() if text.strip()}
        if state.is_overdue(self._today):
            values["due"] = Value(fill(ui.report.overdue, date=texts["due"]), "overdue")
        return values


def carried_items(
    checklist: Checklist, progress: Progress, before: RoundSummary | None
) -> list[Item]:
    """The unanswered items whose plans came from an earlier round.

    Such plans were written when the round was started. A plan edited since is recognised by its
    item, which was missing in the previous round.
    """

    def is_carried(item: Item) -> bool:
        state = progress.state(item.id)
        is_as_begun = progress.round is not None and state.changed == progress.round.started
        was_missing = before is not None and before.answer(item.id) == Answer.MISSING
        return state.answer == Answer.UNANSWERED and state.has_plan and (is_as_begun or was_missing)

    return [item for item in checklist.items if is_carried(item)]
