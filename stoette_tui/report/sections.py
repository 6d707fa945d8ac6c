"""The sections of the report, as a working-environment committee discusses and signs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import fill
from stoette_tui.report import plan_sections
from stoette_tui.report.document import (
    BlankTable,
    BulletItem,
    BulletList,
    CountTable,
    Document,
    Fields,
    Heading,
    Paragraph,
    TextTable,
    Value,
)
from stoette_tui.report.picture import progress_picture
from stoette_tui.report.plan_formatter import PlanFormatter
from stoette_tui.review.compare import Shift, shifts
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import Answer, count, count_answers, local_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from stoette_tui.content.model import Checklist, Item, SupportMap, Term
    from stoette_tui.content.ui_sections import ReportTexts
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.report.document import Block
    from stoette_tui.review.progress import Counts, Progress, RoundSummary


def build_document(
    checklist: Checklist,
    ui: UiText,
    progress: Progress,
    earlier: Sequence[RoundSummary],
    today: date,
) -> Document:
    """The whole report; `progress` has a round, `earlier` are those before it, oldest first."""
    before = earlier[-1] if earlier else None
    texts, plans = ui.report, PlanFormatter(ui, progress, today)
    items = {item.id: item for item in checklist.items}
    missing = [items[item_id] for item_id in plan_order(progress, items)]
    carried = plan_sections.carried_items(checklist, progress, before)
    blocks = (
        *_header(checklist, ui, progress, today),
        *_overview(checklist, ui, progress, earlier),
        *plan_sections.action_plan(missing, carried, texts, plans),
        *plan_sections.still_missing(missing, before, texts),
        *plan_sections.sick_leave(texts, has_plan=bool(missing or carried)),
        *_in_place(checklist, progress, texts, plans),
        *_support_map(checklist.map, progress, texts),
        *_set_aside(Answer.NOT_RELEVANT, checklist, progress, texts, plans),
        *_set_aside(Answer.UNANSWERED, checklist, progress, texts, plans, carried),
        *_unknown(checklist, progress, texts, plans),
        *_comparison(checklist, ui, progress, before),
        *plan_sections.follow_up(texts, has_plan=bool(missing)),
        *_footer(texts),
    )
    name = progress.round.name if progress.round else ""
    return Document(ui.locale, fill(texts.page_title, round=name), blocks)


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


def _overview(
    checklist: Checklist, ui: UiText, progress: Progress, earlier: Sequence[RoundSummary]
) -> Iterator[Block]:
    """The rounds as a picture; the counts of each group, and the total."""
    texts = ui.report

    def row(title: str, item_ids: Iterable[str]) -> tuple[str, ...]:
        counts = count(progress, item_ids)
        return title, *(str(getattr(counts, each)) for each in Answer)

    answers = (_capitalize(getattr(ui.answers, answer)) for answer in Answer)
    yield Heading(2, texts.overview)
    yield progress_picture(checklist, ui, progress, earlier)
    yield CountTable(
        (texts.group, *answers),
        tuple(row(title, item_ids) for title, item_ids in _groups_and_total(checklist, texts)),
    )
    yield Paragraph(texts.overview_note, small=True)


def _in_place(
    checklist: Checklist, progress: Progress, texts: ReportTexts, plans: PlanFormatter
) -> Iterator[Block]:
    """The items that are in place, by group, as they are many."""
    items = _answered(Answer.IN_PLACE, checklist, progress)
    yield Heading(2, texts.in_place)
    yield Paragraph(texts.in_place_about if items else texts.in_place_none)
    for group in checklist.groups:
        if in_group := [item for item in group.items if item in items]:
            yield Heading(3, group.title)
            yield plans.bullet_list(in_group)


def _support_map(map_: SupportMap, progress: Progress, texts: ReportTexts) -> Iterator[Block]:
    """Where each kind of support comes from, as far as it is written."""
    rows: dict[tuple[Term, Term], list[Value]] = {}
    for cell in map_.cells:
        text = progress.state(cell.id).note
        value = Value(text) if text.strip() else Value(texts.no_map_cell, "blank")
        rows.setdefault((cell.kind, cell.giver), []).append(value)
    yield Heading(2, map_.title)
    if all(value.kind == "blank" for values in rows.values() for value in values):
        yield Paragraph(texts.map_none)
        return
    yield Paragraph(texts.map_about)
    yield TextTable(
        (texts.map_support, *(_capitalize(way.title) for way in map_.ways)),
        tuple(
            (fill(texts.map_row, kind=kind.title, giver=giver.title), tuple(values))
            for (kind, giver), values in rows.items()
        ),
    )


def _set_aside(
    answer: Answer,
    checklist: Checklist,
    progress: Progress,
    texts: ReportTexts,
    plans: PlanFormatter,
    bare: Collection[Item] = (),
) -> Iterator[Block]:
    """The items that are not relevant, or not answered; the plans of bare ones stand elsewhere."""
    items = _answered(answer, checklist, progress)
    yield Heading(2, getattr(texts, answer))
    yield Paragraph(getattr(texts, f"{answer}_about" if items else f"{answer}_none"))
    if items:
        yield plans.bullet_list(items, bare)


def _unknown(
    checklist: Checklist, progress: Progress, texts: ReportTexts, plans: PlanFormatter
) -> Iterator[Block]:
    """What was said of items that the checklist does not have, if anything."""
    if unknown := progress.unknown_items(checklist.known_ids):
        yield Heading(2, texts.unknown)
        yield Paragraph(texts.unknown_about)
        yield plans.list_by_id(unknown)


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
    texts_of = {item.id: collapse_spaces(item.text) for item in checklist.items}
    answers = {item_id: progress.state(item_id).answer for item_id in texts_of}
    found = shifts(texts_of, before.answer, answers.__getitem__)
    counts = [
        fill(template, count=len(found.pop(kind)))
        for kind, template in (
            (Shift.UNCHANGED, texts.unchanged),
            (Shift.STILL_UNANSWERED, texts.still_unanswered),
        )
    ]
    for kind, item_ids in found.items():
        if not item_ids:
            continue
        title = _capitalize(getattr(ui.compare, kind))
        yield Heading(3, fill(texts.shift_count, shift=title, count=len(item_ids)))
        items = []
        for item_id in item_ids:
            names = (
                getattr(ui.answers, each) for each in (before.answer(item_id), answers[item_id])
            )
            change = fill(texts.from_to, **dict(zip(("before", "now"), names, strict=True)))
            items.append(BulletItem(f"{texts_of[item_id]} ({change})"))
        yield BulletList(tuple(items))
    yield from map(Paragraph, counts)


def _footer(texts: ReportTexts) -> Iterator[Block]:
    """Who signs, and notes on the report."""
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


def _answered(answer: Answer, checklist: Checklist, progress: Progress) -> list[Item]:
    return [item for item in checklist.items if progress.state(item.id).answer == answer]


def _share(ui: UiText, counts: Counts) -> str:
    """How many of the relevant items are in place, and how many of them await an answer."""
    numbers = {"in_place": counts.in_place, "relevant": counts.relevant}
    status = fill(ui.progress.of_relevant, **numbers)
    if not counts.unanswered:
        return status
    return ui.count(ui.report.with_unanswered, counts.unanswered, status=status)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
