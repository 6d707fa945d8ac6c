"""Search through its key: what is found, with and without Danish letters, and where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app_driver import Reader, opened

from stoette_tui.store import Store

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "Gæstelæreren får ingen årsplan; en idé?"


async def find(reader: Reader, query: str) -> list[str]:
    """Asks for it; returns the lines below what was typed."""
    await reader.press("slash")
    await reader.sees(reader.ui.search.search)
    await reader.press(*query)
    await reader.sees_no_more(reader.ui.search.search)
    await reader.rests()
    lines = [line.strip() for line in reader.display.lines]
    return lines[lines.index(query) + 1 :]


@pytest.mark.parametrize(
    "spellings",
    [
        ("støtte", "stoette", "stotte"),
        ("årsplan", "aarsplan"),
        ("retfærdighed", "retfaerdighed"),
        ("gæstelæreren", "gaestelaereren"),
        ("idé", "ide", "idè"),
    ],
)
async def test_danish_letters_need_not_be_typed(data_dir: Path, spellings: tuple[str, ...]) -> None:
    Store(data_dir).record(None, {("timing", "note"): NOTE}, "Første")
    async with opened(data_dir) as reader:
        first, *others = spellings
        found = await find(reader, first)
        assert reader.ui.search.nothing not in reader.display
        assert any(first in line.lower() for line in found)
        for spelling in others:
            await reader.press("escape")
            assert await find(reader, spelling) == found


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("uduelig", "Den enkelte kan komme til at føle sig uduelig"),
        ("retfaerdighed", "Alle oplever, at de"),
        ("raad eller et udvalg", "påvirke den slags"),
        ("koblingen", "Fra faktaarket"),
        ("seks ting kendetegner", "Seks ting kendetegner det gode job."),
        ("skrevet til artister", "til artister og sceneteknikere."),
        ("gaa tjeklisten igennem", "Gå tjeklisten igennem sammen"),
        ("slaa siden op", "slå siden op i Internet Archive."),
        ("de andre guldkorn og", "De andre guldkorn og social kapital"),
    ],
)
async def test_a_text_that_is_found_is_shown(data_dir: Path, query: str, shown: str) -> None:
    async with opened(data_dir) as reader:
        assert shown not in reader.display
        await find(reader, query)
        await reader.press("enter")
        await reader.sees(lambda: reader.ui.tabs.links in reader.display.lines[1])
        await reader.sees(shown)


@pytest.mark.parametrize(
    ("query", "row"),
    [
        ("imodekommende", "Tonen og stemningen i gruppen"),
        ("aarsplan", "Den, der har brug for støtte, får den i tide."),
        ("arbejdsmiljoviden", "Videncenter for Arbejdsmiljø"),
    ],
)
async def test_the_cursor_goes_to_what_is_found(data_dir: Path, query: str, row: str) -> None:
    Store(data_dir).record(None, {("timing", "note"): NOTE}, "Første")
    async with opened(data_dir) as reader:
        await find(reader, query)
        await reader.press("enter")
        await reader.sees(lambda: reader.cursor.startswith(row))


async def test_the_lead_of_the_fact_sheet_is_found_from_its_end(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("end")
        await find(reader, "travlt, et stille")
        await reader.press("enter")
        await reader.sees("Det kan være et par ekstra hænder, når der er travlt")


async def test_a_line_that_has_room_is_shown_whole(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "om et raad er")
        await reader.sees("Vi lytter først og spørger, om et råd er velkomment.")


async def test_a_search_without_matches_is_reported(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "xyzzy")
        await reader.sees(reader.ui.search.nothing)
