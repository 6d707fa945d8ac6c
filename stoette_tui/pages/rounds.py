"""Layout of the rounds: as rows of a list, as a table, and two of them compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.layout import bar, mark, paragraph
from stoette_tui.pages.review import share
from stoette_tui.review.compare import Shift, shift
from stoette_tui.review.progress import count_answers, local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stoette_tui.content.model import Checklist, Item
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import RoundSummary


def round_row(
    summary: RoundSummary, item_ids: Sequence[str], ui: UiText, width: int, ascii_only: bool
) -> list[Text]:
    """A round in a list: its name, when it was started, and its progress."""
    counts = count_answers(summary.answer(item_id) for item_id in item_ids)
    name = Text(sanitize_line(summary.round.name), "strong")
    texts = ui.rounds
    labels = [texts.current] if summary.current else []
    labels += [texts.archived] if summary.round.archived else []
    started = fill(texts.started, date=ui.long_date(local_date(summary.round.started)))
    state = Text(f"{started} · {share(ui, counts)}", "muted")
    state.append("  " + bar(counts.in_place, counts.relevant, 9, ascii_only), "bar")
    if labels:
        name.append(f"  ({', '.join(labels)})", "muted")
    return [*paragraph(name, width), *paragraph(state, width, "  ")]


def comparison(
    checklist: Checklist,
    ui: UiText,
    before: RoundSummary,
    now: RoundSummary,
    width: int,
    ascii_only: bool,
) -> list[Text]:
    """Two rounds compared item by item, in words and symbols that do not depend on colour."""
    shifts = {
        item.id: shift(before.answer(item.id), now.answer(item.id)) for item in checklist.items
    }

    def head(title: str, style: str, items: Iterable[Item]) -> list[Text]:
        ids = [item.id for item in items]
        counts = [count_answers(map(each.answer, ids)) for each in (before, now)]
        shares = " → ".join(share(ui, each) for each in counts)
        return [*paragraph(Text(title, style), width), *paragraph(Text(shares, "muted"), width)]

    names = " → ".join(sanitize_line(each.round.name) for each in (before, now))
    lines = head(names, "title", checklist.items)
    totals = [
        f"{getattr(ui.compare, kind.value)}: {amount}"
        for kind in Shift
        if (amount := sum(each is kind for each in shifts.values()))
    ]
    lines += paragraph(" · ".join(totals), width)
    for group in checklist.groups:
        lines += [Text(), *head(group.title, "heading", group.items)]
        for item in group.items:
            symbols = [mark(each.answer(item.id), ascii_only) for each in (before, now)]
            kind = shifts[item.id]
            style = {Shift.BETTER: "in_place", Shift.WORSE: "missing"}.get(kind, "muted")
            text = Text.assemble(
                (getattr(ui.compare, kind.value), style), ": ", collapse_spaces(item.text)
            )
            lines += paragraph(text, width, f"{' → '.join(symbols)}  ")
    return lines


def rounds_table(
    summaries: Iterable[RoundSummary], item_ids: Sequence[str], ui: UiText
) -> list[Text]:
    """The rounds as a table, in which `*` marks the current one."""
    rows = []
    for summary in summaries:
        counts = count_answers(map(summary.answer, item_ids))
        started = ui.long_date(local_date(summary.round.started))
        archived = ui.rounds.archived if summary.round.archived else ""
        name = Text(("* " if summary.current else "  ") + sanitize_line(summary.round.name))
        rows.append([name, *map(Text, (started, share(ui, counts), archived))])
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        for cell, width in zip(row, widths, strict=True):
            cell.pad_right(width - cell.cell_len)
        lines.append(Text("   ").join(row))
        lines[-1].rstrip()
    return lines or [Text(ui.rounds.none_yet)]
