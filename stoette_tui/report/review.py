"""The report of a round, as a working-environment committee puts it on the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.content.ui_text import fill
from stoette_tui.report.document import (
    Document,
    Facts,
    Figures,
    Form,
    Heading,
    Paragraph,
    Plan,
    Point,
    Points,
    Words,
)
from stoette_tui.review.compare import Shift, shift
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import Answer, count, count_answers, local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.report.document import Block
    from stoette_tui.review.progress import Counts, ItemState, Progress, RoundSummary


_FIELDS = ("priority", "note", "action", "responsible", "due")
"""A plan in the order it is read."""


def compose(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None, today: date
) -> Document:
    """All of the report; `progress` has a round, `before` is the one to compare it with."""
    report = _Report(checklist, ui, progress, today)
    blocks = (
        *report.head(),
        *report.overview(),
        *report.plan(),
        *report.kept(),
        *report.rest(),
        *report.since(before),
        *report.foot(),
    )
    name = progress.round.name if progress.round else ""
    return Document(ui.report.language_code, fill(ui.report.page_title, round=name), blocks)


class _Report:
    def __init__(self, checklist: Checklist, ui: UiText, progress: Progress, today: date) -> None:
        self._checklist = checklist
        self._ui = ui
        self._words = ui.report
        self._progress = progress
        self._today = today

    def head(self) -> Iterator[Block]:
        """What this is, about which round, from when, and who was there."""
        words, round_ = self._words, self._progress.round
        if round_ is None:
            raise ValueError(self._progress)
        name = fill(words.round_archived, round=round_.name) if round_.archived else round_.name
        started = local_date(round_.started)
        counts = count(self._progress, self._checklist.item_ids)
        yield Heading(1, words.title)
        yield Facts(
            (
                (words.round, name),
                (words.started, self._ui.long_date(started)),
                (words.made, self._ui.long_date(self._today)),
                (words.standing, self._share(counts)),
                (words.workplace, ""),
                (words.present, ""),
            )
        )
        yield Paragraph(words.about_round)

    def overview(self) -> Iterator[Block]:
        """The counts of each group and of all."""
        words, answers = self._words, self._ui.answers
        head = (words.group, *(_capital(getattr(answers, answer)) for answer in Answer))

        def row(title: str, item_ids: Iterable[str]) -> tuple[str, ...]:
            counts = count(self._progress, item_ids)
            figures = (str(getattr(counts, answer)) for answer in Answer)
            return title, *figures, self._share(counts)

        groups = (
            row(group.title, [item.id for item in group.items]) for group in self._checklist.groups
        )
        yield Heading(2, words.overview)
        total = row(words.total, self._checklist.item_ids)
        yield Figures((*head, words.share), (*groups, total))
        yield Paragraph(words.overview_note, small=True)

    def kept(self) -> Iterator[Block]:
        """What is in place, by groups."""
        words = self._words
        yield Heading(2, words.kept)
        some = self._answered(Answer.IN_PLACE)
        yield Paragraph(words.kept_about if some else words.kept_none)
        for group in self._checklist.groups:
            items = [item for item in group.items if item in some]
            if items:
                yield Heading(3, group.title)
                yield self._points(items)

    def plan(self) -> Iterator[Block]:
        """What is missing, and what will be done about it."""
        words = self._words
        items = {item.id: item for item in self._checklist.items}
        missing = plan_order(self._progress, items)
        yield Heading(2, words.plan)
        yield Paragraph(words.plan_about if missing else words.plan_none)
        if not missing:
            return
        if gaps := ", ".join(self._gaps([self._progress.state(each) for each in missing])):
            yield Paragraph(fill(words.plan_gaps, gaps=gaps))
        yield Plan(
            tuple(getattr(words, field) for field in _FIELDS),
            tuple(
                (fill(words.missing_item, item=_line(items[each])), self._cells(each))
                for each in missing
            ),
        )

    def _gaps(self, states: list[ItemState]) -> Iterator[str]:
        """What the plan still lacks, each with its count."""
        words = self._words
        for template, lacking in (
            (words.gap_action, [not state.action.strip() for state in states]),
            (words.gap_responsible, [not state.responsible.strip() for state in states]),
            (words.gap_due, [state.due is None for state in states]),
            (words.gap_overdue, [self._is_late(state) for state in states]),
        ):
            if any(lacking):
                yield fill(template, count=sum(lacking))

    def _cells(self, item_id: str) -> tuple[Words, ...]:
        written = self._written(self._progress.state(item_id))
        blanks = {field: Words(getattr(self._words, f"no_{field}"), "blank") for field in _FIELDS}
        return tuple((blanks | written).values())

    def _written(self, state: ItemState) -> dict[str, Words]:
        """What is written in the plan, by field."""
        texts = {
            "priority": str(state.priority or ""),
            "note": state.note,
            "action": state.action,
            "responsible": state.responsible,
            "due": self._ui.long_date(state.due) if state.due else "",
        }
        written = {field: Words(text) for field, text in texts.items() if text.strip()}
        if self._is_late(state):
            written["due"] = Words(fill(self._words.overdue, date=texts["due"]), "late")
        return written

    def _is_late(self, state: ItemState) -> bool:
        missing = state.answer == Answer.MISSING
        return missing and state.due is not None and state.due < self._today

    def rest(self) -> Iterator[Block]:
        """What is not relevant, and what has not been answered."""
        words = self._words
        for answer, title, about, none in (
            (
                Answer.NOT_RELEVANT,
                words.not_relevant,
                words.not_relevant_about,
                words.not_relevant_none,
            ),
            (Answer.UNANSWERED, words.unanswered, words.unanswered_about, words.unanswered_none),
        ):
            items = self._answered(answer)
            yield Heading(2, title)
            yield Paragraph(about if items else none)
            if items:
                yield self._points(items)

    def since(self, before: RoundSummary | None) -> Iterator[Block]:
        """What has become of the items since the round before."""
        words = self._words
        yield Heading(2, words.since)
        if before is None:
            yield Paragraph(words.since_none)
            return
        started = self._ui.long_date(local_date(before.round.started))
        yield Paragraph(fill(words.since_about, round=before.round.name, date=started))
        yield Figures((words.group, words.before, words.now), tuple(self._shares(before)))
        shifts: dict[Shift, list[Point]] = {kind: [] for kind in Shift}
        still_missing: list[Point] = []
        for item in self._checklist.items:
            answers = before.answer(item.id), self._progress.state(item.id).answer
            told = [getattr(self._ui.answers, answer) for answer in answers]
            change = fill(words.from_to, before=told[0], now=told[1])
            shifts[shift(*answers)].append(Point(f"{_line(item)} ({change})"))
            if answers == (Answer.MISSING, Answer.MISSING):
                still_missing.append(Point(_line(item)))
        if still_missing:
            yield Heading(3, fill(words.still_missing, count=len(still_missing)))
            yield Points(tuple(still_missing))
        for kind, points in shifts.items():
            if points and kind != Shift.UNCHANGED:
                title = _capital(getattr(self._ui.compare, kind))
                yield Heading(3, fill(words.shift_count, shift=title, count=len(points)))
                yield Points(tuple(points))
        yield Paragraph(
            fill(words.unchanged, count=len(shifts[Shift.UNCHANGED]) - len(still_missing))
        )

    def _shares(self, before: RoundSummary) -> Iterator[tuple[str, ...]]:
        groups = [
            (group.title, [item.id for item in group.items]) for group in self._checklist.groups
        ]
        for title, ids in (*groups, (self._words.total, self._checklist.item_ids)):
            then = count_answers(before.answer(item_id) for item_id in ids)
            yield title, self._share(then), self._share(count(self._progress, ids))

    def foot(self) -> Iterator[Block]:
        """What is filled in by hand, and what to know about the report."""
        words = self._words
        yield Heading(2, words.follow_up)
        yield Paragraph(words.follow_up_about)
        yield Form((words.follow_up_when, words.follow_up_who, words.follow_up_result), ("", ""))
        yield Heading(2, words.sign)
        yield Paragraph(words.sign_about)
        yield Form((words.role, words.name, words.signature, words.date), words.roles)
        yield Heading(2, words.source)
        yield Paragraph(words.source_about, small=True)
        yield Paragraph(words.privacy, small=True)

    def _answered(self, answer: Answer) -> list[Item]:
        states = ((item, self._progress.state(item.id)) for item in self._checklist.items)
        return [item for item, state in states if state.answer == answer]

    def _points(self, items: Iterable[Item]) -> Points:
        """The items with what is written about them; what was no problem is a remark."""
        labels = {field: getattr(self._words, field) for field in _FIELDS}
        labels["note"] = self._words.remark
        return Points(
            tuple(
                Point(
                    _line(item),
                    tuple(
                        (labels[field], text)
                        for field, text in self._written(self._progress.state(item.id)).items()
                    ),
                )
                for item in items
            )
        )

    def _share(self, counts: Counts) -> str:
        progress = self._ui.progress.of_relevant
        return fill(progress, in_place=counts.in_place, relevant=counts.relevant)


def _line(item: Item) -> str:
    return " ".join(item.text.split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
