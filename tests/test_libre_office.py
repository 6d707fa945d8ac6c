"""What is exported to Word and Excel, opened in LibreOffice and printed: read off the pages.

`.venv/bin/pytest -m programs` runs it, as it needs LibreOffice, which is started once.
"""

from __future__ import annotations

import re
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from office_files import paragraphs_of, sheets_of, word_body
from test_report import BEFORE, HOSTILE, ITEM_IDS, REAL, TEXT_OF, UI, progress_of, rendered

from stoette_tui.base.sanitize import sanitize
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import Answer, ItemState, Progress

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.programs

LONG_WORD = "speciallægepraksisplanlægningsstabiliseringsperiode" * 4
WRITTEN: Final = (*HOSTILE, LONG_WORD, "=cmd()", "a | b", "<script>", "https://evil.example/" * 9)


def wrote(texts: list[tuple[str, str]]) -> Progress:
    """A round in which each item misses something, with such a note and such an action."""
    return progress_of(
        {
            item: ItemState(Answer.MISSING, note, action, "Mette", due=date(2027, 6, 1), priority=2)
            for item, (note, action) in zip(ITEM_IDS, texts, strict=False)
        }
    )


def lines(plan: int, kind: str, count: int) -> str:
    return "\n".join(f"{kind} {number} i plan {plan}." for number in range(count))


HOSTILE_ROUND = wrote([(WRITTEN[i], WRITTEN[-1 - i]) for i in range((len(WRITTEN) + 1) // 2)])
LONG_ROUND = wrote([(lines(i, "Note", 60), lines(i, "Handling", 75)) for i in range(12)])
HALF_ROUND = wrote([(lines(i, "Note", 12), lines(i, "Handling", 31)) for i in range(5)])
ROUNDS: Final = {
    "real": REAL,
    "hostile": HOSTILE_ROUND,
    "long": LONG_ROUND,
    "half": HALF_ROUND,
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The text of each page of each file, by the file's name, in the order it is drawn in."""
    folder = tmp_path_factory.mktemp("office")
    files = [folder / f"{name}-{form}.{form}" for name in ROUNDS for form in ("docx", "xlsx")]
    for file in files:
        name, _, form = file.stem.partition("-")
        file.write_bytes(rendered(form, ROUNDS[name], BEFORE))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*convert, folder, *files], check=True, timeout=100, capture_output=True)
    pages = {}
    for file in files:
        read = ["pdftotext", "-raw", str(file.with_suffix(".pdf")), "-"]
        text = subprocess.run(read, check=True, capture_output=True).stdout.decode()
        pages[file.stem.replace("-", ".")] = text.split("\f")[:-1]
    return pages


def bare(text: str) -> str:
    """The text without what differs by how it is laid out, and what no font may be there for."""
    return re.sub(r"[\s\u200d\ufffd\U00010000-\U0010ffff]", "", text)


def test_all_of_the_report_is_printed(printed: Mapping[str, list[str]]) -> None:
    found = bare("".join(printed["real.docx"]))
    texts = [text for _, text in paragraphs_of(word_body(rendered("docx", REAL, BEFORE)))]
    assert [text for text in texts if bare(text) not in found] == []
    pages = printed["real.docx"]
    assert [page.split("\n")[-2] for page in pages] == [
        f"{number} / {len(pages)}" for number in range(1, len(pages) + 1)
    ]


@pytest.mark.parametrize("name", ["real", "hostile"])
def test_all_of_the_workbook_is_printed(printed: Mapping[str, list[str]], name: str) -> None:
    found = bare("".join(printed[f"{name}.xlsx"]))
    for sheet in sheets_of(rendered("xlsx", ROUNDS[name], BEFORE)):
        texts = [each for row in sheet.records for each in row.values() if isinstance(each, str)]
        assert [text for text in texts if bare(text) not in found] == []


def test_the_head_of_a_sheet_is_printed_on_each_page(printed: Mapping[str, list[str]]) -> None:
    for page in printed["long.xlsx"]:
        assert bare(fill(UI.report.page_title, round="Forår 2027")) in bare(page)
        assert UI.report.responsible in page


def test_hostile_text_is_printed_as_it_was_written(printed: Mapping[str, list[str]]) -> None:
    found = bare("".join(printed["hostile.docx"]))
    assert [text for text in WRITTEN if bare(sanitize(text)) not in found] == []


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_nothing_is_cut_from_twelve_plans_of_more_than_a_page(
    printed: Mapping[str, list[str]], ending: str
) -> None:
    found = bare("".join(printed[f"long.{ending}"]))
    for plan in range(12):
        wanted = f"{lines(plan, 'Note', 60)}\n{lines(plan, 'Handling', 75)}".split("\n")
        assert [line for line in wanted if bare(line) not in found] == []


def test_an_action_that_fits_on_a_page_stands_on_one(printed: Mapping[str, list[str]]) -> None:
    pages = printed["half.docx"]
    for plan, item in enumerate(ITEM_IDS[:5]):
        [page] = [page for page in pages if f"Note 0 i plan {plan}." in page]
        assert fill(UI.report.missing_item, item=TEXT_OF[item]) in page.replace("\n", " ")
        start = page.index(f"Handling 0 i plan {plan}.")
        assert UI.report.responsible in page[page.index(f"Handling 30 i plan {plan}.", start) :]
