"""Text layout: nothing is lost, nothing is too wide, and markup is shown literally."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from unicodedata import category

import pytest
from conftest import CLONE
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from stoette_tui.base.encoding import draws_ascii
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.pages import checklist as checklist_pages
from stoette_tui.pages import comparison as comparison_pages
from stoette_tui.pages import pictures
from stoette_tui.pages import reading as reading_pages
from stoette_tui.pages.layout import (
    STYLES,
    mark,
    markdown,
    paragraph,
    target_of,
    target_style,
)
from stoette_tui.review.compare import Pair
from stoette_tui.review.progress import Answer, Counts, ItemState, Progress, Round, RoundSummary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.text import Text

pytestmark = pytest.mark.smoke

WIDTHS = st.integers(20, 100)

# Characters without meaning in Markdown, among them those of other markup.
WORDS = st.text("abcdefxyzæøåÆØÅéü[]{}/»«–…,;?%漢字", min_size=1, max_size=30)
PROSE = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)

# Pieces with a meaning in Markdown.
PIECES = st.sampled_from(
    [
        *("\n", "\n\n", "  \n", " ", "    ", "\t", "# ", "> ", "- ", "* ", "1. ", "999999999. "),
        *("*", "**", "_", "`", "```\n", "~~~", "---\n", "===\n", "\\", "<b>", "</b>", "<!--"),
        *("[", "]", "(", ")", "](", "[x](#y)", "[x](http://y)", "![x](y)", "[x]: y\n", "http://z "),
        *("|", "|---|---|\n", "| a | b |\n", "|---|\n", "[bold]", "[/]", "[link=x]", ":smile:"),
        *("æøå", "漢字", "😀", "e\u0301", "ord", "et langt ord " * 5, "x" * 50, "&#27;"),
        *("\x1b[31m", "\0"),
    ]
)
MARKDOWN = st.lists(PIECES, max_size=40).map("".join)


def letters(texts: Iterable[str]) -> str:
    """All text without whitespace."""
    return "".join("".join(text.split()) for text in texts)


def plain_letters(lines: Iterable[Text]) -> str:
    return letters(line.plain for line in lines)


def widest(lines: Iterable[Text]) -> int:
    return max((line.cell_len for line in lines), default=0)


def targets(lines: Iterable[Text]) -> set[str]:
    found = {target_of(span.style) for line in lines for span in line.spans}
    return {target for target in found if target}


# Any text.


@given(text=MARKDOWN, width=WIDTHS)
@example("- a\n\n  b\n", 20)
@example("> " * 50 + "x", 20)
@example("- " * 50 + "x", 20)
@example("\n".join("  " * depth + "- a" for depth in range(30)), 20)
@example("|" * 20 + "\n" + "|---" * 19 + "|\n" + "| 漢字 " * 19 + "|", 20)
@example("| 漢字漢字漢字漢字 | 漢字漢字漢字 |\n|---|---|\n| 漢 | 漢 |", 20)
def test_markdown_lines_fit_the_width(text: str, width: int) -> None:
    assert widest(markdown(text, width)) <= width


@given(text=MARKDOWN, width=WIDTHS)
def test_markdown_has_no_control_characters(text: str, width: int) -> None:
    lines = markdown(text, width)
    assert not [letter for line in lines for letter in line.plain if category(letter) == "Cc"]
    for target in targets(lines):
        assert target.startswith(("section:", "http://", "https://"))
        assert not [letter for letter in target if category(letter) == "Cc"]


@given(text=MARKDOWN, width=WIDTHS)
def test_markdown_uses_only_declared_styles(text: str, width: int) -> None:
    styles = {span.style for line in markdown(text, width) for span in line.spans}
    assert {style for style in styles if isinstance(style, str)} <= set(STYLES)


@pytest.mark.parametrize("answer", Answer)
def test_a_past_date_is_overdue_only_if_the_item_is_missing(answer: Answer) -> None:
    item = next(iter(SHIPPED.checklist.items))
    for done, is_overdue in ((None, answer == Answer.MISSING), (date(2020, 1, 2), False)):
        state = ItemState(answer, due=date(2020, 1, 1), done=done)
        lines = checklist_pages.item_row(item, state, UI, 120)
        assert ("overdue" in {span.style for line in lines for span in line.spans}) == is_overdue


# Prose.


@given(text=PROSE, width=WIDTHS, indent=st.sampled_from(["", "  ", "• ", "[x] ", "☑ "]))
def test_a_paragraph_is_complete_and_fits_the_width(text: str, width: int, indent: str) -> None:
    lines = paragraph(text, width, indent)
    assert widest(lines) <= width
    assert lines[0].plain.startswith(indent.rstrip())
    assert plain_letters(lines) == letters([indent, text])
    for line in lines[1:]:
        assert line.plain.startswith(" " * cell_len(indent))


@given(blocks=st.lists(PROSE, min_size=1, max_size=4), width=WIDTHS)
def test_markdown_prose_is_complete(blocks: list[str], width: int) -> None:
    lines = markdown("\n\n".join(blocks), width)
    assert plain_letters(lines) == letters(blocks)
    assert sum(not line.plain for line in lines) == len(blocks) - 1


@given(items=st.lists(PROSE, min_size=1, max_size=5), width=WIDTHS, loose=st.booleans())
def test_a_list_is_complete_and_marks_every_item(items: list[str], width: int, loose: bool) -> None:
    between = "\n\n" if loose else "\n"
    lines = markdown(between.join(f"- {item}" for item in items), width)
    assert widest(lines) <= width
    assert plain_letters(lines) == "".join(f"•{letters([item])}" for item in items)


@given(
    rows=st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(WORDS | st.just(""), min_size=columns, max_size=columns),
            min_size=2,
            max_size=5,
        )
    ),
    width=st.integers(30, 100),
)
def test_a_table_is_complete_and_fits_in_30_cells(rows: list[list[str]], width: int) -> None:
    source = ["| " + " | ".join(row) + " |" for row in rows]
    source.insert(1, "|" + "---|" * len(rows[0]))
    lines = markdown("\n".join(source), width)
    assert widest(lines) <= width
    cells = letters(cell for row in rows for cell in row)
    assert Counter(plain_letters(lines).replace("─", "")) == Counter(cells)


def test_a_table_has_columns_where_there_is_space() -> None:
    lines = markdown("| a | **b** |\n|---|---|\n| en | to tre |\n| fire | fem |", 30)
    assert [line.plain for line in lines] == [
        "a     b",
        "────────────",
        "en    to tre",
        "fire  fem",
    ]


def test_paragraphs_of_a_list_item_are_separated() -> None:
    lines = markdown("1. en\n\n   to\n2. tre\n   - fire", 30)
    plain = [line.plain.rstrip() for line in lines]
    assert plain == ["1. en", "", "   to", "2. tre", "   • fire"]


@pytest.mark.parametrize(
    "text",
    ["[bold]x[/bold]", "[x]", "[/]", "[link=https://x]y[/link]", ":smile:", "&lt;b&gt;", "[a] (b)"],
)
def test_other_markup_is_shown_literally(text: str) -> None:
    assert [line.plain for line in markdown(text, 40)] == [text]
    assert [line.plain for line in paragraph(text, 40)] == [text]


# Links.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](#community)", {"section:community"}),
        ("[x](https://at.dk/)", {"https://at.dk/"}),
        ("[x](http://at.dk/ 'titel') og [y](#form)", {"http://at.dk/", "section:form"}),
        ("[x](javascript:alert)", set()),
        ("[x](file:///etc/passwd)", set()),
        ("[x](mailto:x@y.dk)", set()),
        ("[x](at.dk)", set()),
        ("[x][y]\n\n[y]: ftp://at.dk/", set()),
        ("<javascript:alert>", set()),
        ("x", set()),
    ],
)
def test_links_lead_only_to_sections_and_web_addresses(text: str, expected: set[str]) -> None:
    lines = markdown(text, 40)
    assert targets(lines) == expected
    assert "x" in lines[0].plain or "javascript" in lines[0].plain


def test_every_line_of_a_wrapped_link_leads_to_its_target() -> None:
    lines = markdown(f"[{'ord ' * 30}](#form)", 20)
    assert len(lines) > 4
    assert all(targets([line]) == {"section:form"} for line in lines)


def test_only_target_styles_have_a_target() -> None:
    assert target_of("strong") is None
    assert target_of(target_style("group:support")) == "group:support"


# Marks and bars.


@contextmanager
def drawing(in_ascii: bool) -> Iterator[None]:
    """Draws as in a terminal with or without ASCII only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", "C" if in_ascii else "C.UTF-8")
        draws_ascii.cache_clear()
        yield
    draws_ascii.cache_clear()


@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_answer_has_a_unique_mark(ascii_only: bool) -> None:
    with drawing(in_ascii=ascii_only):
        marks = {answer: mark(answer.value) for answer in Answer}
    assert len(set(marks.values())) == 4
    assert all(each.isascii() == ascii_only for each in marks.values())
    assert len({cell_len(each) for each in marks.values()}) == 1


AMOUNTS = st.tuples(*[st.integers(0, 40)] * 4)


@given(AMOUNTS.filter(any), st.integers(0, 120))
@example((1000, 1, 1, 1), 4)
@example((9, 0, 0, 1), 9)
def test_a_bar_shows_every_part_in_proportion(amounts: tuple[int, ...], width: int) -> None:
    cells = pictures.allocate_cells(amounts, width)
    assert sum(cells) == width
    parts = [(amount, cell) for amount, cell in zip(amounts, cells, strict=True) if amount]
    assert sum(cell for _, cell in parts) == width
    if width >= len(parts):
        assert all(cell for _, cell in parts)
    for amount, cell in parts:
        assert all(cell <= other for more, other in parts if more > amount)
    exact = [amount * width / sum(amounts) for amount in amounts]
    if all(share >= 1 for share, amount in zip(exact, amounts, strict=True) if amount):
        assert all(abs(cell - share) < 2 for cell, share in zip(cells, exact, strict=True))


@given(AMOUNTS, st.integers(0, 60), st.booleans())
def test_a_bar_has_a_pattern_and_a_style_for_each_answer(
    amounts: tuple[int, int, int, int], width: int, ascii_only: bool
) -> None:
    with drawing(in_ascii=ascii_only):
        bar = pictures.bar(Counts(*amounts), width)
    assert bar.cell_len == len(bar.plain) == width
    assert bar.plain.isascii() or not ascii_only
    if not any(amounts):
        assert len(set(bar.plain)) <= 1
        return
    cells = pictures.allocate_cells(amounts, width)
    patterns = [bar.plain[span.start] for span in bar.spans if span.end > span.start]
    assert len(set(patterns)) == len(patterns) == sum(cell > 0 for cell in cells)
    styles = [span.style for span in bar.spans if span.end > span.start]
    assert styles == [answer for answer, cell in zip(Answer, cells, strict=True) if cell]


@given(st.lists(AMOUNTS, min_size=1, max_size=9))
def test_a_sparkline_is_full_only_for_all_and_flat_only_for_none(
    rounds: list[tuple[int, int, int, int]],
) -> None:
    all_counts = [Counts(*amounts) for amounts in rounds]
    curve = pictures.sparkline(all_counts)
    assert len(curve) == len(all_counts)
    for column, counts in zip(curve, all_counts, strict=True):
        assert (column == "▁") == (counts.in_place == 0)
        assert (column == "█") == (0 < counts.in_place == counts.relevant)


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", [12, 24, 40, 80])
def test_the_legend_explains_every_pattern_of_a_bar(width: int, ascii_only: bool) -> None:
    with drawing(in_ascii=ascii_only):
        lines = pictures.legend(UI, width)
        bars = [pictures.bar(Counts(**{answer.value: 1}), 1) for answer in Answer]
        marks = [mark(answer) for answer in Answer]
    words = " ".join(line.plain for line in lines).split()
    for answer, bar, sign in zip(Answer, bars, marks, strict=True):
        at = words.index(bar.plain)
        after = " ".join(words[at + 1 :])
        assert after.startswith(f"{sign} {getattr(UI.answers, answer)}")
    assert all(line.cell_len <= width for line in lines) or width < 24


# The pages.

SHIPPED = content.load(CLONE / "content" / "da")
UI = ui_text.load(CLONE / "content", "da")
PAGES: dict[str, Callable[[int], list[Text]]] = {
    "fact sheet": lambda width: reading_pages.fact_sheet(SHIPPED, UI, width),
    "guldkorn": lambda width: reading_pages.guldkorn(SHIPPED, UI, width),
    "checklist": lambda width: checklist_pages.checklist(SHIPPED, UI, Progress(), width),
    "links": lambda width: reading_pages.links(SHIPPED, UI, width),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("width", [20, 30, 38, 40, 60, 72, 80, 92])
def test_shipped_pages_fit_every_width(page: Callable[[int], list[Text]], width: int) -> None:
    for line in page(width):
        assert line.cell_len <= width or line.plain.strip().startswith("http")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_shipped_pages_have_the_same_text_at_every_width(page: Callable[[int], list[Text]]) -> None:
    narrow, usual, wide = (
        Counter(plain_letters(page(width)).replace("─", "")) for width in (30, 72, 92)
    )
    assert narrow == usual == wide


def test_every_section_starts_at_its_index_in_the_layout() -> None:
    for width in (20, 72):
        layouts = list(reading_pages.fact_sheet_parts(SHIPPED, UI, width))
        assert [each for layout in layouts for each in layout.sections] == list(SHIPPED.sections)
        for layout in layouts:
            for section_id, start in layout.sections.items():
                title = SHIPPED.sections[section_id].title
                found = letters(line.plain for line in layout.lines[start : start + 4])
                assert found.startswith(letters([title]))


# The comparison.

ANSWERS = st.dictionaries(st.sampled_from(SHIPPED.checklist.item_ids), st.sampled_from(Answer))
NAMES = st.text("abcæøå 漢()", min_size=1, max_size=40).filter(str.strip)


@settings(deadline=None, max_examples=60)
@given(
    rounds=st.lists(st.tuples(NAMES, ANSWERS), min_size=1, max_size=9),
    width=st.integers(20, 104),
    ascii_only=st.booleans(),
    is_unfolded=st.booleans(),
    step=st.integers(0, 9),
)
def test_the_comparison_fits_every_width_and_lists_items_once(
    rounds: list[tuple[str, dict[str, Answer]]],
    width: int,
    ascii_only: bool,
    is_unfolded: bool,
    step: int,
) -> None:
    at = datetime(2027, 3, 1, tzinfo=UTC)
    summaries = [
        RoundSummary(Round(str(number), name, at), answers, False)
        for number, (name, answers) in enumerate(rounds)
    ]
    pair = Pair.newest(len(rounds)).moved(-step) if len(rounds) > 1 else None
    page = comparison_pages.Comparison(SHIPPED.checklist, UI, summaries, pair, is_unfolded)
    with drawing(in_ascii=ascii_only):
        lines = page.lines(width)
    assert all(line.cell_len <= width for line in lines)
    text = letters(line.plain for line in lines)
    if ascii_only:
        assert not set(text) & set("█▒─▸▾☐☑☒⊘▁▂▃▄▅▆▇")
    for item in SHIPPED.checklist.items:
        is_changed = pair is not None and (
            summaries[pair.older].answer(item.id) != summaries[pair.newer].answer(item.id)
        )
        is_listed = is_changed or (pair is not None and is_unfolded)
        assert text.count(letters([item.text])) == is_listed
