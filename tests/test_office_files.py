"""The report as a Word file and as a workbook, read back."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import CLONE
from hypothesis import example, given, settings
from msgspec.structs import replace
from office_files import W, paragraphs_of, parts_of, sheets_of, word_body, word_sections
from terminal import Terminal
from test_report import (
    BEFORE,
    CHECKLIST,
    HOSTILE,
    ITEM_IDS,
    NOW,
    REAL,
    STARTED,
    TEXT_OF,
    TEXTS,
    UI,
    UNKNOWN_ITEM,
    examples,
    filled_with,
    in_order,
    progress_of,
    rendered,
    summary_of,
)

from stoette_tui.base.sanitize import sanitize
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.report import export
from stoette_tui.review.progress import PLAN, Answer, ItemState
from stoette_tui.store import Store

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree import ElementTree as ET

WORDS = UI.report
BINARY = pytest.mark.parametrize("format_", export.BINARY_FORMATS)


# Both


@pytest.mark.smoke
@BINARY
def test_rendering_is_reproducible_and_leaks_no_metadata(format_: str) -> None:
    data = rendered(format_, REAL, BEFORE)
    assert data == rendered(format_, REAL, BEFORE)
    assert data != rendered(format_, REAL, BEFORE, NOW.replace(day=2))
    core = parts_of(data)["docProps/core.xml"]
    assert in_order(core, fill(WORDS.page_title, round="Forår 2027"))
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core)) == {"2027-03-01T00:00:00"}
    creators = re.findall(r"<(?:dc:creator|cp:lastModifiedBy|dc:description)>(.*?)<", core)
    assert not any(creators)
    assert not [name for name in parts_of(data) if "thumbnail" in name or "custom" in name]


@BINARY
def test_export_refuses_to_write_a_binary_file_to_a_terminal(data_dir: Path, format_: str) -> None:
    Store(data_dir).record(None, {("timing", "answer"): "missing"}, "Forår")
    with Terminal("export", "--format", format_) as terminal:
        assert terminal.wait_for_end() == 2
        [line] = terminal.written.decode().splitlines()
    assert line.endswith(fill(UI.problems["output_missing"], format=format_))


# Word


def properties(element: ET.Element, name: str) -> list[str | None]:
    return [each.get(f"{W}val") for each in element.iter(f"{W}{name}")]


@pytest.mark.smoke
def test_the_word_file_has_headings_margins_and_page_numbers() -> None:
    data = rendered("docx", REAL, BEFORE)
    parts, body = parts_of(data), word_body(data)
    headings = [(style[-1], text) for style, text in paragraphs_of(body) if "Heading" in style]
    assert headings[0] == ("1", WORDS.title)
    assert ("2", WORDS.signatures) in headings
    plan = fill(WORDS.missing_item, item=TEXT_OF["timing"])
    assert ("3", plan) in headings
    size, margins = body.find(f".//{W}pgSz"), body.find(f".//{W}pgMar")
    assert size is not None
    assert (size.attrib[f"{W}w"], size.attrib[f"{W}h"]) == ("11906", "16838")
    assert margins is not None
    assert all(850 < int(margins.attrib[f"{W}{side}"]) < 1140 for side in ("left", "right", "top"))
    [footer] = [text for name, text in parts.items() if "footer" in name and "rels" not in name]
    assert re.findall(r'w:instr="(\w+)"', footer) == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(("language", "code"), [("da", "da-DK"), ("en", "en-GB")])
def test_the_word_file_declares_its_language(language: str, code: str) -> None:
    ui = ui_text.load(CLONE / "content", language)
    parts = parts_of(export.render_report("docx", CHECKLIST, ui, REAL, [], NOW))
    assert f'w:lang w:val="{code}"' in parts["word/styles.xml"]
    assert f'w:themeFontLang w:val="{code}"' in parts["word/settings.xml"]
    assert f"<dc:language>{code}</dc:language>" in parts["docProps/core.xml"]


def test_word_repeats_table_headers_and_splits_no_plan() -> None:
    body = word_body(rendered("docx", REAL, BEFORE))
    tables = list(body.iter(f"{W}tbl"))
    heads = [len(list(table.iter(f"{W}tblHeader"))) for table in tables]
    plans = [each for each in tables if WORDS.problem in [text for _, text in paragraphs_of(each)]]
    assert len(plans) == 5
    assert heads.count(1) == 5  # the picture, the counts, the comparison, and the signatures
    for row in body.iter(f"{W}tr"):
        assert len(list(row.iter(f"{W}cantSplit"))) == 1
    for plan in plans:
        first, last = plan.iter(f"{W}tr")
        for paragraph in first.iter(f"{W}p"):
            assert len(properties(paragraph, "keepNext")) == 1
        assert not properties(last, "keepNext")
    texts = [text for style, text in paragraphs_of(tables[-1]) if text]
    assert texts == [WORDS.role, WORDS.name, WORDS.signature, WORDS.date, *WORDS.roles]


def test_the_word_file_shows_the_picture_as_tables_of_numbers() -> None:
    first = replace(summary_of({"timing": Answer.MISSING}, "Forår 2026"), current=False)
    data = export.render_report("docx", CHECKLIST, UI, REAL, [first, BEFORE], NOW)
    found = word_sections(data)[WORDS.overview]
    assert in_order(found, "Forår 2026\n0\n1\n0\n20", "Forår 2027\n9\n5\n2\n5")
    more = UI.count(WORDS.more_in_place, 2)
    assert in_order(found, WORDS.shift, WORDS.total, "0/21", "7/21", "9/19", more)


def test_a_row_taller_than_a_page_may_be_split() -> None:
    """LibreOffice hangs on a page that overflows if nothing on it may be split."""
    text = "Vagterne er tynde.\n" * 70
    state = ItemState(Answer.MISSING, text, text)
    body = word_body(rendered("docx", progress_of({"timing": state})))
    [row] = [row for row in body.iter(f"{W}tr") if "tynde" in str(list(paragraphs_of(row)))]
    assert not properties(row, "cantSplit")
    assert not properties(row, "keepNext")


def tags_of(data: bytes) -> list[str]:
    """The structure of a Word file, without what depends on the lines of a text."""
    within = (
        "p",
        "r",
        "t",
        "br",
        "pPr",
        "rPr",
        "pStyle",
        "rStyle",
        "keepNext",
        "keepLines",
        "cantSplit",
    )
    return [each.tag for each in word_body(data).iter() if each.tag not in {W + t for t in within}]


def word_of(text: str) -> bytes:
    """A Word file with the text in every field that takes one."""
    return rendered("docx", filled_with(text), summary_of({}, text))


@pytest.fixture(scope="module")
def harmless_tags() -> list[str]:
    return tags_of(word_of("x"))


@settings(deadline=None, max_examples=10)
@given(text=TEXTS)
@example("\n".join(HOSTILE[:10]))
@example("\n".join(HOSTILE[10:20]))
@example("\n".join(HOSTILE[20:]))
def test_text_stays_text_in_word(harmless_tags: list[str], text: str) -> None:
    data = word_of(text)
    assert tags_of(data) == harmless_tags
    found = "\n".join(text for _, text in paragraphs_of(word_body(data)))
    assert re.sub(r"\s", "", found).count(re.sub(r"\s", "", sanitize(text))) >= 13
    assert found == sanitize(found)


# Excel


def sheet_xml(data: bytes) -> str:
    parts = parts_of(data)
    assert not [name for name in parts if "external" in name or "vba" in name.lower()]
    return "".join(xml for name, xml in parts.items() if name.startswith("xl/worksheets/"))


def test_the_workbook_has_the_plan_and_all_items_as_typed_cells() -> None:
    plan, items = sheets_of(rendered("xlsx", REAL, BEFORE))
    assert [plan.sheet.title, items.sheet.title] == [WORDS.sheet_plan, WORDS.sheet_items]
    assert plan.title == items.title == fill(WORDS.page_title, round="Forår 2027")
    order = ["ask-before-advice", "form", "timing", "feedback", "meeting-structure"]
    assert [each[WORDS.item] for each in plan.records] == [TEXT_OF[each] for each in order]
    feedback = plan.records[3]
    assert feedback == {
        WORDS.priority: 3,
        WORDS.group: CHECKLIST.groups[2].title,
        WORDS.item: TEXT_OF["feedback"],
        WORDS.note: None,
        WORDS.action: "Ros på tavlemødet",
        WORDS.responsible: None,
        WORDS.due: date(2027, 2, 1),
        WORDS.done: date(2027, 2, 10),
        WORDS.helped: UI.helped["partly"],
    }
    *known, unknown = items.records
    assert [each[WORDS.item] for each in known] == [TEXT_OF[each] for each in ITEM_IDS]
    assert unknown[WORDS.item] == UNKNOWN_ITEM
    by_text = {each[WORDS.item]: each for each in items.records}
    form = by_text[TEXT_OF["form"]]
    assert (form[WORDS.note], form[WORDS.due]) == ("Vi gætter.\nIngen spørger.", date(2027, 3, 1))
    assert form[WORDS.answer_before] == form[WORDS.answer] == UI.answers.missing
    assert by_text[TEXT_OF["good-relations"]][WORDS.changed] == STARTED.date()


def test_each_field_of_a_plan_has_a_column_in_both_sheets() -> None:
    titles = {getattr(WORDS, name) for name in PLAN}
    assert all(titles <= set(each.head) for each in sheets_of(rendered("xlsx", REAL, BEFORE)))


@pytest.mark.smoke
def test_the_workbook_can_be_filtered_read_and_printed() -> None:
    for each in sheets_of(rendered("xlsx", REAL, BEFORE)):
        sheet, last = each.sheet, f"{chr(64 + len(each.head))}{2 + len(each.records)}"
        assert sheet.auto_filter.ref == f"A2:{last}"
        assert sheet.freeze_panes == "A3"
        assert str(sheet.print_title_rows) == "$1:$2"
        assert sheet.print_area.endswith(f"!$A$1:${last[0]}${last[1:]}")
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (int(setup.fitToWidth or 1), int(setup.fitToHeight or 0)) == (1, 0)
        for row in sheet.iter_rows(min_row=3):
            assert all(cell.alignment.wrap_text for cell in row if cell.value is not None)
        heights = [sheet.row_dimensions[row].height for row in range(3, int(last[1:]) + 1)]
        assert all(
            15 <= (height or 15) <= 409 for height in heights
        )  # 15 is the default, which is not written
    # A row grows as text is entered.
    assert "customHeight" not in sheet_xml(rendered("xlsx", REAL))


def test_an_empty_plan_says_so() -> None:
    plan, items = sheets_of(rendered("xlsx", progress_of({})))
    assert [each[WORDS.item] for each in plan.records] == [WORDS.plan_none]
    assert len(items.records) == len(ITEM_IDS)


@settings(deadline=None, max_examples=40)
@given(text=TEXTS)
@examples
def test_text_stays_text_in_a_workbook(text: str) -> None:
    expected = sanitize(text).strip()
    data = rendered("xlsx", filled_with(text), summary_of({}, text))
    assert not re.search("<f>|<f |<hyperlink", sheet_xml(data))
    plan, items = sheets_of(data)
    for sheet in (plan, items):
        rows = [each for each in sheet.records if each[WORDS.item] == TEXT_OF[ITEM_IDS[0]]]
        for field in (WORDS.note, WORDS.action, WORDS.responsible):
            assert "".join(each[field] or "" for each in rows) == expected
    for row in plan.sheet.iter_rows(min_row=3):
        assert {each.number_format for each in row if isinstance(each.value, str)} == {"@"}


def test_a_text_too_long_for_a_row_continues_in_the_next() -> None:
    """Excel shows at most 409 points of a row, and holds at most 32,767 characters in a cell."""
    word, long = "ordet " * 20_000, "\U0001f469" * 40_000
    states = {
        "timing": ItemState(
            Answer.MISSING, f"{word}slut", long, "Mette", due=date(2027, 6, 1), priority=2
        )
    }
    plan, _ = sheets_of(rendered("xlsx", progress_of(states)))
    assert "".join(each[WORDS.note] or "" for each in plan.records) == f"{word}slut"
    assert "".join(each[WORDS.action] or "" for each in plan.records) == long
    for each in plan.records:  # so that a filter finds all rows
        assert (each[WORDS.responsible], each[WORDS.priority]) == ("Mette", 2)
        assert (each[WORDS.item], each[WORDS.due]) == (TEXT_OF["timing"], date(2027, 6, 1))
    lengths = [len(str(each[WORDS.action] or "").encode("utf-16-le")) // 2 for each in plan.records]
    assert max(lengths) < 32_767
    heights = [plan.sheet.row_dimensions[3 + row].height for row in range(len(plan.records))]
    assert max(height or 0 for height in heights) <= 409


@pytest.mark.parametrize(
    "name", ["Plan/[a]:*?", "'Plan'", "x" * 40, "Alle punkter", "\U0001f469" * 20]
)
def test_any_words_become_a_valid_sheet_name(content_dir: Path, name: str) -> None:
    file = content_dir / "da" / "ui.yaml"
    line = f"  sheet_plan: {WORDS.sheet_plan}\n"
    assert line in file.read_text()
    file.write_text(
        file.read_text().replace(line, f"  sheet_plan: {json.dumps(name, ensure_ascii=False)}\n")
    )
    ui = ui_text.load(content_dir, "da")
    data = export.render_report("xlsx", CHECKLIST, ui, REAL, [], NOW)
    first, second = (each.sheet.title for each in sheets_of(data))
    assert first[:4] == name.strip("'")[:4]
    assert second != first
