"""The picture that the report begins with: the rounds in the order of time, in all and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import astuple

from stoette_tui.content.ui_text import fill
from stoette_tui.report.document import Bar, BarGroup, Picture
from stoette_tui.review.compare import trend
from stoette_tui.review.progress import Answer, count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Progress, RoundSummary

_MOST_EARLIER = 5
"""Earlier rounds that are drawn."""


def progress_picture(
    checklist: Checklist, ui: UiText, progress: Progress, earlier: Sequence[RoundSummary]
) -> Picture:
    """The round and those before it; `progress` has a round."""
    shown = earlier[-_MOST_EARLIER:]
    names = [each.round.name for each in shown]
    names.append(progress.round.name if progress.round else "")

    def bar_group(title: str, item_ids: Collection[str]) -> BarGroup:
        all_counts = [*trend(shown, item_ids), count(progress, item_ids)]
        bars = tuple(
            Bar(
                name,
                counts,
                fill(ui.progress.short, in_place=counts.in_place, relevant=counts.relevant),
            )
            for name, counts in zip(names, all_counts, strict=True)
        )
        if not shown:
            return BarGroup(title, bars)
        moved = all_counts[-1].in_place - all_counts[-2].in_place
        template = ui.report.moved if moved else ui.report.not_moved
        return BarGroup(title, bars, fill(template, change=f"{moved:+d}"))

    groups = [bar_group(each.title, [item.id for item in each.items]) for each in checklist.groups]
    answers: Sequence[str] = [getattr(ui.answers, answer) for answer in Answer]
    texts = ui.report
    return Picture(
        (texts.round, texts.group, texts.shift),
        tuple(answers),
        (bar_group(texts.total, checklist.item_ids), *groups),
    )


def picture_tables(picture: Picture) -> Iterator[tuple[Sequence[str], Sequence[Sequence[str]]]]:
    """The picture in numbers, as tables of a head and rows, where bars cannot be drawn.

    One is of the rounds, and, where there are several, one of how the groups moved.
    """
    label, group, moved = picture.head
    in_all = picture.groups[0].bars
    parts = (part[:1].upper() + part[1:] for part in picture.parts)
    yield (label, *parts), [(bar.label, *map(str, astuple(bar.counts))) for bar in in_all]
    if len(in_all) > 1:
        yield (
            (group, *(bar.label for bar in in_all), moved),
            [
                (each.title, *(bar.share for bar in each.bars), each.moved)
                for each in picture.groups
            ],
        )
