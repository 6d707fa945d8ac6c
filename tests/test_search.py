"""The search: what it finds, with or without Danish letters, and moving between the hits."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args, get_type_hints

import msgspec.structs
import pytest
from app_driver import MISSING, UNANSWERED, Reader, beginning, opened
from hypothesis import given
from hypothesis import strategies as st
from snowballstemmer import algorithms
from terminal import Place

from stoette_tui.content import ui_text
from stoette_tui.content.loader import bundled_folder
from stoette_tui.content.ui_sections import SearchTexts
from stoette_tui.content.ui_text import fill
from stoette_tui.pages.search import Entry, Index
from stoette_tui.pages.spelling import stemming
from stoette_tui.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KEYS = {"quit": "q", "outline": "o", "redo": "U", "search": "/"}
SEARCH = ui_text.load(bundled_folder(), "da").search
UNSTEMMED: SearchTexts = msgspec.structs.replace(cast("Any", SEARCH), stemmer=None)
MAP_CELL = "support-map/emotional/colleagues/informal"
NOTE = "Gæstelæreren får ingen årsplan; en idé?"


def highlights(reader: Reader, text: str) -> list[bool]:
    """Whether each occurrence of the text on the page is highlighted.

    Links are left out, as they are always underlined.
    """
    lines = reader.display.lines
    places = [each for each in reader.display.find_all(text) if each.y > 1]
    cells = [reader.display.cell(place) for place in places if "→" not in lines[place.y]]
    return [cell.underline or cell.reverse for cell in cells]


def is_highlighted(reader: Reader, text: str, how: str = "") -> bool:
    """Whether the text is on the screen and highlighted."""
    places = reader.display.find_all(text)
    cells = [reader.display.cell(place) for place in places]
    return any(getattr(cell, how) if how else cell.underline or cell.reverse for cell in cells)


async def find(reader: Reader, query: str) -> list[str]:
    """Searches; returns the lines below the query, without their frame."""
    await reader.press("slash")
    await reader.sees(reader.ui.search.search)
    await reader.paste(query)
    await reader.sees_no_more(reader.ui.search.search)
    left, right = reader.display.find("╭").x + 1, reader.display.find("╮").x
    lines = [
        "".join(cell.text for cell in row[left:right]).strip(" │") for row in reader.display.rows
    ]
    return lines[lines.index(query) + 1 :]


async def test_danish_letters_need_not_be_typed(data_dir: Path) -> None:
    Store(data_dir).record(None, {("timing", "note"): NOTE}, "Første")
    async with opened(data_dir) as reader:
        for first, *others in (
            ("støtte", "stoette", "stotte"),
            ("årsplan", "aarsplan"),
            ("retfærdighed", "retfaerdighed"),
            ("gæstelæreren", "gaestelaereren"),
            ("idé", "ide", "idè"),
        ):
            found = await find(reader, first)
            assert reader.ui.search.nothing not in reader.display
            assert any(first in line.lower() for line in found)
            await reader.press("escape")
            for spelling in others:
                assert await find(reader, spelling) == found
                await reader.press("escape")


async def test_opening_a_hit_shows_its_text(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for query, shown in (
            ("uduelig", "Den, der står alene, kan ende med at føle sig uduelig"),
            ("retfaerdighed", "Alle oplever, at de"),
            ("raad eller et udvalg", "påvirke den slags"),
            ("koblingen", "fra faktaarket"),
            ("seks ting kendetegner", "Seks ting kendetegner det gode job."),
            ("skrevet til artister", "til artister og sceneteknikere."),
            ("gaa tjeklisten igennem", "Gå tjeklisten igennem sammen"),
            ("slaa siden op", "slå siden op i Internet Archive."),
            ("de andre guldkorn og", "De andre guldkorn og social kapital"),
        ):
            await reader.press("1", "home")
            assert shown not in reader.display
            await find(reader, query)
            await reader.press("enter")
            await reader.sees(lambda: reader.ui.tabs.links in reader.display.lines[1])
            await reader.sees(shown)


async def test_back_returns_from_a_hit_to_the_previous_tab(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        first = reader.content.fact_sheet.sections[0].title
        for query, row in (("slaa siden op", "Arb"), ("arbejdsmiljoviden", "Videncenter")):
            await find(reader, query)
            await reader.press("enter")
            await reader.sees(partial(is_cursor_on, reader, row))
        assert first not in reader.display
        await reader.press("b")
        await reader.sees(first)


async def test_the_cursor_moves_to_the_hit(data_dir: Path) -> None:
    written = {("timing", "note"): NOTE, (MAP_CELL, "note"): "Morgenkaffen"}
    Store(data_dir).record(None, written, "Første")
    async with opened(data_dir) as reader:
        for query, row in (
            ("imodekommende", "Tonen og stemningen i gruppen"),
            ("aarsplan", "Den, der har brug for støtte, får den i tide."),
            ("lettere at sige", "Alle kan frit sige, hvad de mener."),
            ("morgenkaffen", "→ Ret kortet"),
            ("arbejdsmiljoviden", "Videncenter for Arbejdsmiljø"),
        ):
            await reader.press("1")
            await find(reader, query)
            await reader.press("enter")
            await reader.sees(partial(is_cursor_on, reader, row))


def is_cursor_on(reader: Reader, start: str) -> bool:
    """Whether the cursor is on a row that starts with this text."""
    return reader.cursor.startswith(start)


async def test_a_hit_in_the_lead_scrolls_back_to_the_top(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("end")
        await find(reader, "travlt, et stille")
        await reader.press("enter")
        await reader.sees("Det kan være et par ekstra hænder, når der er travlt")


def is_selected(reader: Reader, text: str) -> bool:
    """Whether a row of the dialog is selected: its background differs from the frame's."""
    row, frame = (reader.display.cell(reader.display.find(each)) for each in (text, "╭"))
    return row.background != frame.background


# Other forms of a word


@pytest.mark.smoke
async def test_other_forms_of_a_word_are_found(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for query, shown in (
            ("uenighed", "Når vi er uenige, kan vi"),
            ("ledere", "Den nærmeste leder"),
            ("uenigheder", "Når vi er uenige, kan vi"),
            ("stemningens", "Tonen og stemningen i gruppen"),
            ("arbejdspladserne", "arbejdspladsens"),
            ("stoetterne", "Social støtte"),
            ("kollegernes modtagelser", "Nye kolleger får en god modtagelse."),
        ):
            found = await find(reader, query)
            assert any(shown in line for line in found)
            if query == "uenighed":
                assert is_highlighted(reader, "uenige")
                assert not is_highlighted(reader, "Når vi er")
            await reader.press("escape")


FORMS = ("leder", "Ledere", "lederne", "uenig", "uenighed", "støtte", "stoetten", "og", "råd", "é")
TEXTS = st.lists(
    st.tuples(st.sampled_from(["Faktaark", "Links"]), st.lists(st.sampled_from(FORMS), min_size=1)),
    max_size=12,
)


@given(TEXTS, st.lists(st.sampled_from([*FORMS, "le", "t", "ø"]), min_size=1, max_size=2))
def test_exact_hits_come_before_other_forms(
    texts: list[tuple[str, list[str]]], query: list[str]
) -> None:
    entries = [
        Entry(str(number), group, "", " ".join(words))
        for number, (group, words) in enumerate(texts)
    ]
    exact = Index(entries, UNSTEMMED).find(" ".join(query)).groups
    found = Index(entries, SEARCH).find(" ".join(query)).groups
    for group, hits in exact.items():
        assert found[group][: len(hits)] == hits
    assert list(found)[: len(exact)] == list(exact)


@given(TEXTS, st.sampled_from(FORMS), st.sampled_from(FORMS))
def test_two_forms_of_a_word_find_the_same_texts(
    texts: list[tuple[str, list[str]]], one: str, other: str
) -> None:
    entries = [Entry(str(n), "", "", " ".join(words)) for n, (_, words) in enumerate(texts)]
    index, stem = Index(entries, SEARCH), stemming("danish")
    for query in (one, other):
        found = {hit.entry.text for hits in index.find(query).groups.values() for hit in hits}
        alike = {e.text for e in entries if stem(query) in map(stem, e.text.lower().split())}
        assert alike <= found


@pytest.mark.smoke
def test_every_stemmer_that_content_may_name_exists() -> None:
    names = get_args(get_type_hints(SearchTexts)["stemmer"])
    assert {name for each in names for name in get_args(each)} <= set(algorithms())
    for name in ("danish", "swedish", "german"):
        assert stemming(name)("x") == "x"


async def test_without_a_stemmer_words_are_searched_as_spelled(
    data_dir: Path, content_dir: Path
) -> None:
    ui = content_dir / "da" / "ui.yaml"
    ui.write_text(ui.read_text().replace("stemmer: danish", "stemmer: null"))
    async with opened(data_dir, content_dir=content_dir) as reader:
        await find(reader, "uenigheder")
        await reader.sees(reader.ui.search.nothing)
        await reader.press("escape")
        await find(reader, "uenig")
        assert "Når vi er uenige" in reader.display


# The list of hits


async def test_hits_are_grouped_by_tab_and_counted(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 60)) as reader:
        found = await find(reader, "kolleger")
        tabs = [reader.ui.tabs.fact_sheet, reader.ui.tabs.guldkorn, reader.ui.tabs.checklist]
        counts = {
            tab: int(heading[1])
            for tab in tabs
            for line in found
            if (heading := re.fullmatch(rf"{tab}  (\d+)", line))
        }
        assert set(counts) == set(tabs)
        assert reader.ui.count(reader.ui.search.found, sum(counts.values())) in reader.display
        end = next(n for n, line in enumerate(found) if line.startswith("───"))
        rows = [line for line in found[:end] if line]
        assert len(rows) == len(counts) + sum(counts.values())


async def test_cells_of_a_table_are_listed_separately_and_lead_to_their_row(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        found = await find(reader, "mens")
        assert any("Timing · Kommer støtten, mens" in line for line in found)
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        cell = reader.display.find("mens der er brug for den")
        assert reader.display.cell(cell).reverse


async def test_an_item_is_listed_with_its_answer(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x")
        first, second = (item.text for item in reader.items[:2])
        found = await find(reader, first.lower())
        assert any(line.startswith(f"{MISSING} {first}") for line in found)
        await reader.press("escape")
        found = await find(reader, second.lower())
        assert any(line.startswith(f"{UNANSWERED} {second}") for line in found)


@pytest.mark.parametrize("field", ["note", "action", "responsible"])
async def test_each_text_of_a_plan_is_listed_with_its_label(data_dir: Path, field: str) -> None:
    edits = {("timing", "answer"): "missing", ("timing", field): "Zenobia"}
    Store(data_dir).record(None, edits, "Første")
    async with opened(data_dir, size=(120, 40)) as reader:
        found = " ".join(" ".join(await find(reader, "zenobia")).split())
        assert f"{getattr(reader.ui.plan, field)[-12:]} Zenobia" in found


async def test_the_label_of_a_note_depends_on_the_answer(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        edits = {("timing", "answer"): "in_place", ("timing", "note"): "zebra"}
        reader.store.record(None, edits, "Første")
        await reader.press("3")
        await reader.sees("zebra")
        found = await find(reader, "zebra")
        assert any(f"{reader.ui.plan.remark} zebra" in line for line in found)


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
@pytest.mark.parametrize(("key", "command"), [("slash", "search"), ("ctrl+p", "palette")])
async def test_search_and_palette_show_their_name_and_keys(
    data_dir: Path, size: tuple[int, int], key: str, command: str
) -> None:
    async with opened(data_dir, size=size) as reader:
        commands = reader.ui.commands
        await reader.press(key)
        title = next(line for line in reader.display.lines if line.lstrip().startswith("╭"))
        assert commands[command].label.capitalize() in title
        keys = {"↑": "up", "↓": "down", "enter": "choose_hit", "esc": "close"}
        bar = "  ".join(f"{key} {commands[name].label}" for key, name in keys.items())
        assert reader.bars[1] == bar


@pytest.mark.parametrize(("size", "lines"), [((80, 24), 1), ((40, 12), 2)])
async def test_the_place_of_a_hit_is_dimmed_beside_or_below_it(
    data_dir: Path, size: tuple[int, int], lines: int
) -> None:
    async with opened(data_dir, size=size) as reader:
        await find(reader, "uenige, kan vi")
        hit, place = reader.display.find("Når vi er"), reader.display.find("Det styrker")
        assert place.y - hit.y == lines - 1
        assert reader.display.cell(hit).foreground != reader.display.cell(place).foreground


async def test_a_click_opens_a_hit_and_a_click_outside_closes_the_search(data_dir: Path) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await find(reader, "imodekommende")
        await reader.click(Place(1, 30))
        await reader.sees_no_more(reader.ui.count(reader.ui.search.found, 1))
        await find(reader, "imodekommende")
        await reader.click("imødekommende, ikke fjendtlig")
        await reader.sees(lambda: reader.cursor.startswith("Tonen og stemningen"))


async def test_items_are_found_by_synonyms(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        for word, item_id in (("konflikt", "handle-disagreement"), ("chefen", "conversations")):
            await find(reader, word)
            item = reader.content.checklist.by_id[item_id]
            await reader.sees(beginning(item.text))
            await reader.press("escape")


# Commands


@pytest.mark.parametrize("key", ["slash", "ctrl+p"])
async def test_the_command_for_the_other_language_is_found(data_dir: Path, key: str) -> None:
    async with opened(data_dir) as reader:
        for word in ("engelsk", "sprog", "language"):
            await reader.press(key)
            await reader.paste(word)
            await reader.sees(fill(reader.ui.search.language, name="English"))
            await reader.press("escape")


@pytest.mark.parametrize("key", ["slash", "ctrl+p"])
async def test_commands_are_found_by_synonyms(data_dir: Path, key: str) -> None:
    async with opened(data_dir) as reader:
        await reader.press("3", "x")
        for word, tab, leads_to in (
            ("print", "1", "export"),
            ("eksport", "1", "export"),
            ("frist", "3", "plan"),
            ("runder", "3", "rounds"),
        ):
            await reader.press(tab, key)
            await reader.paste(word)
            await reader.sees(reader.ui.commands[leads_to].help)
            lines = reader.display.lines[3:]  # below the field
            (row,) = (line for line in lines if reader.ui.commands[leads_to].help in line)
            assert re.search(rf"{word}\S*   \S+ *[▃▅▇█]?│", row), "the synonym found is shown"
            while not is_selected(reader, reader.ui.commands[leads_to].help):
                await reader.press("down")
            await reader.press("enter")
            await reader.sees(f"╭─ {getattr(reader.ui, leads_to).title}")
            await reader.press("escape")


async def test_the_palette_aligns_keys_right_lists_our_themes_first_and_omits_movement(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(120, 60)) as reader:
        await reader.press("ctrl+p")
        words, lines = reader.ui.commands, reader.display.lines
        rows = {name: next(line for line in lines if words[name].help in line) for name in KEYS}
        columns = {row.rindex(KEYS[name]) for name, row in rows.items()}
        edge = next(line for line in lines if "╮" in line).index("╮")
        assert [3 <= edge - column <= 5 for column in columns] == [True]
        for name in ("up", "down", "page_up", "first"):
            assert not re.search(rf"│ +{words[name].help} ", reader.display.text)
        pattern = fill(reader.ui.search.theme, name=r"(\S+)")
        assert re.findall(pattern, reader.display.text)[:2] == ["guldkorn-dark", "guldkorn-light"]


# Moving between hits


def current_hit(reader: Reader) -> tuple[int, int] | None:
    """The number of the current hit and of all hits, as the screen shows them."""
    pattern = fill(reader.ui.search.hit, number=r"(\d+)", count=r"(\d+)")
    shown = re.search(pattern, reader.display.text)
    return (int(shown[1]), int(shown[2])) if shown else None


async def hits_by_n(reader: Reader) -> AsyncIterator[None]:
    """Presses `n` until the first hit is current again; stops at each hit on the way."""
    number, count = current_hit(reader) or (0, 0)
    assert count > 1
    for step in range(1, count + 1):
        await reader.press("n")
        assert current_hit(reader) == ((number - 1 + step) % count + 1, count)
        yield


async def test_n_and_shift_n_cycle_through_the_hits(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "mentorordning")
        await reader.press("escape", "n")
        assert current_hit(reader) is None
        await find(reader, "stotte")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        number, count = current_hit(reader) or (0, 0)
        assert count > 3
        colours = set()
        async for _ in hits_by_n(reader):
            assert is_highlighted(reader, "tøtte", "reverse")
            cells = [cell for row in reader.display.rows for cell in row if cell.text.isalpha()]
            colours |= {cell[1:3] for cell in cells if cell.reverse}
        assert len(colours) == 1  # in headings and in notes alike
        await reader.press("N")
        assert current_hit(reader) == ((number - 2) % count + 1, count)


async def test_the_chosen_result_becomes_the_current_hit(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        found = await find(reader, "stotte")
        tab = reader.ui.tabs.fact_sheet
        hits = found[next(n for n, line in enumerate(found) if line.startswith(tab)) + 1 :]
        chosen = next(n for n, line in enumerate(hits) if line.startswith("Når vi får støtte"))
        await reader.press(*["down"] * chosen, "enter")
        await reader.sees(lambda: current_hit(reader))
        cell = reader.display.find("Når vi får støtte")
        assert reader.display.cell(cell._replace(x=cell.x + len("Når vi får "))).reverse


async def test_hits_stay_highlighted_until_the_search_ends(data_dir: Path) -> None:
    async with opened(data_dir, size=(80, 60)) as reader:
        keys = reader.ui.commands
        assert keys["next_hit"].label not in reader.bars[1]
        await find(reader, "stotte")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        assert keys["next_hit"].label in reader.bars[1]
        found = highlights(reader, "støtte")
        assert len(found) > 5
        assert all(found)
        await reader.press("down", "pagedown", "pageup", "up")
        assert all(highlights(reader, "støtte"))
        await reader.press("escape")
        assert not any(highlights(reader, "støtte"))
        assert current_hit(reader) is None
        assert keys["next_hit"].label not in reader.bars[1]


async def test_several_words_highlight_only_paragraphs_with_all_of_them(data_dir: Path) -> None:
    async with opened(data_dir, size=(80, 60)) as reader:
        await find(reader, "stotte trives")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader) == (1, 1))
        assert is_highlighted(reader, "støtte på arbejdet", "reverse")
        assert is_highlighted(reader, "trives")
        assert not is_highlighted(reader, "støtten formel")
        await reader.press("n")
        assert current_hit(reader) == (1, 1)


async def test_the_help_lists_the_keys_of_a_search_and_closing_it_keeps_the_search(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(80, 60)) as reader:
        texts = [reader.ui.commands[name].help for name in ("next_hit", "previous_hit")]
        await reader.press("question_mark")
        assert not any(text in reader.display for text in texts)
        await reader.press("escape")
        await find(reader, "stotte")
        await reader.press("enter", "question_mark")
        for key, text in zip("nN", texts, strict=True):
            assert re.search(rf"{key} +{text}", reader.display.text)
        await reader.press("escape")
        assert current_hit(reader)


async def test_a_new_search_replaces_the_previous_one(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "hvad er social stotte")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        await find(reader, "arbejdsmiljoviden")
        await reader.press("enter")
        await reader.sees(lambda: reader.cursor.startswith("Videncenter"))
        await reader.press("1")
        assert current_hit(reader) is None
        assert not any(highlights(reader, "støtte"))


async def test_a_resize_keeps_the_current_hit(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "stotte")
        await reader.press("enter", "n", "n")
        number, count = current_hit(reader) or (0, 0)
        assert number > 1
        await reader.resize((120, 40))  # where fewer lines contain the word
        assert current_hit(reader)
        await reader.resize((80, 24))
        assert current_hit(reader) == (number, count)
        await reader.resize((60, 20))
        await reader.press("n")
        assert is_highlighted(reader, "tøtte", "reverse")
        assert current_hit(reader)


@pytest.mark.parametrize("size", [(120, 40), (40, 12)])
async def test_n_and_shift_n_cycle_through_the_cards(data_dir: Path, size: tuple[int, int]) -> None:
    async with opened(data_dir, size=size) as reader:
        await find(reader, "tillid")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        number, count = current_hit(reader) or (0, 0)
        async for _ in hits_by_n(reader):
            assert is_highlighted(reader, "illid", "reverse")
        await reader.press("N")
        assert current_hit(reader) == ((number - 2) % count + 1, count)


async def test_hits_in_cards_stay_highlighted_until_the_search_ends(
    data_dir: Path,
) -> None:
    async with opened(data_dir, size=(120, 40)) as reader:
        await find(reader, "kan regne med hinanden")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        assert is_highlighted(reader, "regne", "reverse")
        await reader.press("down", "up")  # to another card, and back
        assert is_highlighted(reader, "regne")
        await reader.press("escape")
        assert current_hit(reader) is None
        assert not is_highlighted(reader, "regne")


async def test_n_cycles_through_the_links(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        await find(reader, "bfa-service")
        await reader.press("enter")
        await reader.sees(lambda: current_hit(reader))
        assert reader.cursor.startswith("BFA")
        await find(reader, "apvportalen")
        await reader.press("enter")
        await reader.sees(lambda: is_highlighted(reader, "apvportalen", "reverse"))
        first_hit, rows = current_hit(reader), [reader.cursor]
        rows += [reader.cursor async for _ in hits_by_n(reader)]
        assert rows[0] == rows[-1]
        assert len(set(rows)) > 3
        await reader.resize((100, 30))
        assert current_hit(reader) == first_hit
        await reader.press("escape")
        assert current_hit(reader) is None
        assert not is_highlighted(reader, "apvportalen", "reverse")


async def test_the_fact_sheet_shows_how_far_it_has_been_read(data_dir: Path) -> None:
    async with opened(data_dir) as reader:
        read = reader.ui.fact_sheet.read
        assert fill(read, percent=0) in reader.display.lines[-2]
        await reader.press("end")
        assert fill(read, percent=100) in reader.display.lines[-2]
        await reader.press("pageup")
        percent = re.search(r"(\d+) %", reader.display.lines[-2])
        assert percent
        assert 0 < int(percent[1]) < 100


def test_the_app_starts_without_importing_the_stemmer() -> None:
    """Only a search imports it."""
    program = "import sys, {}; sys.exit('snowballstemmer' in sys.modules)"
    modules = "stoette_tui.tui.app, stoette_tui.tui.tabs.fact_sheet, stoette_tui.cli.program"
    subprocess.run((sys.executable, "-c", program.format(modules)), check=True)
