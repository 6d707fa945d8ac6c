"""Layout of rounds: as rows of a list, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.phrases import round_labels, round_starts, share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import at_both_ends, in_columns, packed, paragraph
from stoette_tui.pages.pictures import bar, counted_bar, tally
from stoette_tui.review.compare import trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.review.progress import RoundSummary

_TABLE_BAR = 12


def round_rows(
    rounds: Sequence[RoundSummary], item_ids: Sequence[str], ui: UiText, width: int
) -> list[list[Text]]:
    """Each round in a list: its name and when it was started; then its bar and counts.

    They have one form: where one of the names has too little room, each start stands below.
    """
    all_counts, starts = trend(rounds, item_ids), round_starts(rounds, ui)
    tallies = [tally(ui, counts) for counts in all_counts]
    longest = max((each.cell_len for each in tallies), default=0)
    begun = [Text(fill(ui.rounds.started, date=each), "muted") for each in starts]
    names = [_name(each, ui) for each in rounds]
    both = list(zip(map(Text("  ").join, names), begun, strict=True))
    is_beside = all(len(at_both_ends(*each, width)) == 1 for each in both)
    if max((each.cell_len for each in begun), default=0) > width - 2:
        begun = [Text(each, "muted") for each in starts]
    rows = []
    for at, (counts, counted) in enumerate(zip(all_counts, tallies, strict=True)):
        lines = counted_bar(counts, counted, width - 2, column=longest)
        if is_beside:
            lines = [*at_both_ends(*both[at], width), *lines]
        else:
            lines = [*packed(names[at], width - 2, "  "), *paragraph(begun[at], width - 2), *lines]
        rows.append([lines[0], *(Text("  ") + each for each in lines[1:])])
    return rows


def _name(summary: RoundSummary, ui: UiText) -> list[Text]:
    """The name of a round, and its labels, if it has any."""
    name = Text(sanitize_line(summary.round.name), "strong")
    labels = ", ".join(round_labels(summary, ui))
    return [name, Text(f"({labels})", "muted")] if labels else [name]


def rounds_table(rounds: Sequence[RoundSummary], item_ids: Sequence[str], ui: UiText) -> list[Text]:
    """The rounds as a table; `*` marks the current one."""
    rows = []
    starts, all_counts = round_starts(rounds, ui), trend(rounds, item_ids)
    for summary, started, counts in zip(rounds, starts, all_counts, strict=True):
        archived = ui.rounds.archived if summary.round.archived else ""
        name = Text(("* " if summary.current else "  ") + sanitize_line(summary.round.name))
        drawn = bar(counts, _TABLE_BAR)
        rows.append([name, Text(started), drawn, Text(share(counts, ui)), Text(archived)])
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    return [in_columns(row, widths, 3) for row in rows] or [Text(ui.rounds.none_yet)]
