"""The report in each of its formats, read back by an independent parser."""

from __future__ import annotations

import csv
import io
import json
import re
import time
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mistune
import pytest
from conftest import CLONE
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markdown_it import MarkdownIt
from msgspec.structs import asdict, replace
from office_files import sheets_of, word_sections

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.pages import rounds as round_pages
from stoette_tui.report import calendar_file, export
from stoette_tui.report.status import round_status
from stoette_tui.review.compare import earlier_rounds
from stoette_tui.review.fields import BLANK_VALUES
from stoette_tui.review.progress import (
    PLAN,
    Answer,
    Change,
    Helped,
    ItemState,
    Progress,
    Round,
    RoundSummary,
    count,
    local_date,
)
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import CommandLine
    from icalendar import Component

CHECKLIST = content.load(CLONE / "content" / "da").checklist
UI = ui_text.load(CLONE / "content", "da")
ITEM_IDS = CHECKLIST.item_ids
SOFT_HYPHEN = "\N{SOFT HYPHEN}"
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
STARTED = datetime(2027, 2, 1, 12, tzinfo=UTC)

HOSTILE = [
    '=HYPERLINK("http://evil.example";"klik")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r\n=1+1",
    " -2+3",
    "＝1+1",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</td></table></main><h1>Overtaget</h1><style>*{}</style><!--",
    "&lt;b&gt; &amp; &#x3c; \"'`",
    "# Overskrift\n\nAfsnit\n---\n\n- punkt\n  - under\n1. et\n2) to\n> citat",
    "a | b\n--- | ---\nc | d\n\n| e |\n|---|",
    "a\n:-",
    "Overskrift\n===\nOverskrift\n---",
    "```python\nkode\n```\n\n    kode\n\n\tkode",
    "[klik](javascript:alert(1)) ![x](http://evil.example/x.png) [a]: http://evil.example",
    "http://evil.example www.evil.example <http://evil.example> mailto:a@evil.example",
    "skriv til a.b+c@evil.dk, mailto:a@evil.dk, xmpp:a@evil.dk/b eller @mette @@x@y.dk `a@b.dk`",
    "https&#58;//evil.dk https&#x3A;//evil.dk https&colon;//evil.dk a&commat;evil.dk a&#64;evil.dk",
    "evil.dk //evil.dk //localhost HTTP://EVIL.DK ftp://evil.dk WWW.EVIL.DK €.dk evil.com/x?y#z",
    "**fed** _kursiv_ ~~streg~~ ==mærket== $x$ ^op^ `kode` <b>fed</b> [^1] *[HTML]: x\\",
    "linje et  \nlinje to\\\nlinje tre\n\n\n\nafsnit to",
    ": definition\n+ plus\n* stjerne",
    ">! skjult !<",
    "\x1b]0;titel\x07\x1b[31mrød\x9b31m \u202egninevs\u2066 \x00\x7f\ufeff\u2028nyt\x85",
    "BEGIN:VEVENT\r\nSUMMARY:falsk\r\nEND:VEVENT\nATTACH:http://evil.example",
    "æøå ÆØÅ \U0001f469‍\U0001f467 " * 40,
    'a;b,c:d\\n\\,\\;"e"\n;f',
    "{name} {date} {round} {gaps} %s",
]
SIGNS = st.text("ab1 \n\t-+*_#>|`~=:.)(][<&!\\$^{}\"';,/@w", max_size=40)
TEXTS = (SIGNS | st.text(max_size=40)).filter(lambda text: bool(text.strip()))


def examples(test: Callable[..., None]) -> Callable[..., None]:
    """Adds each hostile text as an explicit example."""
    for text in HOSTILE:
        test = example(text=text)(test)
    return test


def progress_of(states: dict[str, ItemState], name: str = "Forår 2027") -> Progress:
    return Progress(Round("r1", name, STARTED), states, 1)


def summary_of(answers: dict[str, Answer], name: str = "Efterår 2026") -> RoundSummary:
    return RoundSummary(Round("r0", name, STARTED - timedelta(days=180)), answers, False)


def render(
    format_: str, progress: Progress, before: RoundSummary | None = None, now: datetime = NOW
) -> str:
    """The report as text, with its line endings as they are in a file."""
    if format_ == "ics":
        return calendar_file.render(CHECKLIST, UI, log_of(progress), now).decode()
    return rendered(format_, progress, before, now).decode()


def rendered(
    format_: str, progress: Progress, before: RoundSummary | None = None, now: datetime = NOW
) -> bytes:
    """The report as bytes, as they are in a file."""
    earlier = [before] if before else []
    return export.render_report(format_, CHECKLIST, UI, progress, earlier, now)


def log_of(progress: Progress) -> list[Change]:
    """A log that replays to the round."""
    assert progress.round is not None
    name, at = progress.round.name, progress.round.started
    rows: list[tuple[datetime, str, str, str]] = [(at, "", "name", name)]
    for item, state in progress.items.items():
        for field, blank in BLANK_VALUES.items():
            value = getattr(state, field)
            text = value.value if isinstance(value, StrEnum) else str(value or "")
            if text != blank:
                rows.append((state.changed or at, item, field, text))
    return [
        Change(number, moment, "r1", item, field, value, 1)
        for number, (moment, item, field, value) in enumerate(rows, 1)
    ]


def filled_with(text: str, answer: Answer = Answer.MISSING) -> Progress:
    """A round with the text in every field that takes one."""
    state = ItemState(answer, text, text, text, due=date(2027, 3, 2), priority=1, changed=STARTED)
    others = dict.fromkeys(ITEM_IDS[1:3], replace(state, answer=Answer.NOT_RELEVANT))
    carried = replace(state, answer=Answer.UNANSWERED)
    on_the_map = {CHECKLIST.map.cells[5].id: ItemState(note=text)}
    states = {ITEM_IDS[0]: state, **others, ITEM_IDS[3]: carried, **on_the_map}
    return progress_of(states, sanitize_line(text))


UNKNOWN_ITEM = "an-id-of-other-content"
REAL = progress_of(
    {
        **dict.fromkeys(ITEM_IDS[:9], ItemState(Answer.IN_PLACE, changed=STARTED)),
        "welcome-newcomers": ItemState(
            Answer.IN_PLACE, action="En følgekollega", responsible="Mette", due=date(2027, 1, 1)
        ),
        "mentoring": ItemState(Answer.NOT_RELEVANT, note="Vi er kun fire."),
        "management-sets-frames": ItemState(Answer.NOT_RELEVANT),
        "conversations": ItemState(note="Vi når dem ikke.", action="To om året"),
        "timing": ItemState(
            Answer.MISSING, "Vagterne er tynde.", "Overlap", "Lone", date(2027, 6, 1), 2
        ),
        "form": ItemState(
            Answer.MISSING,
            "Vi gætter.\nIngen spørger.",
            "Spørg først",
            "Ahmed",
            date(2027, 3, 1),
            2,
        ),
        "feedback": ItemState(
            Answer.MISSING,
            action="Ros på tavlemødet",
            due=date(2027, 2, 1),
            priority=3,
            done=date(2027, 2, 10),
            helped=Helped.PARTLY,
        ),
        "ask-before-advice": ItemState(Answer.MISSING, due=date(2027, 2, 28), priority=1),
        "meeting-structure": ItemState(Answer.MISSING, responsible=" "),
        UNKNOWN_ITEM: ItemState(Answer.MISSING, note="Om noget andet"),
    }
)
BEFORE = summary_of(
    {
        **dict.fromkeys(ITEM_IDS[:5], Answer.IN_PLACE),
        "help-each-other": Answer.MISSING,
        "timing": Answer.IN_PLACE,
        "mentoring": Answer.MISSING,
        "conversations": Answer.IN_PLACE,
        "form": Answer.MISSING,
        "feedback": Answer.MISSING,
    }
)
TEXT_OF = {item.id: item.text for item in CHECKLIST.items}


# Markdown, HTML and Word: the same report


class Page(HTMLParser):
    """The tags of a page in order, and the text under each of its headings."""

    VOID = ("meta", "br", "img", "link", "input", "hr")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.texts: list[str] = []
        self.sections: dict[str, str] = {"": ""}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._open and self._open[-1] == "h2":
            self.sections[data] = ""
        elif "main" in self._open:
            self.sections[[*self.sections][-1]] += data + "\n"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def markdown_sections(page: str) -> dict[str, str]:
    """The text under each heading of the second level."""
    sections = {"": ""}
    for token in markdown_tokens(page):
        if token["type"] == "heading" and token["attrs"]["level"] == 2:
            sections[plain(token)] = ""
        else:
            sections[[*sections][-1]] += plain(token) + "\n"
    return sections


PLUGINS = (
    *("table", "url", "strikethrough", "footnotes", "task_lists", "def_list", "abbr", "mark"),
    *("insert", "superscript", "subscript", "math", "ruby", "spoiler"),
)


def markdown_tokens(page: str) -> list[dict[str, Any]]:
    """The page as parsed with every Markdown extension that the parser has."""
    parse = mistune.create_markdown(renderer=None, plugins=list(PLUGINS))
    tokens = parse(page)
    assert isinstance(tokens, list)
    return tokens


def plain(token: dict[str, Any]) -> str:
    if "children" in token:
        inline = ("paragraph", "block_text", "heading", "strong", "emphasis")
        joint = "" if token["type"] in inline else "\n"
        return joint.join(map(plain, token["children"]))
    return str(token.get("raw", "\n"))


def structure(tokens: list[dict[str, Any]]) -> list[Any]:
    """The structure of the page without its texts."""
    structures: list[Any] = []
    for token in tokens:
        # A lone @ is set as code, so that it forms no address; it counts as text.
        kind = "text" if set(token.get("raw", "")) == {"@"} else token["type"]
        node = (kind, str(token.get("attrs")), structure(token.get("children", [])))
        if kind != "blank_line" and not (kind == "text" and structures and structures[-1] == node):
            structures.append(node)
    return structures


SAME_REPORT = pytest.mark.parametrize("format_", ["md", "html", "docx"])


def sections_of(format_: str, progress: Progress, before: RoundSummary | None) -> dict[str, str]:
    if format_ == "docx":
        return word_sections(rendered(format_, progress, before))
    page = render(format_, progress, before)
    return Page(page).sections if format_ == "html" else markdown_sections(page)


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts occur in the text in this order."""
    return re.search(".*?".join(map(re.escape, parts)), text, re.DOTALL) is not None


@SAME_REPORT
def test_the_report_has_what_a_committee_needs(format_: str) -> None:
    found = sections_of(format_, REAL, BEFORE)
    words = UI.report
    assert list(found) == [
        "",
        *(words.overview, words.plan, fill(words.still_missing, count=2), words.sick_leave),
        *(words.in_place, CHECKLIST.map.title, words.not_relevant, words.unanswered),
        *(words.unknown, words.comparison, words.follow_up, words.signatures, words.source),
    ]
    started, exported = UI.long_date(STARTED.date()), UI.long_date(NOW.date())
    assert in_order(found[""], "Forår 2027", started, exported, share(9, 19, 5))
    numbers = re.findall(r"\d+", found[words.overview])
    assert numbers[-4:] == ["9", "5", "2", "5"]

    plan = found[words.plan]
    order = ["ask-before-advice", "form", "timing", "feedback", "meeting-structure"]
    assert in_order(plan, *(fill(words.missing_item, item=TEXT_OF[each]) for each in order))
    gaps = (words.gap_action, words.gap_responsible, words.gap_due, words.gap_overdue)
    assert in_order(
        plan,
        *(fill(gap, count=count) for gap, count in zip(gaps, (2, 2, 1, 1), strict=True)),
        *(TEXT_OF["ask-before-advice"], words.problem, words.no_note, words.no_action),
        *(words.no_responsible, fill(words.overdue, date=UI.long_date(date(2027, 2, 28))), "1"),
        *(TEXT_OF["form"], "Vi gætter.\nIngen spørger.", "Spørg først", "Ahmed", exported, "2"),
        *(words.done, words.helped),
        *(TEXT_OF["timing"], "Lone", UI.long_date(date(2027, 6, 1))),
        *(TEXT_OF["feedback"], UI.long_date(date(2027, 2, 1)) + "\n", "3"),
        *(words.done, UI.long_date(date(2027, 2, 10)), words.helped, UI.helped["partly"]),
        *(TEXT_OF["meeting-structure"], words.no_due, words.no_priority, words.done),
    )
    still_missing = found[fill(words.still_missing, count=2)]
    assert in_order(
        still_missing, fill(words.still_missing_about, round="Efterår 2026"), TEXT_OF["form"]
    )
    assert [each for each in ITEM_IDS if TEXT_OF[each] in still_missing] == ["form", "feedback"]
    assert words.sick_leave_question in found[words.sick_leave]

    in_place = found[words.in_place]
    assert in_order(in_place, CHECKLIST.groups[0].title, *(TEXT_OF[each] for each in ITEM_IDS[:9]))
    due = UI.long_date(date(2027, 1, 1))
    assert in_order(in_place, TEXT_OF["welcome-newcomers"], "En følgekollega", "Mette", due + "\n")
    assert CHECKLIST.groups[1].title not in in_place
    assert in_order(
        found[words.not_relevant],
        *(TEXT_OF["management-sets-frames"], words.reason, words.no_reason),
        *(TEXT_OF["mentoring"], words.reason, "Vi er kun fire."),
    )
    unanswered = found[words.unanswered]
    assert [each for each in ITEM_IDS if TEXT_OF[each] in unanswered] == [
        *("information-flow", "conversations", "notice-and-act", "get-help-started"),
        "after-hard-episodes",
    ]
    assert in_order(
        unanswered, TEXT_OF["conversations"], words.note, "Vi når dem ikke.", "To om året"
    )

    since, before = found[words.comparison], UI.long_date(BEFORE.round.started.date())
    assert in_order(since, fill(words.comparison_about, round="Efterår 2026", date=before))
    assert in_order(since, share(7, 21, 10), share(9, 19, 5))
    assert in_order(
        since,
        *moved("better", 1, "help-each-other", "missing", "in_place"),
        *moved("worse", 1, "timing", "in_place", "missing"),
        *moved("newly_answered", 6, "open-to-ideas", "unanswered", "in_place"),
        *moved("no_longer_answered", 1, "conversations", "in_place", "unanswered"),
        *moved("relevance_changed", 1, "mentoring", "missing", "not_relevant"),
        fill(words.unchanged, count=7),
        fill(words.still_unanswered, count=4),
    )
    follow_up = (words.follow_up_when, words.follow_up_who, words.follow_up_how)
    assert in_order(found[words.follow_up], words.follow_up_about, *follow_up)
    assert in_order(found[words.signatures], *words.roles)
    assert in_order(found[words.source], words.source_about, words.privacy)
    unknown = f"{UNKNOWN_ITEM}: {UI.answers.missing}"
    assert in_order(found[words.unknown], words.unknown_about, unknown, "Om noget andet")
    assert "Om noget andet" not in "".join(
        text for title, text in found.items() if title != words.unknown
    )


def share(in_place: int, relevant: int, unanswered: int = 0) -> str:
    status = fill(UI.progress.of_relevant, in_place=in_place, relevant=relevant)
    if not unanswered:
        return status
    return UI.count(UI.report.with_unanswered, unanswered, status=status)


def moved(kind: str, amount: int, item_id: str, before: str, now: str) -> tuple[str, ...]:
    """The heading of a shift in the report, and the texts of one item under it."""
    words = UI.report
    title = getattr(UI.compare, kind)
    title = fill(words.shift_count, shift=title[0].upper() + title[1:], count=amount)
    answers = {"before": getattr(UI.answers, before), "now": getattr(UI.answers, now)}
    return title, TEXT_OF[item_id], fill(words.from_to, **answers)


def test_the_report_begins_with_a_picture_of_the_rounds_in_chronological_order() -> None:
    """In HTML, each bar has a title that describes it; Markdown has two tables instead."""
    first = replace(summary_of({"timing": Answer.MISSING}, "Forår 2026"), current=False)
    rounds = [first, BEFORE]
    web, text = (
        export.render_report(each, CHECKLIST, UI, REAL, rounds, NOW).decode()
        for each in ("html", "md")
    )
    bars = re.findall(r"<svg role=.img. [^>]*><title>(.*?), (.*?)</title>(.*?)</svg>", web)
    names = [*(each.round.name for each in rounds), "Forår 2027"]
    assert [bar[0] for bar in bars] == names * (1 + len(CHECKLIST.groups))
    counts = count(REAL, ITEM_IDS)
    described = [f"{getattr(UI.answers, each)}: {getattr(counts, each)}" for each in Answer]
    assert bars[2][1] == ", ".join(described)
    assert bars[0][1] == f"{UI.answers.missing}: 1, {UI.answers.unanswered}: 20"
    kinds = re.findall(r'<rect class="(.*?)"', bars[2][2])
    assert kinds == ["in-place", "missing", "not-relevant", "unanswered"]
    assert len(set(re.findall(r'<rect [^>]*?fill="(.*?)"', bars[2][2]))) == 4
    found = Page(web).sections[UI.report.overview]
    more, fewer = UI.count(UI.report.more_in_place, 2), UI.count(UI.report.fewer_in_place, 1)
    assert in_order(found, UI.report.total, more, *names, fewer)
    assert in_order(found, *(getattr(UI.answers, each) for each in Answer), UI.report.group)

    found = markdown_sections(text)[UI.report.overview]
    assert in_order(
        found,
        *("Forår 2026\n0\n1\n0\n20", "Efterår 2026\n7\n4\n0\n10", "Forår 2027\n9\n5\n2\n5"),
        *(*names, UI.report.shift, UI.report.total, "0/21", "7/21", "9/19"),
        more,
        CHECKLIST.groups[0].title,
    )


def test_a_first_round_has_a_bar_but_no_comparison() -> None:
    web, text = (render(each, REAL) for each in ("html", "md"))
    assert web.count('<svg role="img"') == 1 + len(CHECKLIST.groups)
    words = UI.report
    counted = [words.more_in_place, words.fewer_in_place]
    moved = [words.not_moved, *(UI.count(each, 2).removeprefix("2") for each in counted)]
    assert not any(each in page for page in (web, text) for each in moved)
    assert in_order(markdown_sections(text)[UI.report.overview], "Forår 2027\n9\n5\n2\n5")


@SAME_REPORT
def test_empty_and_complete_rounds_make_a_report(format_: str) -> None:
    empty = replace(progress_of({}), round=Round("r1", "Forår", STARTED, archived=True))
    found = sections_of(format_, empty, None)
    words = UI.report
    assert fill(words.round_archived, round="Forår") in found[""]
    assert found[words.in_place].strip() == words.in_place_none
    assert found[words.plan].strip() == words.plan_none
    assert found[words.sick_leave].strip() == words.sick_leave_none
    assert found[CHECKLIST.map.title].strip() == words.map_none
    assert found[words.comparison].strip() == words.comparison_none
    assert words.follow_up_none in found[words.follow_up]
    assert fill(words.still_missing, count=0) not in found
    assert all(text in found[words.unanswered] for text in TEXT_OF.values())
    full = progress_of(dict.fromkeys(ITEM_IDS, ItemState(Answer.IN_PLACE)))
    found = sections_of(format_, full, summary_of(dict.fromkeys(ITEM_IDS, Answer.IN_PLACE)))
    assert found[words.unanswered].strip() == words.unanswered_none
    assert found[words.not_relevant].strip() == words.not_relevant_none
    still_missing = found[fill(words.still_missing, count=0)]
    assert still_missing.strip() == fill(words.still_missing_none, round="Efterår 2026")
    total = len(ITEM_IDS)
    assert in_order(
        found[words.comparison], share(total, total), fill(words.unchanged, count=total)
    )


@SAME_REPORT
def test_carried_over_plans_are_listed_as_open(format_: str) -> None:
    words = UI.report
    plan = ItemState(note="Vagterne er tynde.", action="Overlap", changed=STARTED)
    edited = replace(plan, note="Vi gætter.", changed=STARTED + timedelta(days=1))
    carried = progress_of(
        {"timing": plan, "form": edited, "feedback": replace(edited, note="Nyt her")}
    )
    before = summary_of({"timing": Answer.UNANSWERED, "form": Answer.MISSING})
    found = sections_of(format_, carried, before)
    assert found[words.plan].strip() == words.plan_carried
    assert in_order(
        found[words.carried],
        *(words.carried_about, TEXT_OF["timing"], words.note, "Vagterne er tynde.", "Overlap"),
        *(TEXT_OF["form"], words.note, "Vi gætter."),
    )
    assert "Nyt her" not in found[words.carried]
    assert in_order(found[words.unanswered], TEXT_OF["feedback"], words.note, "Nyt her")
    assert TEXT_OF["timing"] in found[words.unanswered]
    assert "Vagterne" not in found[words.unanswered]
    assert words.sick_leave_question in found[words.sick_leave]

    missing = replace(carried, items={**carried.items, "mentoring": ItemState(Answer.MISSING)})
    found = sections_of(format_, missing, before)
    assert in_order(found[words.plan], words.plan_about, TEXT_OF["mentoring"])
    assert TEXT_OF["form"] in found[words.carried]


@SAME_REPORT
def test_the_map_of_support_marks_its_empty_cells(format_: str) -> None:
    words, cells = UI.report, CHECKLIST.map.cells
    filled = {cells[1].id: ItemState(note="Lederen kommer forbi"), cells[2].id: ItemState(note=" ")}
    found = sections_of(format_, progress_of(filled), None)[CHECKLIST.map.title]
    first, second = (
        fill(words.map_row, kind=cell.kind.title, giver=cell.giver.title)
        for cell in (cells[0], cells[2])
    )
    written = (words.no_map_cell, "Lederen kommer forbi")
    assert in_order(found, words.map_about, first, *written, second)
    assert found.count(words.no_map_cell) == len(cells) - 1
    assert all(way.title.capitalize() in found for way in CHECKLIST.map.ways)


@SAME_REPORT
def test_each_field_of_a_plan_has_a_cell(format_: str) -> None:
    found = sections_of(format_, progress_of({"form": ItemState(Answer.MISSING)}), None)
    labels = {name: getattr(UI.report, name) for name in PLAN} | {"note": UI.report.problem}
    assert in_order(found[UI.report.plan], *labels.values())


def test_blanks_leave_room_to_write_by_hand() -> None:
    """In the plans that are not carried out, under sick leave, and in the follow-up."""
    states = {
        "timing": ItemState(Answer.MISSING, done=date(2027, 2, 1)),
        "form": ItemState(Answer.MISSING),
    }
    blanks = 1 + 2 + 1 + 3  # the two plans, sick leave, and the follow-up
    page = render("html", progress_of(states))
    boxes = re.findall(r'<div class="cells">.*?</div>\n</dl>\n</div>', page, re.DOTALL)
    assert "".join(boxes).count("<dd></dd>") == blanks
    dots = re.findall(r"\*\* …+$", render("md", progress_of(states)), re.MULTILINE)
    assert len(dots) == blanks + 2  # the workplace and the participants


@pytest.mark.parametrize("unanswered", [0, 1, 2])
def test_unanswered_items_are_counted_beside_the_share(unanswered: int) -> None:
    answered = ITEM_IDS[unanswered:]
    progress = progress_of(dict.fromkeys(answered, ItemState(Answer.IN_PLACE)))
    expected = share(len(answered), len(ITEM_IDS), unanswered)
    assert f"<dd>{expected}</dd>" in render("html", progress)


ANSWERS = st.dictionaries(st.sampled_from(ITEM_IDS), st.sampled_from(list(Answer)))


@settings(deadline=None, max_examples=20)
@given(ANSWERS, ANSWERS)
def test_counts_and_lists_agree_with_the_review(
    now: dict[str, Answer], before: dict[str, Answer]
) -> None:
    progress = progress_of({item: ItemState(answer) for item, answer in now.items()})
    found = Page(render("html", progress, summary_of(before))).sections
    counts = count(progress, ITEM_IDS)
    total = [counts.in_place, counts.missing, counts.not_relevant, counts.unanswered]
    *_, table = found[UI.report.overview].split("Ubesvaret\n")
    numbers = list(map(int, re.findall(r"\d+", table)))
    assert numbers[-4:] == total
    assert [sum(numbers[column:-4:4]) for column in range(4)] == total
    assert share(counts.in_place, counts.relevant, counts.unanswered) in found[""]
    for answer, section in (
        (Answer.IN_PLACE, UI.report.in_place),
        (Answer.MISSING, UI.report.plan),
        (Answer.NOT_RELEVANT, UI.report.not_relevant),
        (Answer.UNANSWERED, UI.report.unanswered),
    ):
        named = [each for each in ITEM_IDS if TEXT_OF[each] in found[section]]
        assert named == [each for each in ITEM_IDS if progress.state(each).answer == answer]
    both = [each for each in ITEM_IDS if now.get(each) == before.get(each) == Answer.MISSING]
    still_missing = found[fill(UI.report.still_missing, count=len(both))]
    assert [each for each in ITEM_IDS if TEXT_OF[each] in still_missing] == both
    changed = [each for each in ITEM_IDS if TEXT_OF[each] in found[UI.report.comparison]]
    same = [now.get(each) for each in ITEM_IDS if each not in changed]
    is_open = [each in (None, Answer.UNANSWERED) for each in same]
    unchanged = fill(UI.report.unchanged, count=is_open.count(False))
    still_unanswered = fill(UI.report.still_unanswered, count=is_open.count(True))
    assert in_order(found[UI.report.comparison], unchanged, still_unanswered)


@settings(deadline=None, max_examples=20)
@given(text=TEXTS)
@examples
@pytest.mark.parametrize("answer", [Answer.MISSING, Answer.IN_PLACE])
def test_text_stays_text_in_html(answer: Answer, text: str) -> None:
    page, harmless = (
        Page(render("html", filled_with(each, answer), summary_of({}, each)))
        for each in (text, "x")
    )
    assert page.tags == harmless.tags
    expected = sanitize(text).strip()
    assert sum(each.strip() == expected for each in page.texts) >= 13
    rendered = "".join(page.texts)
    assert rendered == sanitize(rendered)


@settings(deadline=None, max_examples=20)
@given(text=TEXTS)
@examples
@pytest.mark.parametrize("answer", [Answer.MISSING, Answer.IN_PLACE])
def test_text_stays_text_in_markdown(answer: Answer, text: str) -> None:
    page, harmless = (
        markdown_tokens(render("md", filled_with(each, answer), summary_of({}, each)))
        for each in (text, re.sub(r"\S", "x", sanitize(text)))
    )
    assert structure(page) == structure(harmless)
    rendered = "".join(map(plain, page))
    assert re.sub(r"\s", "", rendered).count(re.sub(r"\s", "", sanitize(text))) >= 15
    assert rendered == sanitize(rendered)


ADDRESSES = st.text("ab.@:/&#5864;-_+", max_size=30) | st.sampled_from(
    ["a@b.dk", "mailto:a@b.dk", "https&#58;//b.dk", "http://b.dk", "www.b.dk", "//b.com", "b.org"]
)


@settings(deadline=None, max_examples=30)
@given(text=st.lists(ADDRESSES, min_size=1).map(" ".join).filter(str.strip) | TEXTS)
@examples
def test_no_text_becomes_a_link_in_github_markdown(text: str) -> None:
    page = render("md", filled_with(text), summary_of({}, text))
    inlines = [each for each in MarkdownIt("gfm-like").parse(page) if each.type == "inline"]
    pieces = [piece for each in inlines for piece in each.children or ()]
    assert not [each for each in pieces if each.type in ("link_open", "image", "html_inline")]
    # GitHub links an e-mail address in any text, however its letters are escaped.
    assert not [each for each in pieces if each.type == "text" and "@" in each.content]
    rendered = "".join(each.content for each in pieces)
    assert re.sub(r"\s", "", rendered).count(re.sub(r"\s", "", sanitize(text))) >= 15


def test_markdown_preserves_lines_and_paragraphs() -> None:
    note = "Først:\n  - det ene\n  - det andet\n\nSå 1. maj:\n1. et\n2. to # 3 & A*B"
    page = render("md", progress_of({"timing": ItemState(Answer.MISSING, note)}))
    assert "Først:  \n  \xa0\xa0\\- det ene  \n" in page
    assert in_order(
        str(mistune.html(page)),
        f"<p><strong>{UI.report.problem}</strong> Først:<br />\n- det ene<br />\n- det andet</p>",
        "<p>Så 1. maj:<br />\n1. et<br />\n2. to # 3 &amp; A*B</p>",
    )


def ids(page: Page) -> list[str]:
    return [value or "" for _, attrs in page.tags for name, value in attrs if name == "id"]


def test_the_html_page_is_self_contained() -> None:
    page = Page(render("html", filled_with("x"), BEFORE))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "a", "form", "base"}
    names = {name for _, attrs in page.tags for name, _ in attrs}
    assert names <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "scope",
        "data-label",
        *("role", "aria-hidden", "viewbox", "id", "patternunits", "fill"),
        *("x", "y", "width", "height", "d", "cx", "cy", "r"),
    }
    fills = {dict(attrs).get("fill") or "" for _, attrs in page.tags}
    assert {each for each in fills if "url" in each} <= {f"url(#{each})" for each in ids(page)}
    assert ("html", (("lang", UI.locale),)) in page.tags
    policy = dict(next(attrs for tag, attrs in page.tags if dict(attrs).get("http-equiv")))
    assert (policy["content"] or "").startswith("default-src 'none'")
    style = next(text for text in page.texts if "@page" in text)
    assert not re.search(r"url\(|@import|expression|https?:", style)
    assert re.search(r"@page \{ size: A4;", style)
    assert re.search(r"^\.cells \{[^}]*break-inside: avoid", style, re.MULTILINE)
    assert re.search(r"^h1, h2, h3 \{[^}]*break-after: avoid", style, re.MULTILINE)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_each_table_cell_is_labelled_for_narrow_screens() -> None:
    page = Page(render("html", REAL, BEFORE))
    labels = [dict(attrs).get("data-label") for tag, attrs in page.tags if tag == "td"]
    titles = {each for each in page.texts if each.strip()}
    assert labels
    assert set(labels) <= titles, "each is the title of a column"
    assert {UI.report.name, UI.report.signature, UI.report.now, "På plads"} <= set(labels)


@pytest.mark.parametrize("address", ["https://x.dk/{}", "{}@x.dk", "www.{}.dk", "<{}/>", "{}-a"])
def test_only_words_too_long_for_any_line_get_soft_hyphens(address: str) -> None:
    """The browser hyphenates all other words; addresses are never broken."""
    fits = "Arbejdsmiljørepræsentanten"
    long = f"{fits}sSammenkomst" * 5
    for word in (fits, long, address.format(long), f"{long}&{long}"):
        state = ItemState(Answer.MISSING, note=word)
        texts = Page(render("html", progress_of({"timing": state}))).texts
        [found] = [each for each in texts if each.replace(SOFT_HYPHEN, "") == word]
        parts = found.split(SOFT_HYPHEN)
        assert (len(parts) > 1) == (long in word and address.format(long) != word)
        assert max(map(len, parts)) <= 12 or len(parts) == 1


# CSV


def cells_of(data: str) -> list[list[str]]:
    assert data[0] == "\ufeff"
    rows = list(csv.reader(io.StringIO(data[1:], newline=""), delimiter=";", strict=True))
    assert re.sub(r'"(?:[^"]|"")*"', "", data).count("\n") == data.count("\r\n") == len(rows)
    assert [row[-1] for row in rows[1 : len(ITEM_IDS) + 1]] == list(ITEM_IDS)
    return rows


def test_the_csv_file_has_a_row_for_every_item() -> None:
    header, *rows = cells_of(render("csv", REAL, BEFORE))
    assert [row[-1] for row in rows] == [*ITEM_IDS, UNKNOWN_ITEM]
    assert {len(row) for row in (header, *rows)} == {len(set(header))}
    words = UI.report
    by_id = {row[-1]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_id["form"] == {
        words.round: "Forår 2027",
        words.group: CHECKLIST.groups[2].title,
        words.item: TEXT_OF["form"],
        words.answer: UI.answers.missing,
        words.note: "Vi gætter.\nIngen spørger.",
        words.action: "Spørg først",
        words.responsible: "Ahmed",
        words.due: "2027-03-01",
        words.priority: "2",
        words.done: "",
        words.helped: "",
        words.changed: "",
        words.answer_before: UI.answers.missing,
        words.shift: UI.compare.unchanged,
        words.id: "form",
    }
    assert by_id["good-relations"][words.changed] == "2027-02-01"
    feedback = by_id["feedback"]
    assert (feedback[words.done], feedback[words.helped]) == ("2027-02-10", UI.helped["partly"])
    first = cells_of(render("csv", REAL))[1:]
    assert {(row[-3], row[-2]) for row in first} == {("", "")}


def test_the_csv_file_has_a_row_for_every_filled_cell_of_the_map() -> None:
    cell, blank = CHECKLIST.map.cells[5], CHECKLIST.map.cells[6]
    states = {cell.id: ItemState(note="Tavlemødet", changed=STARTED), blank.id: ItemState(note=" ")}
    header, *rows = cells_of(render("csv", progress_of(states)))
    assert [row[-1] for row in rows] == [*ITEM_IDS, cell.id]
    filled = {title: text for title, text in zip(header, rows[-1], strict=True) if text}
    words = UI.report
    source = fill(words.map_row, kind=cell.kind.title, giver=cell.giver.title)
    assert filled == {
        words.round: "Forår 2027",
        words.group: CHECKLIST.map.title,
        words.item: fill(UI.checklist.map_cell, giver=source, way=cell.way.title),
        words.note: "Tavlemødet",
        words.changed: "2027-02-01",
        words.id: cell.id,
    }


@settings(deadline=None, max_examples=20)
@given(text=TEXTS)
@examples
def test_text_stays_text_in_csv(text: str) -> None:
    rows = cells_of(render("csv", filled_with(text)))
    for cell in (each for row in rows for each in row):
        assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)
        assert cell == sanitize(cell)
    for column in (4, 5, 6):
        assert rows[1][column] in (sanitize(text), sanitize(f"'{text}"))


# iCalendar


def events_of(data: str) -> list[Component]:
    lines = data.split("\r\n")
    assert lines.pop() == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert all(line == sanitize(line) and "\n" not in line for line in lines)
    return Calendar.from_ical(data).walk("VEVENT")


def test_the_calendar_has_an_all_day_event_for_every_open_due_date() -> None:
    data = render("ics", REAL)
    events = events_of(data)
    bare, form, timing = events
    assert {str(event["STATUS"]) for event in events} == {"CONFIRMED"}
    assert str(timing["SUMMARY"]) == fill(UI.report.event, what="Overlap")
    assert form.decoded("DTSTART") == date(2027, 3, 1)
    assert type(form.decoded("DTSTART")) is date
    assert form.decoded("DTSTAMP") == NOW
    assert str(form["SUMMARY"]) == fill(UI.report.event, what="Spørg først")
    assert in_order(
        str(form["DESCRIPTION"]),
        *(TEXT_OF["form"], f"{UI.report.note}: Vi gætter.\nIngen spørger."),
        *(f"{UI.report.action}: Spørg først", f"{UI.report.responsible}: Ahmed"),
        *(f"{UI.report.priority}: 2", "Forår 2027"),
    )
    missing = fill(UI.report.missing_item, item=TEXT_OF["ask-before-advice"])
    assert str(bare["SUMMARY"]) == fill(UI.report.event, what=missing)
    assert f"{UI.report.note}:" not in str(bare["DESCRIPTION"])
    assert [
        str(event["UID"]) for event in events_of(render("ics", REAL, now=NOW.replace(2028)))
    ] == [str(event["UID"]) for event in events]
    assert events_of(render("ics", progress_of({}))) == []
    assert "METHOD:PUBLISH" in data
    [calendar] = Calendar.from_ical(data, multiple=True)
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Social støtte: Forår 2027"


def test_a_calendar_reminds_a_week_ahead() -> None:
    events = events_of(render("ics", REAL))
    assert len(events) == 3
    for event in events:
        [alarm] = event.walk("VALARM")
        assert str(alarm["ACTION"]) == "DISPLAY"
        assert alarm.decoded("TRIGGER") == timedelta(days=-7)
        assert str(alarm["DESCRIPTION"]) == str(event["SUMMARY"])


@settings(deadline=None, max_examples=20)
@given(text=TEXTS)
@examples
def test_text_stays_text_in_a_calendar(text: str) -> None:
    [event] = events_of(render("ics", filled_with(text)))
    assert sorted(event) == [
        *("DESCRIPTION", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "SEQUENCE", "STATUS", "SUMMARY"),
        *("TRANSP", "UID"),
    ]
    expected = sanitize(text).strip()
    description = str(event["DESCRIPTION"])
    assert description.count(expected) >= 3
    summary = str(event["SUMMARY"]).removeprefix(fill(UI.report.event, what=""))
    assert summary == sanitize_line(text) or sanitize_line(text).startswith(
        summary.removesuffix("…")
    )
    assert len(summary) <= 120


def test_the_latest_possible_date_is_exported() -> None:
    state = ItemState(Answer.MISSING, due=date.max)
    [event] = events_of(render("ics", progress_of({"timing": state})))
    assert event.decoded("DTSTART") == date.max
    assert UI.long_date(date.max) in render("md", progress_of({"timing": state}))


@pytest.fixture
def in_zone() -> Iterator[Callable[[str], None]]:
    """Sets the local time zone for the test."""
    with pytest.MonkeyPatch.context() as patch:

        def move(zone: str) -> None:
            patch.setenv("TZ", zone)
            time.tzset()

        yield move
    time.tzset()


def test_a_time_is_shown_as_the_local_date(in_zone: Callable[[str], None]) -> None:
    in_zone("Etc/GMT-2")
    assert local_date(datetime(2027, 3, 1, 23, tzinfo=UTC)) == date(2027, 3, 2)


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-14", "UTC"])
@pytest.mark.parametrize("at", [datetime.min, datetime.max])
def test_every_format_takes_the_earliest_and_latest_times(
    at: datetime, zone: str, in_zone: Callable[[str], None]
) -> None:
    in_zone(zone)
    moment, day = at.replace(tzinfo=UTC), at.date()
    state = ItemState(
        Answer.MISSING, due=day, priority=1, done=day, helped=Helped.NO, changed=moment
    )
    progress = Progress(Round("r1", "Forår", moment), {"timing": state}, 1)
    before = RoundSummary(Round("r0", "Efterår", moment), {"timing": Answer.MISSING}, False)
    pages = {each: render(each, progress, before, moment) for each in ("md", "html", "csv")}
    assert local_date(moment) == day
    for format_ in ("md", "html"):
        assert pages[format_].count(UI.long_date(day)) >= 3
    assert (
        str(word_sections(rendered("docx", progress, before, moment))).count(UI.long_date(day)) >= 3
    )
    [row] = [row for row in cells_of(pages["csv"]) if row[-1] == "timing"]
    assert row[7] == row[9] == row[11] == day.isoformat()
    [plan] = sheets_of(rendered("xlsx", progress, before, moment))[0].records
    due = plan[UI.report.due]
    assert due == plan[UI.report.done] == (day if day.year > 1900 else day.isoformat())
    open_again = replace(progress, items={"timing": replace(state, done=None, helped=None)})
    [event] = events_of(render("ics", open_again, before, moment))
    assert event.decoded("DTSTART") == day
    assert round_pages.rounds_table([before, before], ITEM_IDS, UI)
    assert round_pages.round_rows([before, before], ITEM_IDS, UI, 80)


@pytest.mark.parametrize("due", ["0001-01-01", "9999-12-31"])
def test_a_plan_due_on_the_first_or_last_possible_day_round_trips(
    stoette: CommandLine, data_dir: Path, tmp_path: Path, due: str
) -> None:
    edits = {("timing", "answer"): "missing", ("timing", "due"): due}
    Store(data_dir).record(None, edits, "Forår")
    for format_ in export.FORMATS:
        done = stoette("export", "--format", format_, "-o", tmp_path / f"ud.{format_}")
        assert (done.status, done.err) == (0, "")
    done = stoette("import", "--again", tmp_path / "ud.json")
    assert (done.status, done.err) == (0, "")
    assert stoette("show", "checklist").status == 0


# Status, and earlier rounds


def test_status_lists_every_item_of_the_checklist() -> None:
    found = round_status(CHECKLIST, REAL)
    assert [item.id for item in found.items] == [*ITEM_IDS, UNKNOWN_ITEM]
    assert (found.items[-1].group, found.items[-1].note) == (None, "Om noget andet")
    assert found.counts.in_place == 9
    assert found.round
    assert REAL.round
    assert asdict(found.round) == asdict(REAL.round)


def test_earlier_rounds_are_those_with_answers() -> None:
    answers = {"timing": Answer.MISSING}
    rounds = [
        RoundSummary(Round(name, name, NOW + timedelta(days=day)), answers, False)
        for day, name in enumerate("abcd")
    ]
    cleared = {"timing": Answer.UNANSWERED}
    rounds.insert(1, RoundSummary(Round("x", "x", NOW), cleared, False))
    before = {each: earlier_rounds(rounds, each) for each in "abcd"}
    found = {name: "".join(each.round.id for each in earlier) for name, earlier in before.items()}
    assert found == {"a": "", "b": "a", "c": "ab", "d": "abc"}
    assert not earlier_rounds(rounds, "unknown")


# On the command line


@pytest.mark.parametrize("format_", export.FORMATS)
def test_export_writes_the_same_to_a_file_and_to_a_pipe(
    stoette: CommandLine, tmp_path: Path, format_: str
) -> None:
    stoette("answer", "timing", "missing")
    file = tmp_path / f"rapport.{format_}"
    done = stoette("export", "--format", format_, "-o", file)
    assert (done.status, done.err, done.out) == (0, "", f"Gemt: {file}\n")
    assert file.stat().st_mode & 0o7777 == 0o600
    env = {"LANG": "C", "PYTHONIOENCODING": "ascii"}
    piped = stoette("export", "--format", format_, env=env, encoding="latin-1")
    assert (piped.status, piped.err) == (0, "")
    written = file.read_bytes().decode("latin-1")
    if format_ == "ics":
        assert events_of(written) == events_of(piped.out) == []
    else:
        assert piped.out == written
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "elsewhere", file.name]


def test_export_compares_with_the_previous_round(stoette: CommandLine) -> None:
    stoette("answer", "timing", "missing")
    [first] = json.loads(stoette("export", "--format", "json").out)["changes"][:1]
    stoette("rounds", "new", "Senere")
    stoette("answer", "timing", "in-place")
    since = markdown_sections(stoette("export", "--format", "md").out)[UI.report.comparison]
    assert in_order(since, first["value"], *moved("better", 1, "timing", "missing", "in_place"))


def test_export_lists_plans_carried_through_several_rounds(
    stoette: CommandLine, data_dir: Path
) -> None:
    edits = {("timing", "answer"): "missing", ("timing", "note"): "Vagterne er tynde."}
    Store(data_dir).record(None, edits, "Forår")
    for name in ("Efterår", "Vinter"):
        assert stoette("rounds", "new", name, "--carry").status == 0
        found = markdown_sections(stoette("export", "--format", "md").out)
        assert found[UI.report.plan].strip() == UI.report.plan_carried
        assert in_order(found[UI.report.carried], TEXT_OF["timing"], "Vagterne er tynde.")


def test_export_reports_wrong_usage_and_a_missing_round(
    stoette: CommandLine, data_dir: Path
) -> None:
    for arguments, status_, words in (
        (("--format", "md"), 1, "der er ingen gennemgang endnu"),
        (
            ("--format", "pdf"),
            2,
            f"»pdf« er ikke et format; vælg mellem: {', '.join(export.FORMATS)}",
        ),
        ((), 2, "--format mangler"),
        (("--format",), 2, "--format skal have en værdi"),
        (("--format", "md", "-o"), 2, "--output skal have en værdi"),
        (("--format", "md", "rapport.md"), 2, "»rapport.md« hører ikke til her"),
    ):
        done = stoette("export", *arguments)
        assert (done.status, done.out) == (status_, "")
        [line] = done.err.splitlines()
        assert words in line
    assert not data_dir.exists()
