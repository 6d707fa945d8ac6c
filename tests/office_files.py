"""Reads Word files and Excel workbooks with other libraries than those that write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.worksheet.worksheet import Worksheet

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts_of(data: bytes) -> dict[str, str]:
    """The parts of a Word file or a workbook by name, as text."""
    with ZipFile(BytesIO(data)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def word_body(data: bytes) -> ET.Element:
    """The body of a Word file."""
    body = ET.fromstring(parts_of(data)["word/document.xml"]).find(f"{W}body")
    assert body is not None
    return body


def paragraphs_of(element: ET.Element) -> Iterator[tuple[str, str]]:
    """The style and the text of each paragraph, including those in tables."""
    for paragraph in element.iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        yield (
            "" if style is None else style.attrib[f"{W}val"],
            "".join(
                "\n" if each.tag == f"{W}br" else each.text or ""
                for each in paragraph.iter()
                if each.tag in (f"{W}t", f"{W}br")
            ),
        )


def word_sections(data: bytes) -> dict[str, str]:
    """The text under each second-level heading."""
    sections = {"": ""}
    for style, text in paragraphs_of(word_body(data)):
        if style == "Heading2":
            sections[text] = ""
        else:
            sections[[*sections][-1]] += text + "\n"
    return sections


class Sheet(NamedTuple):
    """A sheet of a workbook: its title, its column heads, and each row below by column head."""

    title: str
    head: list[str]
    records: list[dict[str, Any]]
    sheet: Worksheet


def sheets_of(data: bytes) -> list[Sheet]:
    """The sheets of a workbook, in which nothing is a formula."""
    sheets = []
    for sheet in load_workbook(BytesIO(data), rich_text=False).worksheets:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "d"}
        title, head, *rows = ([_value(each) for each in row] for row in sheet.values)
        records = [dict(zip(head, row, strict=True)) for row in rows]
        sheets.append(Sheet(title[0], head, records, sheet))
    return sheets


def _value(value: Any) -> Any:
    """The value as Excel shows it; of a time, only its date."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", value)
    assert value is None or isinstance(value, int | date)
    return value
