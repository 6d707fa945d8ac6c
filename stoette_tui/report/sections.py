"""The sections of the report, for a working-environment committee to discuss and sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import astuple

from stoette_tui.base.sanitize import capitalize, collapse_spaces
from stoette_tui.content.phrases import share, shift_name
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.report.document import (
    Block,
    BulletList,
    Cells,
    Document,
    Fields,
    Heading,
    Paragraph,
    Table,
    Value,
)
from stoette_tui.report.picture import progress_picture
from stoette_tui.report.plans import PlanFormatter, carried_items
from stoette_tui.review.compare import Shift, shifts
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import Answer, Progress, Round, RoundSummary, count, local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from stoette_tui.content.model import Checklist, Item, Term


class Report:
    """The sections as methods; each yields its blocks, or none if it has nothing to say.

    `progress` has a round, `earlier` are those before it, oldest first.
    """

    def __init__(
        self,
        checklist: Checklist,
        ui: UiText,
        progress: Progress,
        earlier: Sequence[RoundSummary],
        today: date,
    ) -> None:
        self.checklist, self.ui, self.texts = checklist, ui, ui.report
        self.progress, self.earlier, self.today = progress, earlier, today
        self.before = earlier[-1] if earlier else None
        self.plans = PlanFormatter(ui, progress, today)
        items = checklist.by_id
        self.missing = [items[item_id] for item_id in plan_order(progress, items)]
        self.carried = carried_items(checklist, progress, self.before)

    def document(self) -> Document:
        round_ = self.progress.round
        assert round_
        blocks = (
            *self.header(round_),
            *self.overview(),
            *self.action_plan(),
            *self.still_missing(),
            *self.sick_leave(),
            *self.in_place(),
            *self.support_map(),
            *self.set_aside(Answer.NOT_RELEVANT),
            *self.set_aside(Answer.UNANSWERED, self.carried),
            *self.unknown(),
            *self.comparison(),
            *self.follow_up(),
            *self.footer(),
        )
        return Document(self.ui.locale, fill(self.texts.page_title, round=round_.name), blocks)

    def header(self, round_: Round) -> Iterator[Block]:
        """The title, the round, its dates, and who took part."""
        texts = self.texts
        name = fill(texts.round_archived, round=round_.name) if round_.archived else round_.name
        rows = (
            (texts.round, name),
            (texts.started, self.ui.long_date(local_date(round_.started))),
            (texts.generated, self.ui.long_date(self.today)),
            (texts.status, self._share(self.progress, self.checklist.item_ids)),
            (texts.workplace, ""),
            (texts.present, ""),
        )
        yield Heading(1, texts.title)
        yield Fields(tuple((label, Value(text)) for label, text in rows))
        yield Paragraph(texts.about_round)

    def overview(self) -> Iterator[Block]:
        """The rounds as a chart; the counts of each group, and the total."""
        yield Heading(2, self.texts.overview)
        yield progress_picture(self.checklist, self.ui, self.progress, self.earlier)
        yield Table.of_counts(
            (self.texts.group, *(capitalize(getattr(self.ui.answers, each)) for each in Answer)),
            (
                (title, *map(str, astuple(count(self.progress, item_ids))))
                for title, item_ids in self._groups_and_total()
            ),
            has_total=True,
        )
        yield Paragraph(self.texts.overview_note, small=True)

    def action_plan(self) -> Iterator[Block]:
        """The missing items with their plans, then the carried-over plans that await an answer."""
        texts, missing, carried = self.texts, self.missing, self.carried
        yield Heading(2, texts.plan)
        if missing:
            yield Paragraph(texts.plan_about)
            if gaps := self.plans.gaps(missing):
                yield Paragraph(fill(texts.plan_gaps, gaps=gaps))
            yield from map(self.plans.cells, missing)
        else:
            yield Paragraph(texts.plan_carried if carried else texts.plan_none)
        if carried:
            yield Heading(2, texts.carried)
            yield Paragraph(texts.carried_about)
            yield self.plans.bullet_list(carried)

    def still_missing(self) -> Iterator[Block]:
        """What was already missing in the previous round."""
        texts, before = self.texts, self.before
        if before is None:
            return
        items = [item for item in self.missing if before.answer(item.id) == Answer.MISSING]
        about = texts.still_missing_about if items else texts.still_missing_none
        yield Heading(2, fill(texts.still_missing, count=len(items)))
        yield Paragraph(fill(about, round=before.round.name))
        if items:
            yield BulletList(tuple((collapse_spaces(item.text), ()) for item in items))

    def sick_leave(self) -> Iterator[Block]:
        """The APV's question on sick leave, answered on paper, if anything is missing."""
        yield Heading(2, self.texts.sick_leave)
        if self.missing or self.carried:
            yield Cells((((self.texts.sick_leave_question, Value("")),),))
        else:
            yield Paragraph(self.texts.sick_leave_none)

    def in_place(self) -> Iterator[Block]:
        """The items in place, by group, as there are many of them."""
        items = self._answered(Answer.IN_PLACE)
        yield Heading(2, self.texts.in_place)
        yield Paragraph(self.texts.in_place_about if items else self.texts.in_place_none)
        for group in self.checklist.groups:
            if in_group := [item for item in group.items if item in items]:
                yield Heading(3, group.title)
                yield self.plans.bullet_list(in_group)

    def support_map(self) -> Iterator[Block]:
        """Where each kind of support comes from, as far as the map is filled in."""
        texts, map_ = self.texts, self.checklist.map
        rows: dict[tuple[Term, Term], list[Value]] = {}
        for cell in map_.cells:
            text = self.progress.state(cell.id).note
            value = Value(text) if text.strip() else Value(texts.no_map_cell, "blank")
            rows.setdefault((cell.kind, cell.giver), []).append(value)
        yield Heading(2, map_.title)
        if all(value.kind == "blank" for values in rows.values() for value in values):
            yield Paragraph(texts.map_none)
            return
        yield Paragraph(texts.map_about)
        yield Table(
            "texts",
            (texts.map_support, *(capitalize(way.title) for way in map_.ways)),
            tuple(
                (Value(fill(texts.map_row, kind=kind.title, giver=giver.title)), *values)
                for (kind, giver), values in rows.items()
            ),
        )

    def set_aside(self, answer: Answer, bare: Collection[Item] = ()) -> Iterator[Block]:
        """The items that are not relevant or not answered; plans of `bare` ones are elsewhere."""
        items = self._answered(answer)
        yield Heading(2, getattr(self.texts, answer))
        yield Paragraph(getattr(self.texts, f"{answer}_about" if items else f"{answer}_none"))
        if items:
            yield self.plans.bullet_list(items, bare)

    def unknown(self) -> Iterator[Block]:
        """What was recorded for items that the checklist does not have."""
        if unknown := self.progress.unknown_items(self.checklist.known_ids):
            yield Heading(2, self.texts.unknown)
            yield Paragraph(self.texts.unknown_about)
            yield self.plans.list_by_id(unknown)

    def comparison(self) -> Iterator[Block]:
        """What has changed since the round before."""
        texts, before = self.texts, self.before
        yield Heading(2, texts.comparison)
        if before is None:
            yield Paragraph(texts.comparison_none)
            return
        started = self.ui.long_date(local_date(before.round.started))
        yield Paragraph(fill(texts.comparison_about, round=before.round.name, date=started))
        yield Table.of_counts(
            (texts.group, texts.before, texts.now),
            (
                (title, self._share(before, item_ids), self._share(self.progress, item_ids))
                for title, item_ids in self._groups_and_total()
            ),
            has_total=True,
        )
        yield from self._changes(before)

    def _changes(self, before: RoundSummary) -> Iterator[Block]:
        texts, answers, now = self.texts, self.ui.answers, self.progress.answer
        items = self.checklist.by_id

        def bullet(item_id: str) -> str:
            earlier, later = (getattr(answers, each(item_id)) for each in (before.answer, now))
            change = fill(texts.from_to, before=earlier, now=later)
            return f"{collapse_spaces(items[item_id].text)} ({change})"

        found = shifts(items, before.answer, now)
        unchanged, still_unanswered = (
            len(found.pop(kind)) for kind in (Shift.UNCHANGED, Shift.STILL_UNANSWERED)
        )
        for kind, item_ids in found.items():
            if item_ids:
                title, number = shift_name(kind, self.ui), len(item_ids)
                yield Heading(3, fill(texts.shift_count, shift=title, count=number))
                yield BulletList(tuple((bullet(item_id), ()) for item_id in item_ids))
        yield Paragraph(fill(texts.unchanged, count=unchanged))
        yield Paragraph(fill(texts.still_unanswered, count=still_unanswered))

    def follow_up(self) -> Iterator[Block]:
        """Who follows up on the whole plan, when and how: filled in on paper."""
        texts = self.texts
        questions = texts.follow_up_when, texts.follow_up_who, texts.follow_up_how
        yield Heading(2, texts.follow_up)
        yield Paragraph(texts.follow_up_about if self.missing else texts.follow_up_none)
        yield Cells((tuple((question, Value("")) for question in questions),))

    def footer(self) -> Iterator[Block]:
        """The signatures, and notes on the report."""
        texts = self.texts
        head = texts.role, texts.name, texts.signature, texts.date
        rows = tuple((Value(role), *[Value("")] * (len(head) - 1)) for role in texts.roles)
        yield Heading(2, texts.signatures)
        yield Paragraph(texts.signatures_about)
        yield Table("form", head, rows)
        yield Heading(2, texts.source)
        yield Paragraph(texts.source_about, small=True)
        yield Paragraph(texts.privacy, small=True)

    def _groups_and_total(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Each group's title with its item ids, then the total with all ids."""
        for group in self.checklist.groups:
            yield group.title, group.item_ids
        yield self.texts.total, self.checklist.item_ids

    def _answered(self, answer: Answer) -> list[Item]:
        items = self.checklist.items
        return [item for item in items if self.progress.state(item.id).answer == answer]

    def _share(self, round_: Progress | RoundSummary, item_ids: Sequence[str]) -> str:
        """How many of the relevant items are in place, and how many await an answer."""
        counts = count(round_, item_ids)
        status, number = share(counts, self.ui), counts.unanswered
        template = self.texts.with_unanswered
        return self.ui.count(template, number, status=status) if number else status
