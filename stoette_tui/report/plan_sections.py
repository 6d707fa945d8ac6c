"""The sections of the report about what is missing, and what will be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.ui_text import fill
from stoette_tui.report.document import (
    BulletItem,
    BulletList,
    Cells,
    Heading,
    Paragraph,
    Value,
)
from stoette_tui.review.progress import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.content.ui_sections import ReportTexts
    from stoette_tui.report.document import Block
    from stoette_tui.report.plan_formatter import PlanFormatter
    from stoette_tui.review.progress import Progress, RoundSummary


def carried_items(
    checklist: Checklist, progress: Progress, before: RoundSummary | None
) -> list[Item]:
    """The unanswered items whose plans came from an earlier round.

    Those plans were written when the round was started. One that has been edited since is known by
    its item, which was missing the time before.
    """

    def is_carried(item: Item) -> bool:
        state = progress.state(item.id)
        is_as_begun = progress.round is not None and state.changed == progress.round.started
        was_missing = before is not None and before.answer(item.id) == Answer.MISSING
        return state.answer == Answer.UNANSWERED and state.has_plan and (is_as_begun or was_missing)

    return [item for item in checklist.items if is_carried(item)]


def action_plan(
    missing: Sequence[Item], carried: Sequence[Item], texts: ReportTexts, plans: PlanFormatter
) -> Iterator[Block]:
    """The missing items with their plans, then the carried plans whose items await an answer."""
    yield Heading(2, texts.plan)
    if missing:
        yield Paragraph(texts.plan_about)
        if gaps := plans.gaps(missing):
            yield Paragraph(fill(texts.plan_gaps, gaps=gaps))
        yield from map(plans.cells, missing)
    else:
        yield Paragraph(texts.plan_carried if carried else texts.plan_none)
    if carried:
        yield Heading(2, texts.carried)
        yield Paragraph(texts.carried_about)
        yield plans.bullet_list(carried)


def still_missing(
    missing: Sequence[Item], before: RoundSummary | None, texts: ReportTexts
) -> Iterator[Block]:
    """What was missing the time before too; nothing where there is no such time."""
    if before is None:
        return
    items = [item for item in missing if before.answer(item.id) == Answer.MISSING]
    about = texts.still_missing_about if items else texts.still_missing_none
    yield Heading(2, fill(texts.still_missing, count=len(items)))
    yield Paragraph(fill(about, round=before.round.name))
    if items:
        yield BulletList(tuple(BulletItem(collapse_spaces(item.text)) for item in items))


def sick_leave(texts: ReportTexts, has_plan: bool) -> Iterator[Block]:
    """The question of an APV that is answered on paper, where something is missing."""
    yield Heading(2, texts.sick_leave)
    if has_plan:
        yield Cells((((texts.sick_leave_question, Value("")),),))
    else:
        yield Paragraph(texts.sick_leave_none)


def follow_up(texts: ReportTexts, has_plan: bool) -> Iterator[Block]:
    """Who follows up on the plan as a whole, when and how: agreed on paper."""
    questions = texts.follow_up_when, texts.follow_up_who, texts.follow_up_how
    yield Heading(2, texts.follow_up)
    yield Paragraph(texts.follow_up_about if has_plan else texts.follow_up_none)
    yield Cells((tuple((question, Value("")) for question in questions),))
