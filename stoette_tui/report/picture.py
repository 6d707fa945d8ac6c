"""The chart at the top of the report: the rounds in chronological order, in total and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import astuple

from stoette_tui.base.sanitize import capitalize
from stoette_tui.content.phrases import short_share
from stoette_tui.report.document import Bar, BarGroup, Picture, Table
from stoette_tui.review.compare import movement, trend
from stoette_tui.review.progress import Answer, Progress, RoundSummary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText

_MAX_EARLIER = 5
"""The number of earlier rounds drawn."""


def progress_picture(
    checklist: Checklist, ui: UiText, progress: Progress, earlier: Sequence[RoundSummary]
) -> Picture:
    """The chart of the round and those before it; `progress` must have a round."""
    texts, shown = ui.report, earlier[-_MAX_EARLIER:]
    names = [*(each.round.name for each in shown), progress.round_name]

    def bar_group(title: str, item_ids: Collection[str]) -> BarGroup:
        all_counts = trend([*shown, progress], item_ids)
        bars = tuple(
            Bar(name, counts, short_share(counts, ui))
            for name, counts in zip(names, all_counts, strict=True)
        )
        moved = movement(*all_counts[-2:]) if shown else None
        if not moved:
            return BarGroup(title, bars, "" if moved is None else texts.not_moved)
        template = texts.fewer_in_place if moved < 0 else texts.more_in_place
        return BarGroup(title, bars, ui.count(template, abs(moved)))

    return Picture(
        (texts.round, texts.group, texts.shift),
        tuple(getattr(ui.answers, answer) for answer in Answer),
        (
            bar_group(texts.total, checklist.item_ids),
            *(bar_group(each.title, each.item_ids) for each in checklist.groups),
        ),
    )


def picture_tables(picture: Picture) -> Iterator[Table]:
    """The chart as numbers, for formats that cannot draw bars.

    One table lists the rounds; if there are several, another shows how the groups moved.
    """
    label, group, moved = picture.head
    in_all = picture.groups[0].bars
    counts = ((bar.label, *map(str, astuple(bar.counts))) for bar in in_all)
    yield Table.of_counts((label, *map(capitalize, picture.parts)), counts)
    if len(in_all) > 1:
        shares = (
            (each.title, *(bar.share for bar in each.bars), each.moved) for each in picture.groups
        )
        yield Table.of_counts((group, *(bar.label for bar in in_all), moved), shares)
