"""The content: what we ship meets its specification, and faults are reported with their line."""

from __future__ import annotations

import ast
import copy
import re
import shutil
import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec
import pytest
from conftest import CLONE
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec import to_builtins

from stoette_tui import cli
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.parameters import ChoiceType
from stoette_tui.cli.program import program
from stoette_tui.content import loader as content
from stoette_tui.content import validation, yaml_reader
from stoette_tui.content.ui_command_line import ProblemTexts
from stoette_tui.content.ui_text import UiText
from stoette_tui.content.ui_text import load as load_ui
from stoette_tui.report.export import FORMATS
from stoette_tui.report.transfer import MAX_ID_LENGTH
from stoette_tui.review.compare import Shift
from stoette_tui.review.progress import PLAN, Answer
from stoette_tui.tui import commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import CommandLine
    from hypothesis.strategies import DataObject

    from stoette_tui.content.declarations import Lookup
    from stoette_tui.content.model import Content

    Check = Callable[[Path], list[str]]

SHIPPED = CLONE / "content"

# The specified ids and addresses.

ITEMS = {
    "community": [
        "good-relations",
        "welcome-newcomers",
        "speak-freely",
        "talk-about-problems",
        "respect-and-recognition",
        "help-each-other",
        "open-to-ideas",
        "friendly-tone",
        "handle-disagreement",
    ],
    "management": [
        "meeting-structure",
        "information-flow",
        "mentoring",
        "conversations",
        "notice-and-act",
    ],
    "support": ["timing", "form", "ask-before-advice", "after-hard-episodes"],
}
ADDED_ITEMS = {"management-sets-frames", "get-help-started", "feedback"}
"""Items added from the source: missing from the specification, or half of one of its items."""
REFERENCES = {"section", "group", "link", "card", "idea"}
SECTIONS = [
    "what-it-is",
    "count-on-it",
    "timing-and-form",
    "nearest-manager",
    "relations",
    "management-leads",
    "community",
]
GULDKORN = {
    "indflydelse": "Indflydelse",
    "mening": "Mening i arbejdet",
    "forudsigelighed": "Forudsigelighed",
    "social-stoette": "Social støtte",
    "beloenning": "Belønning",
    "krav": "Kravene i arbejdet",
}
DIAMONDS = {
    "tillid": "Tillid",
    "retfaerdighed": "Retfærdighed",
    "samarbejdsevne": "Samarbejdsevne",
}
ON_THE_PORTAL = (
    "https://www.apvportalen.dk/kultur-og-idraetsaktiviteter/laer-om-arbejdsmiljoe/"
    "artister-og-sceneteknikere/fakta-om-psykiske-forhold/"
)
GOOD_LINKS = {
    "amr": "http://www.amr.dk/",
    "apv-psykisk": "http://www.apvportalen.dk/Default.aspx?ID=4838",
    "bfa-service": "http://www.bfa-service.dk/",
    "videncenter": "http://www.arbejdsmiljoviden.dk/",
}
ELSEWHERE_ON_THE_PORTAL = {
    f"{ON_THE_PORTAL}social-kapital#9224",
    f"{ON_THE_PORTAL}indflydelse#8613",
    f"{ON_THE_PORTAL}mening-i-arbejdet#9226",
    f"{ON_THE_PORTAL}beloenning#8616",
    f"{ON_THE_PORTAL}forudsigelighed#9227",
    f"{ON_THE_PORTAL}kravene-i-arbejdet#8612",
}


@pytest.fixture(scope="module")
def shipped() -> Content:
    return content.load(SHIPPED / "da")


def test_the_checklist_has_the_specified_ids_and_the_added_ones(shipped: Content) -> None:
    groups = shipped.checklist.groups
    ids = {group.id: [item.id for item in group.items] for group in groups}
    specified = {
        id_: [each for each in items if each not in ADDED_ITEMS] for id_, items in ids.items()
    }
    assert specified == ITEMS
    assert list(ids) == list(ITEMS)
    assert list(shipped.checklist.item_ids) == [each for group in ids.values() for each in group]
    assert set(shipped.checklist.item_ids) >= ADDED_ITEMS


def test_the_map_has_a_cell_for_each_kind_giver_and_way(
    shipped: Content,
) -> None:
    cells = shipped.checklist.map.cells
    assert len({cell.id for cell in cells}) == len(cells) == 3 * 2 * 2
    assert cells[0].id == "support-map/practical/managers/formal"
    assert all(len(cell.id) <= MAX_ID_LENGTH for cell in cells)
    assert not set(shipped.checklist.item_ids) & {cell.id for cell in cells}


def test_the_ideas_are_the_four_frames_of_the_fact_sheet(shipped: Content) -> None:
    frames = ["meeting-structure", "information-flow", "mentoring", "conversations"]
    assert [idea.id for idea in shipped.checklist.ideas] == frames
    for item in shipped.checklist.items:
        assert [idea.id for idea in shipped.checklist.ideas_for(item)] == list(item.ideas)
        assert item.id not in item.ideas


def test_every_item_has_a_unique_reason_and_question(shipped: Content) -> None:
    items = list(shipped.checklist.items)
    assert len({item.why for item in items}) == len({item.question for item in items}) == len(items)
    assert all(item.question.endswith("?") for item in items)


def test_every_item_links_to_a_section(shipped: Content) -> None:
    for item in shipped.checklist.items:
        assert shipped.sections[item.explains].body


def test_the_fact_sheet_has_the_specified_sections(shipped: Content) -> None:
    assert [section.id for section in shipped.fact_sheet.sections] == SECTIONS
    linked = {each.id: each.checklist for each in shipped.fact_sheet.sections if each.checklist}
    assert linked["community"] == "community"
    assert linked["management-leads"] == "management"


def test_guldkorn_and_diamonds_have_the_specified_cards(shipped: Content) -> None:
    overview = shipped.guldkorn
    assert {card.id: card.title for card in overview.guldkorn.cards} == GULDKORN
    assert [card.id for card in overview.guldkorn.cards] == list(GULDKORN)
    assert {card.id: card.title for card in overview.diamonds.cards} == DIAMONDS
    levels = [card.level for card in overview.guldkorn.cards]
    assert levels == ["high"] * 5 + ["suitable"]


def test_every_card_has_the_specified_target(shipped: Content) -> None:
    tails = {
        "indflydelse": "indflydelse#8613",
        "mening": "mening-i-arbejdet#9226",
        "forudsigelighed": "forudsigelighed#9227",
        "beloenning": "beloenning#8616",
        "krav": "kravene-i-arbejdet#8612",
        **dict.fromkeys(DIAMONDS, "social-kapital#9224"),
    }
    cards = (*shipped.guldkorn.guldkorn.cards, *shipped.guldkorn.diamonds.cards)
    for card in cards:
        if card.id == "social-stoette":
            assert card.section in SECTIONS
            assert card.origin == "fact-sheet"
        else:
            assert card.link
            assert shipped.links.find(card.link).address == ON_THE_PORTAL + tails[card.id]
            assert card.origin == "research"


def test_the_links_have_the_specified_addresses(shipped: Content) -> None:
    good, others = shipped.links.groups
    assert {link.id: link.address for link in good.links} == GOOD_LINKS
    assert [link.id for link in good.links] == list(GOOD_LINKS)
    assert {link.address for link in others.links} == ELSEWHERE_ON_THE_PORTAL
    assert len(others.links) == len(ELSEWHERE_ON_THE_PORTAL)
    assert shipped.links.find("bfa-service").former_address == "http://www.bar-service.dk/"
    assert "https://at.dk/" in (shipped.links.find("videncenter").note or "")
    assert shipped.links.archive == "https://web.archive.org/web/2020/"


def test_a_link_has_a_host_and_an_archived_address(shipped: Content) -> None:
    link = shipped.links.find("apv-psykisk")
    assert link.host == "www.apvportalen.dk"
    archived = "https://web.archive.org/web/2020/http://www.apvportalen.dk/Default.aspx?ID=4838"
    assert shipped.links.archived(link) == archived


def test_the_content_names_its_source_and_is_unofficial(
    shipped: Content,
) -> None:
    source = shipped.fact_sheet.source
    assert "»Social støtte«" in source
    assert "apvportalen.dk" in source
    assert "ikke en officiel" in source


def test_the_shipped_content_passes_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", str(SHIPPED)]) == 0
    assert capsys.readouterr().out.startswith(f"{SHIPPED}: ")
    assert {"da", "en"} <= set(content.languages(SHIPPED))


def test_windows_line_endings_and_a_bom_are_ignored(content_dir: Path) -> None:
    before = content.load(content_dir / "da")
    for file in content_dir.glob("*/*.yaml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert content.load(content_dir / "da") == before


def test_loaded_content_is_immutable(shipped: Content) -> None:
    with pytest.raises(AttributeError):
        shipped.checklist.title = "another"  # type: ignore[misc]
    assert isinstance(shipped.checklist.groups, tuple)


# Faults in a file, and the line they are reported at.


class Fault(NamedTuple):
    """A file whose first `old` is replaced by `new`.

    The report names the line where the last `at` up to the change begins, and holds `message`.
    """

    file: str
    old: str
    new: str
    at: str
    message: str


FAULTS = {
    # Invalid YAML.
    "colon": Fault(
        "checklist", "explains: count-on-it", "explains: a: b", "explains: a: b", "gyldig YAML"
    ),
    "tab": Fault("links", "  - id: good-links", "\t- id: good-links", "\t- id", "gyldig YAML"),
    "bracket": Fault("guldkorn", "id: krav", "id: [krav, }", "id: [krav, }", "gyldig YAML"),
    "character": Fault("fact_sheet", "id: relations", "id: relati\x07ons", "id: relati", "tegn"),
    # YAML beyond the plain subset.
    "anchor": Fault("links", "id: amr", "id: &a amr", "id: &a amr", "genveje"),
    "alias": Fault("links", "id: amr", "id: *a", "id: *a", "genveje"),
    "merge": Fault("links", "id: amr", "id: amr\n        <<: *a", "<<: *a", "genveje"),
    "tag": Fault("ui", "quit:", "python: !!python/name:os.system\n  quit:", "python:", "os.system"),
    "duplicate key": Fault("links", "archive:", "intro: x\narchive:", "intro: x", "»intro«"),
    "list as a key": Fault("links", "archive:", "? [a]\n: b\narchive:", "? [a]", "navnet"),
    "two documents": Fault("links", "archive:", "---\narchive:", "---", "ét dokument"),
    "nesting": Fault("links", "id: amr", f"id: {'[' * 99}{']' * 99}", "id: [[[", "20 niveauer"),
    "nesting beyond the stack": Fault("links", "id: amr", f"id: {'[' * 99999}", "id: [", "20"),
    # Fields.
    "missing field": Fault(
        "checklist", "        explains: nearest-manager\n", "", "- id: notice-and-act", "explains"
    ),
    "missing field at the top": Fault("links", "archive:", "#", "title:", "»archive«"),
    "unknown field": Fault(
        "links", "id: amr", "id: amr\n        colour: red", "colour: red", "colour« kendes ikke"
    ),
    "unknown field at the top": Fault("ui", "tabs:", "tubs: x\ntabs:", "tubs:", "»tubs«"),
    "number": Fault("links", "id: amr", "id: 117", "id: 117", "et tal"),
    "boolean": Fault("links", "id: amr", "id: yes", "id: yes", "ja/nej"),
    "date": Fault("links", "id: amr", "id: 2027-03-01", "id: 2027-03-01", "en dato"),
    "impossible date": Fault("links", "id: amr", "id: 2027-13-01", "id: 2027-13-01", "2027-13-01"),
    "null": Fault("links", "id: amr", "id:", "- id:", "ingenting"),
    "list instead of text": Fault("links", "id: amr", "id: [amr]", "id: [amr]", "en liste"),
    "mapping instead of text": Fault("links", "id: amr", "id: {a: b}", "id: {a", "felter"),
    "text instead of a list": Fault("ui", "roles: [", "roles: x # [", "roles:", "en liste"),
    "empty text": Fault("links", "id: amr", 'id: "  "', "id: ", "id af små bogstaver"),
    "uppercase id": Fault("links", "id: amr", "id: AMR", "id: AMR", "»AMR«"),
    "id that is not ASCII": Fault("links", "id: amr", "id: ærø", "id: ærø", "»ærø«"),
    "long id": Fault("links", "id: amr", f"id: {'a' * 61}", "id: aaa", "højst 60"),
    "unknown choice": Fault("guldkorn", "level: suitable", "level: low", "level: low", "suitable"),
    "unknown origin": Fault(
        "guldkorn", "origin: fact-sheet\n", "origin: rumour\n", "origin: rumour", "research"
    ),
    "list too long": Fault(
        "ui", "  welcome:\n", "  welcome:\n    - En mere.\n", "welcome:", "2 led, men har 3"
    ),
    # Ids and references.
    "duplicate item": Fault("checklist", "id: form", "id: timing", "id: timing", "»timing«"),
    "map with the id of a group": Fault(
        "checklist", "id: support-map", "id: community", "id: community", "»community«"
    ),
    "map with the id of an item": Fault(
        "checklist", "id: support-map", "id: timing", "id: timing", "»timing«"
    ),
    "duplicate section": Fault(
        "fact_sheet", "id: community", "id: relations", "id: rel", "relations"
    ),
    "duplicate card": Fault("guldkorn", "id: krav", "id: tillid", "id: tillid", "»tillid«"),
    "duplicate link": Fault("links", "id: mening", "id: amr", "id: amr", "»amr«"),
    "item with an unknown section": Fault(
        "checklist", "explains: nearest-manager", "explains: nobody", "explains: nobody", "nobody"
    ),
    "section with an unknown group": Fault(
        "fact_sheet", "checklist: support", "checklist: nowhere", "checklist: nowhere", "nowhere"
    ),
    "section with an unknown card": Fault(
        "fact_sheet", "[krav, indflydelse]", "[krav, x]", "cards: [krav, x]", "»x«"
    ),
    "item with an unknown idea": Fault(
        "checklist", "ideas: [mentoring]", "ideas: [gold]", "ideas: [gold]", "»gold«"
    ),
    "card with an unknown link": Fault(
        "guldkorn", "link: mening", "link: gone", "link: gone", "»gone«"
    ),
    "card with an unknown section": Fault(
        "guldkorn", "section: what-it-is", "section: gone", "section: gone", "»gone«"
    ),
    "card without a target": Fault("guldkorn", "      link: krav\n", "", "- id: krav", "»krav«"),
    "card with two targets": Fault(
        "guldkorn", "link: krav", "link: krav\n      section: relations", "- id: krav", "»krav«"
    ),
    "text linking to an unknown section": Fault(
        "fact_sheet", "lead: |", "lead: |\n  [x](#gone)", "lead: |", "»gone«"
    ),
    "text linking to a script": Fault(
        "guldkorn", "intro: |", "intro: |\n  [x](javascript:alert)", "intro: |", "javascript:alert"
    ),
    # Addresses.
    **{
        f"address {address}": Fault(
            "links", '"http://www.amr.dk/"', f'"{address}"', f"address: \"{address}", "http://"
        )
        for address in (
            "ftp://www.amr.dk/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "mailto:amr@amr.dk",
            "//www.amr.dk/",
            "www.amr.dk",
            "http://",
            "https:///path",
            "http://www.amr.dk/ x",
            "http://user@www.amr.dk/",
            "HTTP://www.amr.dk/",
        )
    },
    "former address": Fault(
        "links", "former_address: \"http:", "former_address: \"ftp:", "former_address", "ftp:"
    ),
    "archive": Fault("links", 'archive: "https:', 'archive: "file:', "archive:", "file:"),
}  # fmt: skip


def break_content(folder: Path, fault: Fault) -> str:
    """Makes the change, and returns the location with which its report begins."""
    file = folder / "da" / f"{fault.file}.yaml"
    text = file.read_text()
    start = text.index(fault.old)
    changed = text.replace(fault.old, fault.new, 1)
    file.write_text(changed)
    position = changed.rindex(fault.at, 0, start + len(fault.new))
    return f"{file}:{changed.count(chr(10), 0, position) + 1}: "


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "check": lambda folder: ["check", str(folder)],
    "show": lambda folder: ["show", "--content", str(folder)],
    "the app": lambda folder: ["--content", str(folder)],
}


@pytest.fixture
def danish_only(content_dir: Path) -> Path:
    """A copy of the Danish content without the English."""
    shutil.rmtree(content_dir / "en")
    return content_dir


def report(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> list[str]:
    """The lines of error that a command prints on faulty content."""
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    """Runs `check` on faulty content, and returns the lines of error."""
    return lambda folder: report(capsys, COMMANDS["check"](folder))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_its_line(danish_only: Path, check: Check, fault: Fault) -> None:
    where = break_content(danish_only, fault)
    [line] = check(danish_only)
    assert line.startswith(where)
    assert fault.message in line
    assert "{" not in line


def test_every_command_exits_with_2_and_the_same_line(
    stoette: CommandLine, content_dir: Path
) -> None:
    where = break_content(content_dir, FAULTS["colon"])
    ends = [stoette(*start(content_dir)) for start in COMMANDS.values()]
    assert ends == [(2, "", ends[0].err)] * 3
    assert ends[0].err.startswith(where)
    assert ends[0].err.count("\n") == 1


@pytest.mark.parametrize("name", [*content.PARTS, "ui"])
def test_every_command_reports_the_same_faults(
    content_dir: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    shipped, file = content_dir / "as shipped", content_dir / "da" / f"{name}.yaml"
    shipped.write_bytes(file.read_bytes())
    faults = [fault for fault in FAULTS.values() if fault.file == name]
    damages: tuple[Callable[[], object], ...] = (
        *(partial(break_content, content_dir, fault) for fault in (*faults[:1], *faults[-2:])),
        *(partial(file.write_text, text) for text in ("", "- a\n")),
        partial(file.write_bytes, file.read_text().encode("latin-1", errors="replace")),
        file.unlink,
    )
    for damage in damages:
        shutil.copy(shipped, file)
        damage()
        [check, *others] = (report(capsys, start(content_dir)) for start in COMMANDS.values())
        assert others == [check] * 2
        assert len(check) == 1


@pytest.mark.parametrize("name", [*content.PARTS, "ui"])
def test_a_missing_file_is_reported(danish_only: Path, check: Check, name: str) -> None:
    file = danish_only / "da" / f"{name}.yaml"
    file.unlink()
    [line] = check(danish_only)
    assert line == f"{file}: filen mangler"


@pytest.mark.parametrize("name", [*content.PARTS, "ui"])
@pytest.mark.parametrize("text", ["", "# only a remark\n", "text", "- a\n- b\n"])
def test_a_file_that_is_not_a_mapping_is_reported_at_line_1(
    danish_only: Path, check: Check, name: str, text: str
) -> None:
    file = danish_only / "da" / f"{name}.yaml"
    file.write_text(text)
    [line] = check(danish_only)
    assert line.startswith(f"{file}:1: »–« skal være en gruppe felter, ")


@pytest.mark.parametrize("name", [*content.PARTS, "ui"])
def test_invalid_utf_8_is_reported_with_its_line(
    danish_only: Path, check: Check, name: str
) -> None:
    file = danish_only / "da" / f"{name}.yaml"
    text = file.read_text()
    file.write_bytes(text.encode("latin-1", errors="replace"))
    first = next(number for number, line in enumerate(text.split("\n"), 1) if not line.isascii())
    [line] = check(danish_only)
    assert line.startswith(f"{file}:{first}: ")
    assert "UTF-8" in line


def test_files_too_large_and_folders_are_reported(content_dir: Path, check: Check) -> None:
    large, folder = content_dir / "da" / "guldkorn.yaml", content_dir / "da" / "links.yaml"
    with large.open("r+b") as file:
        file.truncate(yaml_reader.MAX_BYTES + 1)
    endless = content_dir / "da" / "fact_sheet.yaml"
    endless.unlink()
    endless.symlink_to("/dev/zero")
    folder.unlink()
    folder.mkdir()
    lines = check(content_dir)
    assert lines[0] == f"{endless}: filen er for stor; den må højst fylde 2 MB"
    assert lines[1] == f"{large}: filen er for stor; den må højst fylde 2 MB"
    assert lines[2].startswith(f"{folder}: filen kan ikke læses: ")


@pytest.mark.parametrize(
    "faults",
    [
        [
            Fault("fact_sheet", "id: relations", "id: what-it-is", "id: what-it-is", ""),
            Fault("fact_sheet", "id: community", "id: Community", "id: Community", ""),
            Fault("guldkorn", "origin: research", "origin: 7", "origin: 7", ""),
            Fault("guldkorn", "level: suitable", "level: low", "level: low", ""),
            Fault("checklist", "id: form", "id: form\n        x: y", "x: y", ""),
            Fault("links", '"http://www.amr.dk/"', "ftp://x", "address: ftp", ""),
            Fault("links", "id: videncenter", "id: amr", "id: amr", ""),
            Fault("ui", "close:", "close: []\n  clothes:", "close: []", ""),
            Fault("ui", "clothes:", "clothes:", "clothes:", ""),
        ],
        [
            Fault("checklist", "explains: nearest-manager", "explains: x", "explains: x", ""),
            Fault("fact_sheet", "lead: |", "lead: |\n  [x](#gone)", "lead: |", ""),
            Fault("guldkorn", "section: what-it-is", "section: gone", "section: gone", ""),
            Fault("links", "id: amr", "id: a: b", "id: a: b", ""),
        ],
    ],
    ids=["in each file", "across files"],
)
def test_all_faults_are_reported_at_once(
    content_dir: Path, check: Check, faults: list[Fault]
) -> None:
    expected = {break_content(content_dir, fault) for fault in faults}
    lines = check(content_dir)
    assert {f"{line.split(': ', 1)[0]}: " for line in lines} == expected
    assert len(lines) == len(expected)


def test_check_covers_all_languages(content_dir: Path, check: Check) -> None:
    for language in ("xx", "yy"):
        shutil.copytree(content_dir / "da", content_dir / language)
        (content_dir / language / "links.yaml").unlink()
    lines = check(content_dir)
    assert lines == [f"{content_dir}/{name}/links.yaml: filen mangler" for name in ("xx", "yy")]


def test_two_thousand_faults_are_reported_within_ten_seconds(content_dir: Path) -> None:
    file = content_dir / "da" / "links.yaml"
    links = "".join(f"    - {{id: a{n}, label: 1, address: x}}\n" for n in range(1000))
    head = "title: x\nintro: x\narchive: http://x\ngroups:\n- id: x\n  title: x\n  links:\n"
    file.write_text(head + links)
    started = time.process_time()
    with pytest.raises(ProblemError) as caught:
        content.load(content_dir / "da")
    assert time.process_time() - started < 10
    faults = [each for each in caught.value.problems if each.code.startswith("field_")]
    assert [each.where for each in faults] == [f"{file}:{n // 2 + 8}" for n in range(2000)]


def test_an_unknown_placeholder_is_reported(content_dir: Path, check: Check) -> None:
    fault = Fault("ui", "{relevant}", "{relevent}", "of_relevant", "in_place, relevant")
    where = break_content(content_dir, fault)
    [line] = check(content_dir)
    assert line.startswith(f"{where}»{{relevent}}« ")
    assert fault.message in line


class UiFault(NamedTuple):
    """A change to `ui.yaml`, where both `old` and, after the change, `at` occur once.

    The report names the line with `at`, and holds `message`.
    """

    old: str
    new: str
    at: str
    message: str


UI_FAULTS = {
    "missing section": UiFault(
        'links:\n  formerly: "Tidligere adresse: {host}"\n', "", "locale: da", "»links« mangler"
    ),
    "unknown section": UiFault("\ndue:", "\nduties: {x: y}\ndue:", "duties:", "»duties« kendes"),
    "text instead of a section": UiFault(
        'helped:\n  "yes": ja\n  partly: delvist\n  "no": nej\n',
        "helped: x\n",
        "helped: x",
        "men her står tekst",
    ),
    "missing text": UiFault("  no_browser:", "  #", "messages:", "»messages, no_browser« mangler"),
    "unknown text": UiFault("  how_to_quit:", "  x: y\n  how_to_quit:", "  x: y", "x« kendes ikke"),
    "missing name": UiFault("  space:", "  #", "keys:", "»keys, space« mangler"),
    "unknown name": UiFault("  enter:", "  inter: x\n  enter:", "inter:", "inter« kendes ikke"),
    "missing problem": UiFault("  name_empty:", "  #", "problems:", "name_empty« mangler"),
    "missing label": UiFault("label: op, ", "", "  up: {", "»commands, up, label« mangler"),
    "number": UiFault("copied: ", "copied: 7 #", "copied:", "men her står et tal"),
    "number as a name": UiFault("home: home", "home: 7", "home: 7", "men her står et tal"),
    "empty text": UiFault("opened: ", "opened: '' #", "opened:", "opened« er tomt"),
    "empty name": UiFault("escape: esc", "escape:", "escape:", "men her står ingenting"),
    "unknown placeholder": UiFault(
        "{relevant} på", "{relevent} på", "{relevent}", "»{relevent}« bliver"
    ),
    "unknown placeholder of a problem": UiFault(
        "{deepest} niv", "{most} niv", "{most}", "»{most}« "
    ),
    "placeholder in plain text": UiFault("planen: hvad", "{n}", "{n}", "»{n}« bliver ikke"),
    "unknown algorithm": UiFault(": danish", ": klingon", "klingon", "en af disse: arabic, "),
    "empty list": UiFault("æ: [ae]", "æ: []", "æ: []", "tom"),
    "text instead of a list": UiFault(
        "[browser, internet]", "browser", ": browser", "her står tekst"
    ),
    "duplicate key in quotes": UiFault("  tab: tab", "  tab: tab\n  'tab': x", "'tab'", "to gange"),
}  # fmt: skip


def break_ui(folder: Path, *faults: UiFault) -> set[tuple[str, str]]:
    """Makes the changes, and returns the location and message that each report holds."""
    file = folder / "da" / "ui.yaml"
    text = file.read_text()
    for fault in faults:
        assert text.count(fault.old) == 1
        text = text.replace(fault.old, fault.new)
    file.write_text(text)
    lines = text.splitlines()
    return {
        (f"{file}:{number}: ", fault.message)
        for fault in faults
        for number, line in enumerate(lines, 1)
        if fault.at in line
    }


@pytest.mark.parametrize("fault", UI_FAULTS.values(), ids=UI_FAULTS)
def test_a_fault_in_ui_yaml_is_reported_with_its_line(
    danish_only: Path, check: Check, fault: UiFault
) -> None:
    [(where, message)] = break_ui(danish_only, fault)
    [line] = check(danish_only)
    assert line.startswith(where)
    assert message in line


def test_all_faults_in_ui_yaml_are_reported_at_once(content_dir: Path, check: Check) -> None:
    expected = break_ui(content_dir, *UI_FAULTS.values())
    lines = check(content_dir)
    assert len(lines) == len(expected) == len(UI_FAULTS)
    for where, message in expected:
        assert [line for line in lines if line.startswith(where) and message in line], where


def test_a_fault_in_a_customised_ui_yaml_is_reported_with_the_shipped_texts(
    content_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = content_dir / "da" / "ui.yaml"
    words.write_text(words.read_text().replace("filen mangler", "borta"))
    links = content_dir / "da" / "links.yaml"
    links.unlink()
    start = ["--help", "--content", str(content_dir)]
    assert cli.main(start) == 0
    capsys.readouterr()
    where = break_content(content_dir, FAULTS["unknown field at the top"])
    [line] = report(capsys, start)
    assert line.startswith(f"{where}feltet »tubs« kendes ikke")


# One declaration, read by msgspec and as a JSON schema.

RECORDS: dict[str, type[msgspec.Struct]] = {**content.PARTS, "ui": UiText}
DATA = {name: yaml_reader.read(SHIPPED / "da" / f"{name}.yaml")[0] for name in RECORDS}
ODD_VALUES: list[Any] = [
    *(None, True, False, 0, 7, 1.5, float("nan"), date(2027, 3, 1)),
    *("", "x", "X", "a b", "-a", "a-", "a\n", "æ", "a" * 60, "a" * 61, "high", "research"),
    *("http://a", "https://a/\n", "ftp://a", "http://a b", "http://" + "a" * 1994),
    *([], {}, [""], ["x"], [None], [{}], {"x": "y"}, {"id": "x"}),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in the data with each of its keys or indices."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for step, entry in list(inner):
        yield value, step
        if isinstance(entry, dict | list):
            yield from places(entry)


@pytest.mark.parametrize("name", RECORDS)
@settings(max_examples=40)
@given(drawn=st.data())
def test_msgspec_and_the_json_schema_accept_the_same_data(name: str, drawn: DataObject) -> None:
    data = copy.deepcopy(DATA[name])
    for _ in range(drawn.draw(st.integers(1, 3))):
        holder, step = drawn.draw(st.sampled_from(list(places(data))))
        match drawn.draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[step] = copy.deepcopy(drawn.draw(st.sampled_from(ODD_VALUES)))
            case "remove":
                del holder[step]
            case "add" if isinstance(holder, dict):
                holder["another"] = holder[step]
            case "add":
                holder.append(copy.deepcopy(holder[step]))
        if not data:
            break
    try:
        msgspec.convert(data, RECORDS[name])
        accepted = True
    except msgspec.ValidationError:
        accepted = False
    assert accepted == Draft202012Validator(msgspec.json.schema(RECORDS[name])).is_valid(data)


# The texts of problems.


def problems_raised() -> Iterator[tuple[str, set[str]]]:
    """The code and the details of every `ProblemError.of` with a literal code."""
    for file in sorted((CLONE / "stoette_tui").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "ProblemError.of":
                code = call.args[0]
                if isinstance(code, ast.Constant):
                    yield str(code.value), {keyword.arg or "" for keyword in call.keywords}


def placeholders_of(texts: type[Lookup[str]]) -> dict[str, set[str]]:
    properties = msgspec.json.schema(texts)["$defs"][texts.__name__]["properties"]
    return {name: set(each["placeholders"]) for name, each in properties.items()}


def test_every_problem_has_a_text_whose_placeholders_are_filled() -> None:
    words = load_ui(SHIPPED, "da").problems
    known = placeholders_of(ProblemTexts)
    reported = list(problems_raised())
    assert len(reported) > 20
    assert not {code for code, _ in reported} - set(words.__struct_fields__)
    for code, details in reported:
        assert set(re.findall(r"\{(\w+)\}", words[code])) <= known[code] <= details, code


def test_every_problem_text_is_used() -> None:
    strings = {
        node.value
        for file in (CLONE / "stoette_tui").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
    }
    choices = {
        f"{each.type.name}_unknown" for each in parameters() if isinstance(each.type, ChoiceType)
    }
    assert not placeholders_of(ProblemTexts).keys() - strings - choices


# Texts looked up by names declared elsewhere.


def parameters(command: click.Command = program) -> Iterator[click.Parameter]:
    """The parameters of the command and all its subcommands."""
    yield from command.get_params(click.Context(command))
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from parameters(each)


def paths(group: click.Group = program, above: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield f"{above}{name}"
        if isinstance(command, click.Group):
            yield from paths(command, f"{above}{name}_")


def test_texts_match_the_names_declared_elsewhere() -> None:
    ui = load_ui(SHIPPED, "da")
    line = ui.command_line
    named = {(each.name or "").rstrip("_"): each for each in parameters()}
    flags = {
        name for name in named if isinstance(option := named[name], click.Option) and option.is_flag
    }
    records: list[type[msgspec.Struct]] = [*content.PARTS.values(), UiText]
    kinds = {kind for record in records for kind in titles_in(msgspec.json.schema(record))}
    for texts, names in (
        (ui.commands, set(commands.NAMES)),
        (line.commands, {"open", *paths()}),
        (line.options, set(named)),
        (line.values, {"command", "option", *named} - flags),
        (ui.kinds, {*kinds, *validation.TYPE_NAMES.values(), "date", *REFERENCES}),
        (ui.answers, {*Answer}),
        (ui.compare, {"title", "none", "not_shown", "since", "until", *Shift}),
    ):
        assert set(to_builtins(texts)) == names
    assert set(to_builtins(ui.export)) >= {*FORMATS}
    lines, hints = {"text", "line"}, {f"{name}_hint" for name in PLAN if PLAN[name].kind != "text"}
    wrong = {f"{name}_wrong" for name in PLAN if PLAN[name].kind not in lines}
    assert set(to_builtins(ui.plan)) >= {*PLAN, *hints, *wrong}
    assert set(to_builtins(ui.report)) >= {*PLAN}


def titles_in(schema: Any) -> Iterator[str]:
    """The titles of the string types in a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "string" and "title" in schema:
            yield schema["title"]
        schema = schema.values()
    if not isinstance(schema, str) and hasattr(schema, "__iter__"):
        for each in schema:
            yield from titles_in(each)
