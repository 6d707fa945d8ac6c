"""The dialogue in plain lines, through pipes and in a dumb terminal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock, patch

import pytest
import yaml
from conftest import CLONE, MODULE, CommandLine
from speech import walkthrough
from terminal import Terminal
from test_cli import SHIPPED, UI, refusal, status_of
from test_hostile_text import HOSTILE, MARK, ONE_LINE, World, is_harmless
from test_terminal import answers, in_ascii

from stoette_tui.cli.talk.asking import COMMANDS, sentence
from stoette_tui.cli.talk.dialogue import PARTS
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import PLAN
from stoette_tui.store import Store, queries

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from conftest import Finished

WORDS = UI.talk
MENU = {name: WORDS.menu[name] for name in PARTS}
SAY = {name: WORDS.commands[name] for name in COMMANDS}
ITEMS = list(SHIPPED.checklist.items)
FIRST, SECOND, THIRD = (item.id for item in ITEMS[:3])
ANSWERS = {"in_place": "1", "missing": "2", "not_relevant": "3", "unanswered": "4"}
QUIET = {"Lu", "Ll", "Nd", "Zs"}
"""Unicode categories that are read aloud as words, or not at all."""
PUNCTUATION = set(".,:;?()-/'&=#_+é")
"""Signs at which screen readers pause, and those of addresses and dates."""


def talk(stoette: CommandLine, *lines: str, columns: int = 80, **options: Any) -> Finished:
    """A whole dialogue with a user who enters these lines."""
    env = {"COLUMNS": str(columns), **options.pop("env", {})}
    typed = "".join(f"{line}\n" for line in lines)
    done = stoette("talk", typed=typed, env=env, **options)
    assert "Traceback" not in done.err
    return done


def prose(done: Finished) -> str:
    """Everything the dialogue said, without its line breaks."""
    assert (done.status, done.err) == (0, "")
    return " ".join(done.out.split())


def spoken(text: str) -> str:
    """A text of the interface as the dialogue says it."""
    return " ".join(re.sub("[»«]", "", text).replace(" – ", ", ").split())


def spoken_start(template: str) -> str:
    """The spoken start of a template, up to its first placeholder."""
    return spoken(template.partition("{")[0])


def fields(stoette: CommandLine, item_id: str) -> dict[str, Any]:
    return next(each for each in status_of(stoette)["items"] if each["id"] == item_id)


# Output


WALKTHROUGH = walkthrough(UI)


@pytest.mark.parametrize("columns", [40, 200, 3])
def test_output_has_short_lines_and_no_symbols(stoette: CommandLine, columns: int) -> None:
    done = talk(stoette, *WALKTHROUGH, columns=columns)
    assert (done.status, done.err) == (0, "")
    longest = max(map(len, done.out.splitlines()))
    assert longest <= max(min(columns, 80), 20)
    assert "" not in done.out.splitlines()
    signs = {sign for sign in done.out if unicodedata.category(sign) not in QUIET}
    assert signs - PUNCTUATION == {"\n"}
    for template in (WORDS.carry, WORDS.which_later, WORDS.written, WORDS.goodbye, WORDS.now):
        assert spoken_start(template) in prose(done)


def test_the_walkthrough_reaches_every_part(stoette: CommandLine, data_dir: Path) -> None:
    said = prose(talk(stoette, *WALKTHROUGH))
    assert answers(data_dir) == {}
    [one, two, three] = json.loads(stoette("rounds", "--json").out)["rounds"]
    assert [each["name"] for each in (two, three)] == ["B", "C"]
    assert (one["counts"]["missing"], two["counts"]["in_place"]) == (2, 1)
    for name in PARTS:
        assert f"{MENU[name]}: {spoken(WORDS.menu_help[name])}" in said
    for section in SHIPPED.fact_sheet.sections:
        assert spoken(section.title) in said
    for item in ITEMS:
        assert spoken(item.text) in said
    assert (stoette.folder / "r.html").is_file()


def test_each_line_gets_a_reply_before_the_next_is_read(tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        assert spoken_start(WORDS.waiting) not in talking.listen()
        assert ITEMS[0].text in talking.say("b", "")
        reply = talking.say("1")
        assert fill(WORDS.saved, what=UI.answers.in_place) in reply
        assert ITEMS[1].text in reply
        assert talking.end() == 0


class Talking:
    """An interactive dialogue through pipes, line by line."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [*MODULE, "talk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            bufsize=1,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()

    def listen(self) -> str:
        """Reads up to the end of the next question; returns it with what was said before."""
        assert self._process.stdout
        said = ""
        while f" {SAY['help']}. " not in f"{said} ":
            line = self._process.stdout.readline()
            assert line, said
            said = f"{said} {line.strip()}"
        if spoken_start(WORDS.empty_line) in said and not said.endswith("."):
            said = f"{said} {self._process.stdout.readline().strip()}"
        return said.strip()

    def say(self, *lines: str) -> str:
        """Enters these lines, each after a question; returns the reply to the last."""
        said = ""
        for line in lines:
            assert self._process.stdin
            self._process.stdin.write(f"{line}\n")
            said = self.listen()
        return said

    def interrupt(self) -> int:
        """Interrupts it as Ctrl+C does; returns the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(20)

    def end(self) -> int:
        """Closes its input; returns the exit status."""
        assert self._process.stdin
        self._process.stdin.close()
        return self._process.wait(20)


# Input


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_can_be_a_number_a_letter_or_a_word(
    stoette: CommandLine, data_dir: Path, name: str
) -> None:
    word = getattr(UI.answers, name)
    inputs = (ANSWERS[name], word[0], word, word.upper(), word[:4], in_ascii(word), f"  {word} ")
    items = [item.id for item in ITEMS[: len(inputs)]]
    before = "missing" if name != "missing" else "in_place"
    Store(data_dir).record(None, {(item, "answer"): before for item in items}, "Forår")
    after = [WORDS.no] if name == "missing" else []  # declines to write a plan
    lines = [line for each in inputs for line in (each, *after)]
    said = prose(talk(stoette, MENU["answer"], WORDS.all, *lines, SAY["stop"]))
    assert said.count(fill(WORDS.saved, what=word)) == len(inputs)
    assert answers(data_dir) == ({} if name == "unanswered" else dict.fromkeys(items, name))


@pytest.mark.parametrize("language", content.languages(CLONE / "content"))
def test_words_offered_together_start_with_different_letters(language: str) -> None:
    ui = ui_text.load(CLONE / "content", language)
    words = ui.talk
    menus = [
        [words.menu[name] for name in PARTS],
        [getattr(ui.answers, name) for name in ANSWERS],
        [words.unanswered, words.all, words.group],
        [words.yes, words.no],
        [ui.tabs.fact_sheet, ui.tabs.guldkorn, ui.tabs.links],
        [*(ui.helped[name] for name in ("yes", "partly", "no")), words.clear],
        [words.new, ui.commands["rename_round"].label, ui.commands["archive_round"].label],
        [words.new, ui.commands["unarchive_round"].label],
        [words.contents, ui.commands["open_link"].label],
    ]
    for menu in menus:
        letters = [word[0].casefold() for word in menu]
        assert len(set(letters)) == len(letters), menu
    commands = [words.commands[name][0] for name in COMMANDS if name != "help"]
    assert len(set(commands)) == len(commands)


@pytest.mark.parametrize("line", ["xyz", "0", "99", "på pladsen", "²", "1.", "-1", "9" * 5000])
def test_an_invalid_answer_is_rejected_once_and_the_valid_ones_named(
    stoette: CommandLine, line: str, data_dir: Path
) -> None:
    said = prose(talk(stoette, MENU["answer"], WORDS.all, line, "1"))
    rejection = fill(WORDS.not_understood, heard=line[:40])
    rest = said.partition(rejection)[2]
    assert said.count(rejection) == 1
    assert rest.strip().startswith(f"{spoken_start(WORDS.answer)} 1 {UI.answers.in_place}, 2")
    assert said.count(ITEMS[0].text) == 1
    assert answers(data_dir) == {FIRST: "in_place"}


def test_help_repeats_and_explains_the_question(stoette: CommandLine) -> None:
    for word in ("?", SAY["help"], SAY["help"].upper()):
        said = prose(talk(stoette, MENU["answer"], WORDS.all, word))
        assert said.count(ITEMS[0].text) == 2
        for text in (ITEMS[0].why, ITEMS[0].question, WORDS.how):
            assert spoken(text) in said
        assert spoken_start(WORDS.everywhere) in said


PLACES = {
    "the menu": [],
    "reading": [MENU["read"], ""],
    "the checklist": [MENU["answer"]],
    "a group": [MENU["answer"], WORDS.group],
    "an item": [MENU["answer"], WORDS.all],
    "a plan": [MENU["answer"], WORDS.all, "2", "1"],
    "a date": [MENU["answer"], WORDS.all, "2", "1", "", "", ""],
    "whether it helped": [MENU["answer"], WORDS.all, "2", "1", "", "", "", "", "", ""],
    "the map": [MENU["map"]],
    "the rounds": [MENU["rounds"]],
    "a new round": [MENU["rounds"], WORDS.new],
    "another name": [MENU["rounds"], UI.commands["rename_round"].label],
    "a link": [MENU["read"], UI.tabs.links, "", UI.commands["open_link"].label],
    "the plans": [MENU["plans"]],
    "what is due": [MENU["due"]],
    "a report": [MENU["report"]],
    "a file": [MENU["report"], ""],
}
"""The lines that lead to each kind of question."""


@pytest.mark.parametrize("place", PLACES)
def test_general_commands_work_at_every_question(
    stoette: CommandLine, data_dir: Path, place: str
) -> None:
    for item in (SECOND, THIRD):
        Store(data_dir).record(None, {(item, "answer"): "missing"}, UI.round_name(date.today()))
    commands = [SAY[name] for name in ("where", "undo", "redo", "back", "stop")]
    said = prose(talk(stoette, *PLACES[place], *commands, SECOND))
    assert spoken_start(UI.undone.answer) in said
    assert spoken_start(UI.redone.answer) in said
    assert UI.round_name(date.today()) in said
    assert said.endswith(WORDS.goodbye)
    assert spoken_start(WORDS.not_understood) not in said
    assert answers(data_dir)[THIRD] == "missing"


def test_back_returns_to_the_previous_question(stoette: CommandLine, data_dir: Path) -> None:
    back = SAY["back"]
    said = prose(talk(stoette, MENU["answer"], "", "1", "1", back, "3", back, back, back, "2"))
    assert said.count(ITEMS[1].text) == 3
    assert answers(data_dir) == {FIRST: "in_place", SECOND: "not_relevant"}
    assert said.count(WORDS.main_menu) == 2


def test_an_empty_line_continues_and_changes_nothing(stoette: CommandLine) -> None:
    said = prose(talk(stoette, *[""] * 60))
    assert ITEMS[-1].text.rstrip(".") in said
    assert WORDS.end_of_items in said
    assert status_of(stoette)["round"] is None


def test_the_words_of_commands_come_from_the_content(
    stoette: CommandLine, content_dir: Path
) -> None:
    file = content_dir / "da" / "ui.yaml"
    texts = yaml.safe_load(file.read_text())
    texts["talk"]["commands"]["stop"] = "basta"
    file.write_text(yaml.safe_dump(texts, allow_unicode=True))
    options = ["--content", str(content_dir)]
    typed = f"{SAY['stop']}\nbasta\nxyz\n"
    said = prose(stoette("talk", *options, typed=typed))
    assert fill(WORDS.not_understood, heard=SAY["stop"]) in said
    assert "xyz" not in said


def test_a_shortened_text_has_no_stray_comma(stoette: CommandLine) -> None:
    said = prose(talk(stoette, MENU["answer"], WORDS.all, "1", SAY["undo"]))
    assert spoken_start(UI.undone.answer) in said
    assert not re.search(",[.,;:?]", said)


def test_a_number_that_is_not_offered_is_rejected(stoette: CommandLine) -> None:
    said = prose(talk(stoette, "00012"))
    assert fill(WORDS.not_understood, heard="00012") in said


def test_a_paragraph_without_text_is_skipped(stoette: CommandLine, content_dir: Path) -> None:
    file = content_dir / "da" / "fact_sheet.yaml"
    text = file.read_text()
    picture = "![](https://example.org/a.png)\n\n      ##\n\n      "
    changed = text.replace("body: |\n      ", f"body: |\n      {picture}", 1)
    assert changed != text
    file.write_text(changed)
    said = prose(stoette("talk", "--content", str(content_dir), typed="1\n1\n2\n"))
    assert spoken(SHIPPED.fact_sheet.sections[0].title) in said


# Answers, plans, rounds and reports


def test_the_questions_cover_the_unanswered_items_all_items_or_a_group(
    stoette: CommandLine, data_dir: Path
) -> None:
    stoette("answer", FIRST, "in-place")
    group = SHIPPED.checklist.groups[1]
    said = prose(talk(stoette, MENU["answer"], "", SAY["stop"]))
    assert fill(WORDS.items, count=len(ITEMS), unanswered=len(ITEMS) - 1) in said
    assert f"{fill(WORDS.item, number=1, count=len(ITEMS) - 1)} {ITEMS[1].text}" in said
    said = prose(talk(stoette, MENU["answer"], WORDS.all, SAY["stop"]))
    assert f"{fill(WORDS.item, number=1, count=len(ITEMS))} {ITEMS[0].text}" in said
    assert fill(WORDS.answered, answer=UI.answers.in_place) in said
    said = prose(talk(stoette, MENU["answer"], WORDS.group, "2", "m"))
    number = fill(WORDS.item, number=1, count=len(group.items))
    assert f"{number} {spoken(group.items[0].text)}" in said
    assert answers(data_dir) == {FIRST: "in_place", group.items[0].id: "missing"}


def test_a_plan_is_filled_in_and_validated_field_by_field(stoette: CommandLine) -> None:
    plan = [
        *["For lidt tid", SAY["back"], "", "Et møde", "t", "i morges", "1/3-2027", "?", "10"],
        *["3", "2027-02-28", "del"],
    ]
    said = prose(talk(stoette, MENU["answer"], "", "2", "1", *plan, SAY["stop"]))
    assert fill(WORDS.not_understood, heard="i morges") in said
    assert UI.plan.due_wrong[1:] in said
    assert UI.plan.priority_wrong[1:] in said
    assert f" {sentence(UI.plan.priority_hint)} " in said
    for label, invitation in (
        (UI.plan.responsible, WORDS.write),
        (UI.plan.due, WORDS.write_date),
        (UI.plan.priority, WORDS.write_priority),
        (UI.plan.done, WORDS.write_date),
    ):
        assert f"{label} {fill(invitation, others=WORDS.clear, help=SAY['help'])}" in said
    assert said.count(UI.plan.due) == 1
    assert fill(WORDS.saved, what="1. marts 2027") in said
    found = fields(stoette, FIRST)
    assert (found["note"], found["action"], found["responsible"]) == (
        "For lidt tid",
        "Et møde",
        "t",
    )
    assert (found["due"], found["priority"], found["done"]) == ("2027-03-01", 3, "2027-02-28")
    assert found["helped"] == "partly"


def test_a_field_is_cleared_by_a_word(stoette: CommandLine) -> None:
    stoette("answer", FIRST, "missing")
    stoette("plan", FIRST, "--note", "a\nb", "--helped", "ja", "--due", "1.3.2027")
    fill_in = [MENU["plans"], WORDS.fill_in]
    said = prose(talk(stoette, *fill_in, WORDS.clear, "", "", WORDS.clear, "", "", WORDS.clear))
    assert fill(WORDS.now, text="a b") in said
    assert said.count(WORDS.cleared) == 3
    found = fields(stoette, FIRST)
    assert (found["note"], found["helped"], found["due"]) == ("", None, None)


def test_new_text_is_appended_unless_replacing_is_confirmed(stoette: CommandLine) -> None:
    stoette("answer", FIRST, "missing")
    stoette("plan", FIRST, "--note", "a\nb", "--action", "c", "--responsible", "d")
    fill_in = [MENU["plans"], WORDS.fill_in]
    said = prose(talk(stoette, *fill_in, "x", "", "y", WORDS.yes, "z", SAY["stop"]))
    assert said.count(spoken(WORDS.replace)) == 2
    assert fill(WORDS.saved, what="a b x") in said
    found = fields(stoette, FIRST)
    assert (found["note"], found["action"], found["responsible"]) == ("a\nb\nx", "y", "z")
    said = prose(talk(stoette, *fill_in, "x", SAY["back"], "", SAY["stop"]))
    first = fill(WORDS.field, number=1, count=len(PLAN))
    assert said.count(first) == 2  # the question is repeated, and nothing is changed
    assert fields(stoette, FIRST)["note"] == "a\nb\nx"


def test_due_items_can_be_answered_where_they_are_listed(
    stoette: CommandLine, data_dir: Path
) -> None:
    today = date.today().isoformat()
    stoette("answer", FIRST, "missing")
    stoette("plan", FIRST, "--done", today)
    said = prose(talk(stoette, MENU["due"], UI.answers.in_place))
    assert fill(WORDS.saved, what=UI.answers.in_place) in said
    assert answers(data_dir) == {FIRST: "in_place"}
    said = prose(talk(stoette, MENU["plans"]))
    assert fill(WORDS.missing, count=0) in said
    assert WORDS.end_of_items not in said


def test_due_items_are_counted_and_then_listed(stoette: CommandLine, data_dir: Path) -> None:
    today = date.today()
    late, soon = today - timedelta(1), today + timedelta(1)
    for item, due in ((FIRST, late), (SECOND, soon)):
        stoette("answer", item, "missing")
        stoette("plan", item, "--due", due.isoformat(), "--responsible", "Ida")
    said = prose(talk(stoette, MENU["due"], "", "", SAY["stop"]))
    assert fill(WORDS.waiting, count=2) in said
    assert fill(WORDS.due, done=0, overdue=1, soon=1, incomplete=0) in said
    first, second = fill(UI.due.overdue, date=UI.long_date(late)), UI.due.tomorrow
    places = [fill(WORDS.item, number=1, count=2), sentence(first), sentence(second)]
    assert [*map(said.index, places)] == sorted(map(said.index, places))
    stoette("plan", FIRST, "--done", late.isoformat())
    question = sentence(fill(UI.due.done, date=UI.long_date(late)))
    said = prose(talk(stoette, MENU["due"]))
    assert f"{question} {UI.plan.responsible} Ida" in said
    empty = {"STOETTE_TUI_DATA_DIR": f"{data_dir}-empty"}
    assert WORDS.nothing_due in prose(talk(stoette, MENU["due"], env=empty))


def test_a_round_is_started_and_an_earlier_one_opened(stoette: CommandLine) -> None:
    stoette("answer", FIRST, "missing")
    stoette("plan", FIRST, "--action", "Et møde")
    first = status_of(stoette)["round"]["name"]
    start = [MENU["rounds"], WORDS.new]
    said = prose(talk(stoette, *start, first, "j", "Efterår", "j"))
    assert f"»{first}«".strip("»«") in said.partition(spoken_start(UI.messages.not_saved))[2]
    assert spoken_start(UI.rounds.carried_plans) in said
    assert status_of(stoette)["round"]["name"] == "Efterår"
    assert fields(stoette, FIRST)["action"] == "Et møde"
    said = prose(talk(stoette, MENU["rounds"], "2"))
    assert fill(WORDS.rounds, count=2) in said
    assert said.index("1 Efterår.") < said.index(f"2 {first}.")
    assert status_of(stoette)["round"]["name"] == first


def test_the_current_round_is_renamed_archived_and_unarchived(
    stoette: CommandLine,
) -> None:
    stoette("rounds", "new", "Forår")
    stoette("rounds", "new", "Efterår")
    rename, archive, reopen = (
        UI.commands[f"{name}_round"].label for name in ("rename", "archive", "unarchive")
    )
    said = prose(talk(stoette, MENU["rounds"], rename, "forår", "Vinter", MENU["rounds"], archive))
    assert spoken_start(UI.messages.not_saved) in said  # the name is taken
    assert fill(WORDS.archived, round="Vinter", rounds=MENU["rounds"], reopen=reopen) in said
    round_ = status_of(stoette)["round"]
    assert (round_["name"], round_["archived"]) == ("Vinter", True)
    said = prose(talk(stoette, MENU["rounds"], rename, reopen))
    assert fill(WORDS.not_understood, heard=rename) in said
    assert fill(WORDS.unarchived, round="Vinter") in said
    assert not status_of(stoette)["round"]["archived"]
    names = [each["name"] for each in json.loads(stoette("rounds", "--json").out)["rounds"]]
    assert names == ["Forår", "Vinter"]


def test_a_link_is_opened_in_the_users_browser(stoette: CommandLine) -> None:
    [group, *_] = SHIPPED.links.groups
    to_links = [MENU["read"], UI.tabs.links, "", UI.commands["open_link"].label]
    opened = stoette.folder / "opened"
    browser = stoette.folder / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}\n')
    browser.chmod(0o700)
    said = prose(talk(stoette, *to_links, "2", env={"BROWSER": f"{browser} %s"}))
    link = group.links[1]
    assert f"2 {spoken(link.label)}" in said
    assert opened.read_text() == link.address
    assert fill(UI.messages.opened, address=link.address) in said
    said = prose(talk(stoette, *to_links, "2", env={"BROWSER": "w3m"}))
    assert fill(UI.messages.no_browser, address=link.address) in said


def test_an_empty_line_accepts_the_suggested_name(stoette: CommandLine) -> None:
    talk(stoette, MENU["rounds"], WORDS.new, "")
    talk(stoette, MENU["rounds"], WORDS.new, "", "n")
    name = UI.round_name(date.today())
    names = [each["name"] for each in json.loads(stoette("rounds", "--json").out)["rounds"]]
    assert names == [name, f"{name} (2)"]


def test_a_comparison_says_numbers_before_lists(stoette: CommandLine) -> None:
    assert WORDS.too_few_rounds in prose(talk(stoette, MENU["compare"]))
    stoette("rounds", "new", "Forår")
    stoette("answer", FIRST, "missing")
    stoette("rounds", "new", "Efterår")
    stoette("answer", FIRST, "in-place")
    said = prose(talk(stoette, MENU["compare"]))
    counts = fill(WORDS.counted, what="Bedre", count=1)
    moved = fill(
        WORDS.changed,
        what="Bedre",
        number=1,
        count=1,
        item=ITEMS[0].text,
        before=UI.answers.missing,
        after=UI.answers.in_place,
    )
    assert said.index(fill(WORDS.from_to, before="Forår", after="Efterår")) < said.index(counts)
    assert said.index(counts) < said.index(moved)
    stoette("rounds", "new", "Vinter")
    said = prose(talk(stoette, MENU["compare"], "3", "2"))
    assert fill(WORDS.from_to, before="Forår", after="Efterår") in said


def test_a_report_replaces_a_file_only_after_confirmation(stoette: CommandLine) -> None:
    assert spoken(UI.rounds.none_yet) in prose(talk(stoette, MENU["report"]))
    stoette("answer", FIRST, "missing")
    said = prose(talk(stoette, MENU["report"], "", "rapport"))
    file = stoette.folder / "rapport.html"
    assert WORDS.written in said
    assert str(file) in said.replace(" ", "")
    file.write_text("mit")
    talk(stoette, MENU["report"], "", "rapport", "", SAY["stop"])
    assert file.read_text() == "mit"
    talk(stoette, MENU["report"], "", "rapport", "ja")
    assert ITEMS[0].text in file.read_text()
    talk(stoette, MENU["report"], "json", "runden")
    assert (stoette.folder / "runden.json").is_file()
    said = prose(talk(stoette, MENU["report"], "k", "her/er/ingen", SAY["stop"]))
    assert spoken(UI.problems["export_folder_missing"]) in said


def test_the_map_is_filled_in_cell_by_cell(stoette: CommandLine, data_dir: Path) -> None:
    talk(stoette, MENU["map"], "", "Mandagsmødet", SAY["stop"])
    cell = SHIPPED.checklist.map.cells[1]
    assert Store(data_dir).progress().state(cell.id).note == "Mandagsmødet"
    said = prose(talk(stoette, MENU["map"], ""))
    assert fill(WORDS.now, text="Mandagsmødet") in said


# Nothing is lost


def test_the_end_of_the_input_loses_nothing(stoette: CommandLine, data_dir: Path) -> None:
    done = stoette("talk", typed=f"{MENU['answer']}\n\n1\n2\nj\nFor lidt tid")  # no final newline
    assert prose(done).endswith(WORDS.goodbye)
    assert answers(data_dir) == {FIRST: "in_place", SECOND: "missing"}
    assert fields(stoette, SECOND)["note"] == "For lidt tid"


def test_ctrl_c_loses_nothing(data_dir: Path, tmp_path: Path) -> None:
    with Talking(tmp_path) as talking:
        talking.listen()
        talking.say("b", "", "1")
        assert talking.interrupt() == 130
    assert answers(data_dir) == {FIRST: "in_place"}


def test_a_closed_input_ends_the_dialogue_normally(stoette: CommandLine) -> None:
    command = ("sh", "-c", f'exec {" ".join(MODULE)} "$@" <&-', "sh")
    assert prose(stoette("talk", command=command)).endswith(WORDS.goodbye)


def test_a_closed_output_is_no_failure(stoette: CommandLine, tmp_path: Path) -> None:
    with subprocess.Popen(
        [*MODULE, "talk"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
        assert process.stdin
        process.stdin.write(b"b\n\n1\n" * 20)
        process.stdin.close()
        assert process.wait(20) == 0


def test_undoing_a_change_of_another_day_needs_confirmation(
    stoette: CommandLine, data_dir: Path
) -> None:
    past = datetime.now(UTC) - timedelta(days=3)

    with patch.object(queries, "datetime", Mock(now=lambda _: past)):
        Store(data_dir).record(None, {(FIRST, "answer"): "missing"}, "Forår")
        Store(data_dir).record(None, {(SECOND, "answer"): "missing"}, "Forår")
    said = prose(talk(stoette, SAY["undo"], "", SAY["undo"], SAY["back"]))
    assert said.count(spoken_start(UI.messages.undo_older)) == 2
    assert answers(data_dir) == {FIRST: "missing", SECOND: "missing"}
    said = prose(talk(stoette, SAY["undo"], "ja", SAY["undo"]))
    assert said.count(spoken_start(UI.messages.undo_older)) == 1
    assert answers(data_dir) == {}


def test_a_failed_save_is_reported_and_the_question_repeated(
    stoette: CommandLine, tmp_path: Path
) -> None:
    stoette("rounds", "new", "Forår")
    with Talking(tmp_path) as talking:
        talking.listen()
        assert ITEMS[0].text in talking.say(MENU["answer"], WORDS.all)
        stoette("rounds", "archive", "Forår")
        said = talking.say("1")
        assert spoken_start(UI.messages.not_saved) in said
        assert ITEMS[0].text in said
        stoette("rounds", "unarchive", "Forår")
        assert ITEMS[1].text in talking.say("1")
        assert talking.end() == 0


@pytest.mark.parametrize("part", ["answer", "plans", "due", "map"])
def test_an_archived_round_is_read_out_without_questions(stoette: CommandLine, part: str) -> None:
    for item in (FIRST, SECOND):
        stoette("answer", item, "missing")
    name = status_of(stoette)["round"]["name"]
    stoette("rounds", "archive", name)
    chosen = [WORDS.all] if part == "answer" else []
    said = prose(talk(stoette, MENU[part], *chosen, "", SAY["stop"]))
    reopen = UI.commands["unarchive_round"].label
    archived = fill(WORDS.archived, round=name, rounds=MENU["rounds"], reopen=reopen)
    assert said.count(archived) == 1
    first, second = ITEMS[0].text, ITEMS[1].text
    if part == "map":
        cells = SHIPPED.checklist.map.cells
        first, second = (fill(WORDS.field, number=at, count=len(cells)) for at in (1, 2))
    rest = said.partition(archived)[2].partition(first)[2]
    assert second in rest
    assert f" {SAY['help']}." not in rest


def test_a_foreign_file_does_not_prevent_answers(stoette: CommandLine, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "progress.sqlite3").write_bytes(b"not ours")
    said = talk(stoette, MENU["answer"], "", "1")
    assert said.status == 0
    assert answers(data_dir) == {FIRST: "in_place"}


# Alongside a window


def test_a_window_and_the_dialogue_show_and_undo_each_others_answers(
    stoette: CommandLine, tmp_path: Path
) -> None:
    with Terminal(size=(120, 40)) as window, Talking(tmp_path) as talking:
        window.wait_for(SHIPPED.fact_sheet.sections[0].title)
        window.press("3")
        window.wait_for(ITEMS[0].text)
        talking.listen()
        talking.say("b", WORDS.all, "1")
        answered = datetime.now(UTC)
        window.wait_for(f"☑ {ITEMS[0].text}")
        assert (datetime.now(UTC) - answered).total_seconds() < 2
        window.press("u")
        window.wait_for(f"☐ {ITEMS[0].text}")
        window.press("x")
        window.wait_for(f"☒ {ITEMS[0].text}")
        assert UI.answers.unanswered in talking.say(SAY["undo"])
        window.wait_for(f"☐ {ITEMS[0].text}")
        assert talking.end() == 0


def test_opening_another_round_elsewhere_ends_the_questions(tmp_path: Path, data_dir: Path) -> None:
    store = Store(data_dir)
    first = store.new_round("Forår")
    with Talking(tmp_path) as talking:
        talking.listen()
        talking.say(MENU["answer"], WORDS.all)
        second = store.new_round("Efterår")
        said = talking.say("1")  # it answers the question about the first round
        assert spoken_start(WORDS.standing).strip("« ") in said
        assert "Efterår" in said
        assert WORDS.main_menu in said
        assert store.progress(first).answer(FIRST) == "in_place"
        talking.say(MENU["answer"], WORDS.all, "2", SAY["back"])
        assert store.progress(second).answer(FIRST) == "missing"
        assert not store.progress(first).state(FIRST).has_plan


# How it starts


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"STOETTE_TUI_MODE": "talk"}], ids=str)
def test_the_dialogue_starts_on_a_dumb_terminal_or_on_request(env: dict[str, str]) -> None:
    with Terminal(env=env) as terminal:
        terminal.wait_for(WORDS.welcome[:40])
        terminal.press("b", "enter", "enter", "1", "enter")
        terminal.wait_for(fill(WORDS.saved, what=UI.answers.in_place))
        terminal.press("ctrl+d")
        assert terminal.wait_for_end() == 0
        assert b"\x1b" not in terminal.written


def test_the_dialogue_starts_without_a_terminal_on_request(stoette: CommandLine) -> None:
    done = stoette(env={"STOETTE_TUI_MODE": "talk"}, typed=f"{SAY['stop']}\n")
    assert prose(done).endswith(WORDS.goodbye)


def test_a_start_without_a_terminal_suggests_the_dialogue(stoette: CommandLine) -> None:
    assert "stoette-tui talk" in refusal(stoette(), 2)


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}], ids=str)
def test_output_falls_back_to_letters_the_terminal_has(
    stoette: CommandLine, env: dict[str, str]
) -> None:
    encoding = "latin-1"
    typed = f"{MENU['answer']}\n\npå plads\n"
    done = stoette("talk", env=env, typed=typed, encoding=encoding)
    assert done.status == 0
    said = " ".join(done.out.split())
    word = UI.answers.in_place if "LC_ALL" not in env else in_ascii(UI.answers.in_place)
    if "LC_ALL" not in env:
        assert fill(WORDS.saved, what=word) in said
    assert f"1 {word}, 2" in said


def test_the_dialogue_imports_no_screen_libraries() -> None:
    program = (
        "import sys, io; sys.argv[1:] = ['talk']; sys.stdin = None\n"
        "from stoette_tui.__main__ import main; main()\n"
        "sys.exit(bool({'rich', 'textual', 'icalendar', 'concurrent.futures'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# Hostile text


HOSTILE_LINES = [
    *["?", HOSTILE.partition("\r")[0], "l", "", *[""] * 12, "b", "2", "2", "1", f"note{ONE_LINE}"],
    *["", f"who{ONE_LINE}", f"due{ONE_LINE}", *[""] * 5, SAY["undo"], SAY["where"], SAY["back"]],
    *[SAY["back"], SAY["back"], "4", *[""] * 10, "5", "ny", f"Ny{ONE_LINE}", "1", "6", "7", "5"],
    *[f"file{ONE_LINE}", "8", f"cell{ONE_LINE}"],
]
KEYS = "\x1b[A\x1b[1;5C\x1bOP\x1b"


@pytest.fixture
def hostile_words(tmp_path: Path) -> tuple[World, list[str]]:
    """Hostile content, apart from the words of the commands, and the arguments to talk with it."""
    world = World(tmp_path)
    file = world.content / "da" / "ui.yaml"
    texts = yaml.safe_load(file.read_text())
    texts["talk"]["commands"] = SAY
    file.write_text(yaml.safe_dump(texts, allow_unicode=True))
    return world, [*world.options, "talk"]


def test_hostile_text_cannot_control_the_terminal(
    hostile_words: tuple[World, list[str]], stoette: CommandLine
) -> None:
    _, arguments = hostile_words
    typed = "".join(f"{line}\n" for line in HOSTILE_LINES)
    done = stoette(*arguments, typed=typed)
    assert done.status == 0
    assert "Traceback" not in done.err
    assert is_harmless(f"{done.out}{done.err}".encode())
    assert done.out.count(MARK) > 100


def test_control_sequences_in_the_input_are_ignored(stoette: CommandLine, data_dir: Path) -> None:
    typed = f"b\n\n{KEYS}1\n2\nj\n{KEYS}For{KEYS} lidt\x08 tid\x00\n"
    assert prose(stoette("talk", typed=typed))
    assert answers(data_dir) == {FIRST: "in_place", SECOND: "missing"}
    assert fields(stoette, SECOND)["note"].replace(" ", "") == "Forlidttid"
