"""The sections of the report, as a working-environment committee discusses and signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import fill
from stoette_tui.report.document import (
    BlankTable,
    BulletItem,
    BulletList,
    CountTable,
    Document,
    Fields,
    Heading,
    Paragraph,
    PlanTable,
    Value,
)
from stoette_tui.review.compare import Shift, shift
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import Answer, count, count_answers, local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.content.ui_sections import ReportTexts
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.report.document import Block
    from stoette_tui.review.progress import Counts, ItemState, Progress, RoundSummary

_PLAN_FIELDS = ("priority", "note", "action", "responsible", "due")
"""The fields of a plan in reading order."""


def build_document(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None, today: date
) -> Document:
    """The whole report; `progress` has a round, `before` is the one to compare it with."""
    plans = _PlanFormatter(ui, today)
    blocks = (
        *_header(checklist, ui, progress, today),
        *_overview(checklist, ui, progress),
        *_action_plan(checklist, ui, progress, plans),
        *_answered(Answer.IN_PLACE, checklist, ui, progress, plans),
        *_answered(Answer.NOT_RELEVANT, checklist, ui, progress, plans),
        *_answered(Answer.UNANSWERED, checklist, ui, progress, plans),
        *_comparison(checklist, ui, progress, before),
        *_footer(ui.report),
    )
    name = progress.round.name if progress.round else ""
    return Document(ui.report.language_code, fill(ui.report.page_title, round=name), blocks)


class _PlanFormatter:
    """Formats the fields of a plan."""

    def __init__(self, ui: UiText, today: date) -> None:
        self._ui = ui
        self._today = today

    def values(self, state: ItemState) -> dict[str, Value]:
        """The fields that are filled in, by name, in the order of `_PLAN_FIELDS`."""
        texts = {
            "priority": str(state.priority or ""),
            "note": state.note,
            "action": state.action,
            "responsible": state.responsible,
            "due": self._ui.long_date(state.due) if state.due else "",
        }
        values = {field: Value(text) for field, text in texts.items() if text.strip()}
        if self._is_overdue(state):
            values["due"] = Value(fill(self._ui.report.overdue, date=texts["due"]), "overdue")
        return values

    def row(self, state: ItemState) -> tuple[Value, ...]:
        """Every field, with a placeholder for each that is not filled in."""
        texts = self._ui.report
        blanks = {field: Value(getattr(texts, f"no_{field}"), "blank") for field in _PLAN_FIELDS}
        return tuple((blanks | self.values(state)).values())

    def gaps(self, states: Iterable[ItemState]) -> str:
        """What the plans of missing items lack, each with its count; empty if nothing."""
        texts, states = self._ui.report, list(states)
        counts = (
            (texts.gap_action, sum(not state.action.strip() for state in states)),
            (texts.gap_responsible, sum(not state.responsible.strip() for state in states)),
            (texts.gap_due, sum(state.due is None for state in states)),
            (texts.gap_overdue, sum(map(self._is_overdue, states))),
        )
        return ", ".join(fill(template, count=number) for template, number in counts if number)

    def bullet_list(self, items: Iterable[Item], progress: Progress) -> BulletList:
        """The items with the filled-in fields of their plans as details."""
        texts = self._ui.report
        labels = {field: getattr(texts, field) for field in _PLAN_FIELDS}
        labels["note"] = texts.remark  # of an item that is not missing, it is no problem
        return BulletList(
            tuple(
                BulletItem(
                    collapse_spaces(item.text),
                    tuple(
                        (labels[field], value)
                        for field, value in self.values(progress.state(item.id)).items()
                    ),
                )
                for item in items
            )
        )

    def _is_overdue(self, state: ItemState) -> bool:
        is_missing = state.answer == Answer.MISSING
        return is_missing and state.due is not None and state.due < self._today


def _header(checklist: Checklist, ui: UiText, progress: Progress, today: date) -> Iterator[Block]:
    """The title, the round, its dates, and who took part."""
    texts, round_ = ui.report, progress.round
    if round_ is None:
        raise ValueError(progress)
    name = fill(texts.round_archived, round=round_.name) if round_.archived else round_.name
    yield Heading(1, texts.title)
    yield Fields(
        (
            (texts.round, name),
            (texts.started, ui.long_date(local_date(round_.started))),
            (texts.generated, ui.long_date(today)),
            (texts.status, _share(ui, count(progress, checklist.item_ids))),
            (texts.workplace, ""),
            (texts.present, ""),
        )
    )
    yield Paragraph(texts.about_round)


def _overview(checklist: Checklist, ui: UiText, progress: Progress) -> Iterator[Block]:
    """The counts of each group, and the total."""
    texts = ui.report

    def row(title: str, item_ids: Iterable[str]) -> tuple[str, ...]:
        counts = count(progress, item_ids)
        return title, *(str(getattr(counts, each)) for each in Answer), _share(ui, counts)

    answers = (_capitalize(getattr(ui.answers, answer)) for answer in Answer)
    yield Heading(2, texts.overview)
    yield CountTable(
        (texts.group, *answers, texts.share),
        tuple(row(title, item_ids) for title, item_ids in _groups_and_total(checklist, texts)),
    )
    yield Paragraph(texts.overview_note, small=True)


def _action_plan(
    checklist: Checklist, ui: UiText, progress: Progress, plans: _PlanFormatter
) -> Iterator[Block]:
    """The missing items, and what will be done about each."""
    texts = ui.report
    items = {item.id: item for item in checklist.items}
    missing = plan_order(progress, items)
    yield Heading(2, texts.plan)
    yield Paragraph(texts.plan_about if missing else texts.plan_none)
    if not missing:
        return
    if gaps := plans.gaps(map(progress.state, missing)):
        yield Paragraph(fill(texts.plan_gaps, gaps=gaps))
    yield PlanTable(
        tuple(getattr(texts, field) for field in _PLAN_FIELDS),
        tuple(
            (
                fill(texts.missing_item, item=collapse_spaces(items[each].text)),
                plans.row(progress.state(each)),
            )
            for each in missing
        ),
    )


def _answered(
    answer: Answer, checklist: Checklist, ui: UiText, progress: Progress, plans: _PlanFormatter
) -> Iterator[Block]:
    """The items with that answer; those in place by group, as they are many."""
    texts = ui.report
    items = [item for item in checklist.items if progress.state(item.id).answer == answer]
    yield Heading(2, getattr(texts, answer))
    yield Paragraph(getattr(texts, f"{answer}_about" if items else f"{answer}_none"))
    if answer == Answer.IN_PLACE:
        for group in checklist.groups:
            if in_group := [item for item in group.items if item in items]:
                yield Heading(3, group.title)
                yield plans.bullet_list(in_group, progress)
    elif items:
        yield plans.bullet_list(items, progress)


def _comparison(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None
) -> Iterator[Block]:
    """What has changed since the round before."""
    texts = ui.report
    yield Heading(2, texts.comparison)
    if before is None:
        yield Paragraph(texts.comparison_none)
        return
    started = ui.long_date(local_date(before.round.started))
    yield Paragraph(fill(texts.comparison_about, round=before.round.name, date=started))
    yield CountTable(
        (texts.group, texts.before, texts.now),
        tuple(
            (
                title,
                _share(ui, count_answers(map(before.answer, item_ids))),
                _share(ui, count(progress, item_ids)),
            )
            for title, item_ids in _groups_and_total(checklist, texts)
        ),
    )
    shifts: dict[Shift, list[BulletItem]] = {kind: [] for kind in Shift}
    still_missing: list[BulletItem] = []
    for item in checklist.items:
        text = collapse_spaces(item.text)
        answers = before.answer(item.id), progress.state(item.id).answer
        names = [getattr(ui.answers, answer) for answer in answers]
        change = fill(texts.from_to, before=names[0], now=names[1])
        shifts[shift(*answers)].append(BulletItem(f"{text} ({change})"))
        if answers == (Answer.MISSING, Answer.MISSING):
            still_missing.append(BulletItem(text))
    unchanged = len(shifts.pop(Shift.UNCHANGED)) - len(still_missing)
    if still_missing:
        yield Heading(3, fill(texts.still_missing, count=len(still_missing)))
        yield BulletList(tuple(still_missing))
    for kind, items in shifts.items():
        if items:
            title = _capitalize(getattr(ui.compare, kind))
            yield Heading(3, fill(texts.shift_count, shift=title, count=len(items)))
            yield BulletList(tuple(items))
    yield Paragraph(fill(texts.unchanged, count=unchanged))


def _footer(texts: ReportTexts) -> Iterator[Block]:
    """What is filled in by hand, and notes on the report."""
    yield Heading(2, texts.follow_up)
    yield Paragraph(texts.follow_up_about)
    yield BlankTable((texts.follow_up_when, texts.follow_up_who, texts.follow_up_result), ("", ""))
    yield Heading(2, texts.signatures)
    yield Paragraph(texts.signatures_about)
    yield BlankTable((texts.role, texts.name, texts.signature, texts.date), texts.roles)
    yield Heading(2, texts.source)
    yield Paragraph(texts.source_about, small=True)
    yield Paragraph(texts.privacy, small=True)


def _groups_and_total(
    checklist: Checklist, texts: ReportTexts
) -> Iterator[tuple[str, Collection[str]]]:
    """Each group by title with the ids of its items, then the total with all ids."""
    for group in checklist.groups:
        yield group.title, [item.id for item in group.items]
    yield texts.total, checklist.item_ids


def _share(ui: UiText, counts: Counts) -> str:
    return fill(ui.progress.of_relevant, in_place=counts.in_place, relevant=counts.relevant)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
