"""The Word and Excel exports, printed by LibreOffice: the text of the pages.

It requires LibreOffice, which is started once; `.venv/bin/pytest -m programs` runs it.
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

FORMATS = ("docx", "xlsx")
LONG_WORD = "speciallægepraksisplanlægningsstabiliseringsperiode" * 4
TEXTS: Final = (*HOSTILE, LONG_WORD, "=cmd()", "a | b", "<script>", "https://evil.example/" * 9)


def missing_round(texts: list[tuple[str, str]]) -> Progress:
    """A round in which every item is missing, with these notes and actions."""
    return progress_of(
        {
            item: ItemState(Answer.MISSING, note, action, "Mette", due=date(2027, 6, 1), priority=2)
            for item, (note, action) in zip(ITEM_IDS, texts, strict=False)
        }
    )


def numbered(plan: int, kind: str, count: int) -> str:
    return "\n".join(f"{kind} {number} i plan {plan}." for number in range(count))


HOSTILE_ROUND = missing_round([(TEXTS[i], TEXTS[-1 - i]) for i in range((len(TEXTS) + 1) // 2)])
LONG_ROUND = missing_round(
    [(numbered(i, "Note", 60), numbered(i, "Handling", 75)) for i in range(12)]
)
HALF_ROUND = missing_round(
    [(numbered(i, "Note", 12), numbered(i, "Handling", 31)) for i in range(5)]
)
ROUNDS: Final = {
    "real": REAL,
    "hostile": HOSTILE_ROUND,
    "long": LONG_ROUND,
    "half": HALF_ROUND,
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The text of every page by file name, in drawing order."""
    folder = tmp_path_factory.mktemp("office")
    files = [folder / f"{name}-{format_}.{format_}" for name in ROUNDS for format_ in FORMATS]
    for file in files:
        name, _, format_ = file.stem.partition("-")
        file.write_bytes(rendered(format_, ROUNDS[name], BEFORE))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*convert, folder, *files], check=True, timeout=100, capture_output=True)
    pages = {}
    for file in files:
        read = ["pdftotext", "-raw", str(file.with_suffix(".pdf")), "-"]
        text = subprocess.run(read, check=True, capture_output=True).stdout.decode()
        pages[file.stem.replace("-", ".")] = text.split("\f")[:-1]
    return pages


def squeezed(text: str) -> str:
    """The text without whitespace and without characters that may lack a font."""
    return re.sub(r"[\s\u200d\ufffd\U00010000-\U0010ffff]", "", text)


def test_the_whole_report_is_printed_with_page_numbers(printed: Mapping[str, list[str]]) -> None:
    printed_text = squeezed("".join(printed["real.docx"]))
    texts = [text for _, text in paragraphs_of(word_body(rendered("docx", REAL, BEFORE)))]
    assert [text for text in texts if squeezed(text) not in printed_text] == []
    pages = printed["real.docx"]
    assert [page.split("\n")[-2] for page in pages] == [
        f"{number} / {len(pages)}" for number in range(1, len(pages) + 1)
    ]


@pytest.mark.parametrize("name", ["real", "hostile"])
def test_the_whole_workbook_is_printed(printed: Mapping[str, list[str]], name: str) -> None:
    printed_text = squeezed("".join(printed[f"{name}.xlsx"]))
    for sheet in sheets_of(rendered("xlsx", ROUNDS[name], BEFORE)):
        texts = [each for row in sheet.records for each in row.values() if isinstance(each, str)]
        assert [text for text in texts if squeezed(text) not in printed_text] == []


def test_the_header_of_a_sheet_is_printed_on_every_page(printed: Mapping[str, list[str]]) -> None:
    for page in printed["long.xlsx"]:
        assert squeezed(fill(UI.report.page_title, round="Forår 2027")) in squeezed(page)
        assert UI.report.responsible in page


def test_hostile_text_is_printed_sanitized(printed: Mapping[str, list[str]]) -> None:
    printed_text = squeezed("".join(printed["hostile.docx"]))
    assert [text for text in TEXTS if squeezed(sanitize(text)) not in printed_text] == []


@pytest.mark.parametrize("format_", FORMATS)
def test_plans_longer_than_a_page_are_printed_completely(
    printed: Mapping[str, list[str]], format_: str
) -> None:
    printed_text = squeezed("".join(printed[f"long.{format_}"]))
    for plan in range(12):
        expected = f"{numbered(plan, 'Note', 60)}\n{numbered(plan, 'Handling', 75)}".split("\n")
        assert [line for line in expected if squeezed(line) not in printed_text] == []


def test_an_action_that_fits_on_a_page_is_not_split(printed: Mapping[str, list[str]]) -> None:
    pages = printed["half.docx"]
    for plan, item in enumerate(ITEM_IDS[:5]):
        [page] = [page for page in pages if f"Note 0 i plan {plan}." in page]
        assert fill(UI.report.missing_item, item=TEXT_OF[item]) in page.replace("\n", " ")
        start = page.index(f"Handling 0 i plan {plan}.")
        assert UI.report.responsible in page[page.index(f"Handling 30 i plan {plan}.", start) :]
