"""The command line from the outside: processes, pipes, terminals and exit statuses."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from conftest import CLONE, MODULE, SCRIPT
from rich.cells import cell_len
from terminal import Terminal
from test_terminal import in_ascii

import stoette_tui
from stoette_tui.cli.command import COMMON
from stoette_tui.cli.program import program
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.report.export import FORMATS
from stoette_tui.store import Store

if TYPE_CHECKING:
    from conftest import CommandLine, Finished

TOPICS = ("fact-sheet", "guldkorn", "checklist", "links")
WRAPPED_OUTPUT = [
    *[("show",), ("status",), ("status", "--json"), ("answer", "timing", "in-place"), ("rounds",)],
    *[("--help",), ("answer", "--help")],
]
"""The commands that print wrapped text."""
NEEDS_NO_APP = [
    *(*WRAPPED_OUTPUT, ("check",), ("paths",), ("--version",), ("nonsense",), ()),
    *(("export", "--format", format_) for format_ in FORMATS),
    *[("rounds", "new", "En til"), ("rounds", "use", "nonsense"), ("import", "nowhere.json")],
]
WRITES = [("answer", "timing", "in-place"), ("rounds", "new", "En til")]
MARKS = "☐☑☒⊘"
CLICK_WORDS = {"Usage:", "Options:", "Commands:", "Arguments:", "[OPTIONS]"}
"""Click's own words, which our help replaces."""


SHIPPED = content.load(CLONE / "content" / "da")
UI = ui_text.load(CLONE / "content", "da")


def commands_of(group: click.Group, path: str = "") -> dict[str, click.Command]:
    """All commands by their full name, such as `rounds new`."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found[f"{path}{name}"] = command
        if isinstance(command, click.Group):
            found |= commands_of(command, f"{path}{name} ")
    return found


COMMANDS = commands_of(program)


def usage_of(parameter: click.Parameter) -> str:
    """An option or argument as it is shown in help, with its placeholder."""
    names = ", ".join(parameter.opts) if isinstance(parameter, click.Option) else ""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return names
    assert parameter.name
    value = UI.command_line.values[parameter.name.rstrip("_")]
    return f"{names} {value}".strip()


def item_text(item_id: str) -> str:
    return next(item.text for item in SHIPPED.checklist.items if item.id == item_id)


def record_answers(data_dir: Path, **answers: str) -> None:
    edits = {(item, "answer"): answer for item, answer in (answers or {"form": "missing"}).items()}
    Store(data_dir).record(None, edits, "Forår 2027")


def refusal(done: Finished, status: int) -> str:
    """The one line of error that a failed command prints."""
    assert done.status == status
    assert done.out == ""
    assert "Traceback" not in done.err
    [line] = done.err.splitlines()
    return line


def tree(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def status_of(stoette: CommandLine, *arguments: str | Path) -> dict[str, Any]:
    done = stoette("status", "--json", *arguments)
    assert (done.status, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def on_a_terminal(
    *arguments: str | Path, columns: int = 80, env: dict[str, str] | None = None
) -> tuple[int, str]:
    """Runs the command on a pseudo-terminal; returns its exit status and output."""
    with Terminal(*arguments, size=(columns, 24), env=env) as terminal:
        return terminal.wait_for_end(), terminal.written.decode()


# Version, help and entry points.


@pytest.mark.parametrize("command", [MODULE, SCRIPT], ids=["module", "script"])
def test_both_entry_points_print_the_version(
    stoette: CommandLine, command: tuple[str, ...]
) -> None:
    assert stoette("--version", command=command) == (0, f"{stoette_tui.__version__}\n", "")


def test_version_after_a_command_prints_only_the_version(stoette: CommandLine) -> None:
    assert stoette("status", "--version").out == f"{stoette_tui.__version__}\n"


@pytest.mark.smoke
def test_help_names_every_command_and_option_in_danish(stoette: CommandLine) -> None:
    done = stoette("--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("Brug: stoette-tui ")
    assert not CLICK_WORDS & set(done.out.split())
    for name in COMMANDS:
        assert f"stoette-tui {name} " in done.out
    for option in COMMON:
        assert option.opts[-1] in done.out
        if not option.is_flag:
            assert f"STOETTE_TUI_{str(option.name).upper()}" in done.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_lists_its_parameters(stoette: CommandLine, name: str) -> None:
    done = stoette(*name.split(), "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Brug: stoette-tui {name} ")
    assert not CLICK_WORDS & set(done.out.split())
    lines = [line.strip() for line in done.out.splitlines()]
    for parameter in (*COMMANDS[name].params, *COMMON):
        assert any(line.startswith(f"{usage_of(parameter)} ") for line in lines)
    assert max(map(cell_len, lines)) <= 80


def test_help_works_before_and_after_the_command(stoette: CommandLine) -> None:
    variants = [("answer", "--help"), ("--help", "answer"), ("answer", "-h"), ("answer", "x", "-h")]
    assert len({stoette(*arguments) for arguments in variants}) == 1


def test_help_is_in_the_chosen_language(stoette: CommandLine, content_dir: Path) -> None:
    words = shutil.copytree(content_dir / "da", content_dir / "sv") / "ui.yaml"
    words.write_text(words.read_text().replace("usage: Brug", "usage: Användning"))
    options = ("--content", content_dir, "--lang", "sv")
    assert stoette("--help", *options).out.startswith("Användning: stoette-tui ")
    assert stoette(*options, "show", "--help").out.startswith("Användning: stoette-tui show ")


def test_the_help_of_a_group_lists_its_commands(stoette: CommandLine) -> None:
    done = stoette("rounds", "--help")
    below = [name for name in COMMANDS if name.startswith("rounds ")]
    assert done == stoette("--help", "rounds")
    assert [name for name in COMMANDS if f"stoette-tui {name}  " in done.out] == below
    assert stoette("rounds", "--help", "new") == stoette("rounds", "new", "--help")
    assert stoette("--help", "rounds", "new") == stoette("rounds", "new", "--help")


def test_help_is_as_wide_as_the_terminal() -> None:
    for columns in (60, 120):
        _, text = on_a_terminal("--help", columns=columns)
        assert columns - 20 < max(map(cell_len, text.splitlines())) <= columns


# Options and arguments.


def test_the_last_of_repeated_options_wins(stoette: CommandLine) -> None:
    reference = stoette("show", "links")
    assert stoette("--lang", "xx", "show", "links", "--lang", "da") == reference
    assert stoette("show", "links", "--lang", "xx", "--lang=da") == reference
    assert stoette("show", "links", "--lang", "da", "--lang", "xx").status == 2


def test_arguments_after_two_dashes_are_not_options(stoette: CommandLine, data_dir: Path) -> None:
    assert stoette("rounds", "new", "--", "--carry").status == 0
    assert [each.round.name for each in Store(data_dir).rounds()] == ["--carry"]


@pytest.mark.parametrize(
    "arguments",
    [("caf\udce9",), ("answer", "caf\udce9", "missing"), ("--caf\udce9",), ("import", "caf\udce9")],
    ids=ascii,
)
def test_arguments_that_are_not_utf_8_fail_with_one_line(
    stoette: CommandLine, arguments: tuple[str, ...]
) -> None:
    assert "caf�" in refusal(stoette(*arguments), 1 if "import" in arguments else 2)


def test_the_parser_is_imported_only_with_arguments(stoette: CommandLine) -> None:
    env = {"PYTHONPROFILEIMPORTTIME": "1"}
    assert "click" not in stoette(env=env).err
    assert "click" in stoette("paths", env=env).err


def test_the_data_folder_comes_from_an_option_or_the_environment(
    stoette: CommandLine, tmp_path: Path
) -> None:
    named, by_environment = tmp_path / "named", tmp_path / "by environment"
    assert stoette("--data-dir", named, "answer", "timing", "missing").status == 0
    assert stoette("answer", f"--data-dir={named}", "form", "missing").status == 0
    assert stoette("answer", "form", "in-place", "--data-dir", named).status == 0
    env = {"STOETTE_TUI_DATA_DIR": str(by_environment)}
    assert stoette("answer", "form", "missing", env=env).status == 0
    assert stoette("answer", "form", "in-place", "--data-dir", named, env=env).status == 0
    counts = [status_of(stoette, "--data-dir", each)["counts"] for each in (named, by_environment)]
    assert [(each["in_place"], each["missing"]) for each in counts] == [(1, 1), (0, 1)]


def test_content_and_language_come_from_options_or_the_environment(
    stoette: CommandLine, content_dir: Path
) -> None:
    shutil.copytree(content_dir / "da", content_dir / "sv")
    (content_dir / "da").rename(content_dir / "nn")
    links = content_dir / "sv" / "links.yaml"
    links.write_text(links.read_text().replace("title: Links", "title: Länkar"))
    by_option = stoette("--lang", "sv", "show", "links", "--content", content_dir)
    env = {"STOETTE_TUI_CONTENT": str(content_dir), "STOETTE_TUI_LANG": "nn"}
    by_environment = stoette("show", "links", env=env)
    both = stoette("show", "links", "--lang=sv", env=env)
    assert by_option.out.startswith("Länkar\n")
    assert by_environment.out.startswith("Links\n")
    assert both == by_option


def test_empty_environment_variables_are_ignored(stoette: CommandLine) -> None:
    env = {"STOETTE_TUI_CONTENT": "", "STOETTE_TUI_LANG": "", "STOETTE_TUI_THEME": ""}
    assert stoette("show", "links", env=env) == stoette("show", "links")


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nonsense",), "show, status, answer, "),
        (("show", "nonsense"), "fact-sheet, guldkorn, checklist, links"),
        (("show", "links", "guldkorn"), "»guldkorn«"),
        (("status", "--jsn"), "»--jsn« hører ikke til her; se stoette-tui status --help"),
        (("rounds", "new", "A", "B"), "»B« hører ikke til her; se stoette-tui rounds new --help"),
        (("status", "--json=yes"), "»--json=yes«"),
        (("status", "--json=1", "--content", "/nowhere"), "»--json=1«"),
        (("status", "--js"), "»--js«"),
        (("--ver",), "»--ver«"),
        (("--verbose",), "»--verbose« hører ikke til her; se stoette-tui --help"),
        (("-x",), "»-x«"),
        (("",), "kommandoen »« findes ikke; vælg mellem: show"),
        (("--help", "nonsense"), "show, status, answer, "),
        (("--help", "--verbose"), "»--verbose«"),
        (("rounds", "nonsense"), "rounds new, rounds use, "),
        (("rounds", "new"), "NAVN mangler; se stoette-tui rounds new --help"),
        (("rounds", "use", "nonsense"), "»nonsense«"),
        (("export",), "--format mangler; se stoette-tui export --help"),
        (("export", "--format", "doc"), ", ".join(FORMATS)),
        (("import",), "FIL "),
        (("answer",), "PUNKT"),
        (("answer", "timing"), "SVAR"),
        (("answer", "nonsense", "missing"), "good-relations, welcome-newcomers"),
        (("answer", "timing", "yes"), "in-place, missing, not-relevant, unanswered"),
        (("answer", "timing", "in_place"), "in-place, missing, not-relevant, unanswered"),
        (("--lang",), "--lang"),
        (("show", "links", "--data-dir"), "--data-dir"),
        (("status", "--data-dir", "--json"), "--data-dir skal have en værdi"),
        (("status", "--theme", "--json"), "--theme skal have en værdi"),
        (("export", "--format", "md", "--output", "--yes"), "--output skal have en værdi"),
        (("export", "--format", "md", "-o"), "--output skal have en værdi; se stoette-tui export"),
        (("rounds", "rename", "Vinter"), "NYT-NAVN"),
        (("plan", "timing", "--note", "--due"), "--note skal have en værdi; se stoette-tui plan"),
        (("plan", "timing", "--note", "--lang", "en"), "--note needs a value"),
        (("status", "--jsn", "--lang", "en"), "‘--jsn’ does not belong here"),
        (("show", "--", "--json"), "»--json« kan ikke vises"),
        (("--lang", "xx", "show"), "vælg mellem: da"),
        (("--lang", "../da", "show"), "vælg mellem: da"),
        (("--lang", "xx", "--help"), "vælg mellem: da"),
        (("--lang", "xx"), "vælg mellem: da"),
        (("--content", "/nowhere", "show"), "/nowhere: "),
        (("--content", "/dev/null", "status"), "/dev/null: "),
        (("check", "/nowhere"), "/nowhere: "),
        (("bo\x1b[31mgus\n\n\r\u202e",), "»bo�[31mgus �«"),
        ((), "stoette-tui show"),
        (("--theme", "nonsense"), "stoette-tui show"),
    ],
    ids=" ".join,
)
def test_wrong_usage_fails_with_one_line(
    stoette: CommandLine, data_dir: Path, arguments: tuple[str, ...], expected: str
) -> None:
    assert expected in refusal(stoette(*arguments), 2)
    assert not data_dir.exists()


def test_an_unknown_language_in_the_environment_is_refused(stoette: CommandLine) -> None:
    assert "vælg mellem: da" in refusal(stoette("show", env={"STOETTE_TUI_LANG": "xx"}), 2)


def test_a_content_folder_without_languages_is_refused(
    stoette: CommandLine, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refusal(stoette("check", empty), 2).startswith(f"{empty}: ")
    assert refusal(stoette("show", "--content", empty), 2).startswith(f"{empty}: ")


# Output.


@pytest.mark.parametrize("arguments", WRAPPED_OUTPUT, ids=" ".join)
def test_piped_text_is_plain_and_at_most_80_cells_wide(
    stoette: CommandLine, arguments: tuple[str, ...]
) -> None:
    done = stoette(*arguments, env={"COLUMNS": "200", "FORCE_COLOR": "1"})
    assert (done.status, done.err) == (0, "")
    assert done.out.strip()
    assert not [letter for letter in done.out if not letter.isprintable() and letter != "\n"]
    for line in done.out.splitlines():
        assert line == line.rstrip()
        assert cell_len(line) <= 80 or line.strip().startswith("http")


@pytest.mark.smoke
def test_show_without_a_topic_prints_every_topic(stoette: CommandLine) -> None:
    everything = stoette("show").out
    for topic in TOPICS:
        shown = stoette("show", topic).out
        assert shown
        assert shown in everything


def test_addresses_of_links_are_printed_on_one_line(stoette: CommandLine) -> None:
    written = (CLONE / "content/da/links.yaml").read_text()
    printed = [line.strip() for line in stoette("show", "links").out.splitlines()]
    addresses = [
        line.split('"')[1] for line in written.splitlines() if line.strip().startswith("address:")
    ]
    assert len(addresses) == 10
    for address in addresses:
        assert address in printed


@pytest.mark.smoke
def test_text_on_a_terminal_is_styled_unless_it_is_dumb() -> None:
    status, text = on_a_terminal("show", "guldkorn", columns=50)
    assert status == 0
    assert "\x1b[1" in text
    status, plain = on_a_terminal("show", "guldkorn", columns=50, env={"TERM": "dumb"})
    assert status == 0
    assert "\x1b" not in plain
    assert max(map(cell_len, plain.splitlines())) <= 80


def test_text_on_a_terminal_is_wrapped_at_its_width() -> None:
    _, text = on_a_terminal("show", "fact-sheet", columns=50)
    without_styles = [piece.partition("m")[2] for piece in ("\x1b[m" + text).split("\x1b[")]
    lines = "".join(without_styles).splitlines()
    assert 40 < max(map(cell_len, lines)) <= 50


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LANG": "C"}, {"LANG": "POSIX"}], ids=str)
def test_marks_are_ascii_unless_the_locale_is_utf_8(
    stoette: CommandLine, data_dir: Path, env: dict[str, str]
) -> None:
    record_answers(data_dir, timing="in_place", form="missing", mentoring="not_relevant")
    assert set(MARKS) <= set(stoette("status").out)
    for arguments in (("status",), ("show", "checklist")):
        done = stoette(*arguments, env=env)
        assert done.status == 0
        assert not set(MARKS) & set(done.out)
        for mark in ("[ ] ", "[x] ", "[!] ", "[-] "):
            assert mark in done.out
    assert stoette("answer", "timing", "missing", env=env).out.startswith("[!] ")


def test_latin_1_keeps_danish_letters_and_replaces_the_marks(stoette: CommandLine) -> None:
    done = stoette("show", env={"PYTHONIOENCODING": "latin-1"}, encoding="latin-1")
    assert (done.status, done.err) == (0, "")
    assert SHIPPED.fact_sheet.sections[0].title in done.out
    assert "[ ] " in done.out
    assert not set(MARKS) & set(done.out)


@pytest.mark.parametrize("arguments", [("show",), ("status",), ("--help",), ("nonsense",)])
def test_ascii_output_is_transliterated(stoette: CommandLine, arguments: tuple[str, ...]) -> None:
    done = stoette(*arguments, env={"PYTHONIOENCODING": "ascii:strict"}, encoding="ascii")
    assert "Traceback" not in done.err
    unreplaced = stoette(*arguments)
    assert (done.out + done.err).count("?") == (unreplaced.out + unreplaced.err).count("?")


@pytest.mark.parametrize(
    ("columns", "arguments"),
    [
        *((40, ("show",)), (40, ("status",)), (40, ("rounds",)), (40, ("--help",))),
        *((80, ("show",)), (80, ("answer", "timing", "missing"))),
    ],
)
def test_text_is_transliterated_before_layout(
    data_dir: Path, columns: int, arguments: tuple[str, ...]
) -> None:
    store = Store(data_dir)
    for name in ("Ærø på æbleskiver", "Forår på Østerå"):
        round_id = store.new_round(name)
    plan = {("timing", "responsible"): "Ærøs Østerås Åse Ægidius", ("timing", "due"): "2027-03-01"}
    store.record(round_id, {("timing", "answer"): "missing", **plan}, name)
    status, written = on_a_terminal(*arguments, columns=columns)
    assert status == 0
    reference = strip_styles(written)
    for env in ({"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}):
        status, written = on_a_terminal(*arguments, columns=columns, env=env)
        assert status == 0
        assert written.isascii()
        ascii_text = strip_styles(written)
        assert letters_in(ascii_text) == letters_in(in_ascii(reference))
        too_long = [line for line in ascii_text.splitlines() if len(line) > columns]
        # Addresses and the usage in help are never wrapped.
        assert all(len(line) > columns for line in reference.splitlines() if line in too_long)
        assert len(too_long) <= sum(cell_len(line) > columns for line in reference.splitlines())


def letters_in(text: str) -> str:
    """All letters without the marks: a long word may be broken anywhere."""
    return "".join(re.findall(r"[A-Za-z]+", re.sub(r"\[.\]", "", text)))


def strip_styles(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_commands_do_not_import_textual(data_dir: Path, tmp_path: Path) -> None:
    record_answers(data_dir)
    script = """
import json, sys
from stoette_tui.cli import main
for arguments in json.loads(sys.argv[1]):
    main(arguments)
    print(*arguments, file=sys.stderr)
    assert "textual" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps([(), *NEEDS_NO_APP])],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


# Answers and status.


@pytest.mark.smoke
def test_the_json_status_has_the_documented_shape(stoette: CommandLine) -> None:
    first = status_of(stoette)
    assert list(first) == ["round", "counts", "items"]
    assert first["round"] is None
    assert first["counts"] == {
        "in_place": 0,
        "missing": 0,
        "not_relevant": 0,
        "unanswered": 21,
        "relevant": 21,
    }
    assert [item["id"] for item in first["items"]][:2] == ["good-relations", "welcome-newcomers"]
    assert first["items"][0] == {
        "id": "good-relations",
        "group": "community",
        "answer": "unanswered",
        "note": "",
        "action": "",
        "responsible": "",
        "due": None,
        "priority": None,
        "done": None,
        "helped": None,
        "changed": None,
    }

    stoette("answer", "good-relations", "in-place")
    then = status_of(stoette)
    assert list(then["round"]) == ["id", "name", "started", "archived"]
    assert then["round"]["archived"] is False
    assert then["round"]["id"]
    assert then["round"]["name"]
    started = datetime.fromisoformat(then["round"]["started"])
    changed = datetime.fromisoformat(then["items"][0]["changed"])
    assert started.utcoffset() == changed.utcoffset() == timedelta(0)
    assert started <= changed
    assert then["items"][0] | {"changed": None} == first["items"][0] | {"answer": "in_place"}
    assert then["items"][1:] == first["items"][1:]


def test_status_reports_the_answers(stoette: CommandLine) -> None:
    given = {
        "good-relations": "in-place",
        "timing": "missing",
        "form": "not-relevant",
        "mentoring": "unanswered",
    }
    for item, answer in given.items():
        done = stoette("answer", item, answer)
        assert (done.status, done.err) == (0, "")
    found = status_of(stoette)
    answers = {item["id"]: item["answer"] for item in found["items"]}
    assert {item: answers[item].replace("_", "-") for item in given} == given
    assert found["counts"] == {
        "in_place": 1,
        "missing": 1,
        "not_relevant": 1,
        "unanswered": 18,
        "relevant": 20,
    }
    printed = stoette("status").out
    assert fill(UI.progress.of_relevant, in_place=1, relevant=20) in printed
    assert f"☑ good-relations · {UI.answers.in_place}\n" in printed
    assert f"☒ timing · {UI.answers.missing}\n" in printed
    assert f"⊘ form · {UI.answers.not_relevant}\n" in printed
    assert f"☐ mentoring · {UI.answers.unanswered}\n" in printed


def test_answer_prints_the_item_and_replaces_the_previous_answer(stoette: CommandLine) -> None:
    shown = {
        "in-place": "☑",
        "missing": "☒",
        "not-relevant": "⊘",
        "unanswered": "☐",
    }
    for answer, mark in shown.items():
        for _ in range(2):  # repeating an answer does not toggle it
            done = stoette("answer", "mentoring", answer)
            assert (done.status, done.err) == (0, "")
            text, _, word = done.out.strip().partition("  ")
            assert text == f"{mark} {item_text('mentoring')}"
            given = getattr(UI.answers, answer.replace("-", "_"))
            assert word.strip() == (given if answer != "unanswered" else "")


# Files and folders.


def test_read_only_commands_create_no_files(
    stoette: CommandLine, data_dir: Path, tmp_path: Path
) -> None:
    home = Path.home()
    before = tree(tmp_path), tree(home)
    for arguments in NEEDS_NO_APP:
        if arguments not in WRITES:
            stoette(*arguments)
    stoette("status", without=("STOETTE_TUI_DATA_DIR",))
    assert not data_dir.exists()
    assert (tree(tmp_path), tree(home)) == before


def test_paths_prints_the_paths_of_content_and_store(stoette: CommandLine, data_dir: Path) -> None:
    file = str(data_dir / "progress.sqlite3")
    before = stoette("paths")
    assert (before.status, before.err) == (0, "")
    content, folder, store = before.out.splitlines()
    assert content.endswith(f" {CLONE / 'content'}")
    assert folder.endswith(f" {data_dir}")
    assert f" {file} (" in store
    stoette("answer", "timing", "missing")
    content, folder, store, backup = stoette("paths").out.splitlines()
    assert store.endswith(f" {file}")
    assert backup.endswith(f" {next((data_dir / 'backups').iterdir())}")
    assert Path(file).is_file()


def test_the_store_defaults_to_the_xdg_data_folder(stoette: CommandLine, tmp_path: Path) -> None:
    env = {"XDG_DATA_HOME": str(tmp_path / "share")}
    without = ("STOETTE_TUI_DATA_DIR",)
    done = stoette("answer", "timing", "missing", env=env, without=without)
    assert (done.status, done.err) == (0, "")
    file = tmp_path / "share" / "stoette-tui" / "progress.sqlite3"
    assert file.is_file()
    assert str(file) in stoette("paths", env=env, without=without).out


@pytest.mark.parametrize("inside", ["", "deeper/still"], ids=["a file", "inside a file"])
@pytest.mark.parametrize(
    "arguments",
    [("answer", "timing", "missing"), ("status",), ("status", "--json"), ("show",)],
    ids=" ".join,
)
def test_an_unusable_data_folder_fails_with_one_line(
    stoette: CommandLine, tmp_path: Path, arguments: tuple[str, ...], inside: str
) -> None:
    file = tmp_path / "a file"
    file.write_text("not ours")
    line = refusal(stoette(*arguments, "--data-dir", file / inside), 1)
    assert line.startswith(f"{file / inside}/progress.sqlite3: ")
    assert line.endswith("; vælg en anden mappe med --data-dir") == (arguments[0] == "answer")
    assert file.read_text() == "not ours"


def test_commands_without_answers_ignore_an_unusable_data_folder(
    stoette: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    for arguments in (("show", "links"), ("check",), ("paths",), ("--help",)):
        assert stoette(*arguments, "--data-dir", tmp_path / "a file").status == 0


@pytest.mark.parametrize("arguments", [("status",), ("answer", "timing", "missing")], ids=" ".join)
def test_a_store_of_a_newer_version_is_refused_and_unchanged(
    stoette: CommandLine, data_dir: Path, arguments: tuple[str, ...]
) -> None:
    record_answers(data_dir)
    store = data_dir / "progress.sqlite3"
    with closing(sqlite3.connect(store)) as db:
        db.execute("PRAGMA user_version = 99")
    before = store.read_bytes()
    assert refusal(stoette(*arguments), 1).startswith(f"{store}: ")
    assert store.read_bytes() == before
    assert list(data_dir.iterdir()) == [store]


def test_an_unknown_theme_is_refused_before_the_app_starts() -> None:
    status, text = on_a_terminal("--theme", "nonsense")
    assert status == 2
    assert "\x1b" not in text
    assert "»nonsense«" in text
    assert "textual-light" in text


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *[("TEXTUAL_COLOR_SYSTEM", "nonsense"), ("TEXTUAL_COLOR_SYSTEM", "")],
        *[("TEXTUAL_DRIVER", "nonsense"), ("TEXTUAL_DRIVER", ""), ("TEXTUAL_DRIVER", "os:path")],
    ],
)
def test_invalid_textual_variables_fail_with_one_line(variable: str, value: str) -> None:
    status, text = on_a_terminal("--lang", "en", env={variable: value})
    assert status == 2
    assert len(text.splitlines()) == 1
    assert f"{variable} cannot be ‘{value}’" in " ".join(text.split())


@pytest.mark.parametrize("value", ["256", "auto"])
def test_valid_textual_variables_are_accepted(value: str) -> None:
    with Terminal(env={"TEXTUAL_COLOR_SYSTEM": value}) as terminal:
        terminal.wait_for(UI.tabs.fact_sheet)
        terminal.press("q")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("broken", [("da",), ("da", "en")], ids=" and ".join)
def test_problems_fall_back_to_another_language_and_then_to_codes(
    stoette: CommandLine, tmp_path: Path, content_dir: Path, broken: tuple[str, ...]
) -> None:
    shutil.copytree(CLONE / "stoette_tui", tmp_path / "stoette_tui")
    for language in broken:
        (content_dir / language / "ui.yaml").write_text("title: ]")
    done = stoette("status", command=SCRIPT, env={"PYTHONPATH": str(tmp_path)})
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert line.startswith(f"{content_dir / 'da' / 'ui.yaml'}:1: ")
    assert ("yaml_syntax" if "en" in broken else "this is not valid YAML") in line


@pytest.mark.parametrize(
    ("arguments", "unbuffered"),
    [
        *[(("show",), ""), (("show",), "1"), (("status", "--json"), ""), (("paths",), "")],
        *[(("answer", "--help"), "1"), (("--version",), ""), (("--version",), "1")],
    ],
    ids=str,
)
def test_a_full_disk_fails_with_one_line(
    stoette: CommandLine, arguments: tuple[str, ...], unbuffered: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = stoette(*arguments, stdout=full.fileno(), env={"PYTHONUNBUFFERED": unbuffered})
    assert "No space left on device" in refusal(done, 1)


@pytest.mark.parametrize("command", ["answer timing missing", "rounds new Forår"])
def test_a_change_with_unwritable_output_is_reported_as_saved(
    stoette: CommandLine, data_dir: Path, command: str
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = stoette(*command.split(), stdout=full.fileno())
    message = fill(UI.problems["output_failed_saved"], reason="No space left on device")
    assert message in refusal(done, 1)
    assert Store(data_dir).rounds()


@pytest.mark.parametrize("arguments", [("show",), ("status",), ("--version",)], ids=" ".join)
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_broken_pipe_is_not_an_error(
    stoette: CommandLine, arguments: tuple[str, ...], unbuffered: str
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = stoette(*arguments, stdout=writer, env={"PYTHONUNBUFFERED": unbuffered})
    finally:
        os.close(writer)
    assert done == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(("show",), 0), (("--version",), 0), (("nonsense",), 2)],
    ids=str,
)
def test_a_closed_stream_changes_neither_the_status_nor_the_other_stream(
    stoette: CommandLine, arguments: tuple[str, ...], status: int
) -> None:
    no_output = ("sh", "-c", 'exec "$@" >&-', "sh", *MODULE)
    no_errors = ("sh", "-c", 'exec "$@" 2>&-', "sh", *MODULE)
    reference = stoette(*arguments)
    assert stoette(*arguments, command=no_output) == (status, "", reference.err)
    assert stoette(*arguments, command=no_errors) == (status, reference.out, "")


def test_ctrl_c_exits_with_130_and_no_output(content_dir: Path) -> None:
    """A content file that is a named pipe keeps the command waiting for the signal."""
    pipe = content_dir / "da" / "fact_sheet.yaml"
    pipe.unlink()
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [*MODULE, "show", "--content", content_dir], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError as error:
            if error.errno != errno.ENXIO:  # nobody reads yet
                raise
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    # Python handles a signal that arrives just before the read only after it: then send it again.
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
            break
    out, err = process.communicate(timeout=30)
    os.close(writer)
    assert (process.returncode, out, err) == (130, b"", b"")
