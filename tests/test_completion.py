"""What shells are offered when somebody presses Tab, as they ask for it: in the environment."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from conftest import CLONE, SCRIPT

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content import loader as content
from stoette_tui.content import ui_text
from stoette_tui.report.export import FORMATS
from stoette_tui.review.progress import Change
from stoette_tui.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import CommandLine

CHECKLIST = content.load(CLONE / "content" / "da").checklist
UI = ui_text.load(CLONE / "content", "da")
COMMANDS = {
    *("show", "status", "answer", "plan", "undo", "talk", "rounds", "compare", "export"),
    *("import", "restore", "check", "paths", "erase"),
}
COMMON = {"--content", "--data-dir", "--lang", "--theme", "--version", "-h", "--help"}
ANSWERS = {"in-place", "missing", "not-relevant", "unanswered"}
BASH = shutil.which("bash")


class Shells:
    """Asks as the scripts of the three shells do."""

    def __init__(self, stoette: CommandLine) -> None:
        self.stoette = stoette

    def ask(self, shell: str, *words: str) -> str:
        """What is printed for a line of these words, the last of them not finished."""
        current = words[-1] if shell == "fish" else str(len(words))
        env = {
            "_STOETTE_TUI_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": "\n".join(("stoette-tui", *words)),
            "COMP_CWORD": current,
        }
        done = self.stoette(env=env)
        assert done.err == ""
        return done.out

    def zsh(self, *words: str) -> dict[str, str]:
        """The completions for zsh, each with its description."""
        lines = self.ask("zsh", *words).strip().splitlines()
        assert set(lines[::3]) <= {"plain"}
        return dict(zip(lines[1::3], lines[2::3], strict=True))

    def __call__(self, *words: str) -> set[str]:
        """What is offered, without its descriptions."""
        return set(self.zsh(*words))

    def all(self, *words: str) -> set[str]:
        """What all three are offered, which is the same."""
        offered = set(self.zsh(*words))
        bash = {line.removeprefix("plain,") for line in self.ask("bash", *words).split("\n")}
        fish = {
            line.removeprefix("plain,").partition("\t")[0]
            for line in self.ask("fish", *words).splitlines()
        }
        assert {name.replace("\\\\", "") for name in bash} - {""} == offered
        assert fish - {""} == offered
        return offered


@pytest.fixture
def offered(stoette: CommandLine) -> Shells:
    """What shells are offered."""
    return Shells(stoette)


def test_commands_options_and_what_they_take_are_offered(
    offered: Shells, stoette: CommandLine
) -> None:
    stoette("answer", "timing", "missing")
    items = {item.id for item in CHECKLIST.items}
    assert offered.all("") == COMMANDS
    assert offered("re") == {"restore"}
    assert offered("--lang", "da", "re") == {"restore"}
    assert offered("-") == COMMON
    assert offered("rounds", "") == {"new", "use", "rename", "archive", "unarchive"}
    assert offered("status", "--j") == {"--json"}
    assert offered("status", "--") == {"--json", *COMMON} - {"-h"}
    assert offered("answer", "") == items
    assert offered("answer", "a") == {item for item in items if item.startswith("a")}
    assert offered.all("answer", "timing", "") == ANSWERS
    assert offered("show", "") == {"fact-sheet", "guldkorn", "checklist", "links"}
    assert offered("export", "--format", "") == {*FORMATS}
    assert offered.all("export", "--format=h") == {"--format=html"}
    assert len(offered("restore", "")) == 1


def test_rounds_are_offered_by_their_names_in_any_case(
    offered: Shells, stoette: CommandLine
) -> None:
    for name in ("Vinter", "Team A, Nord", "Øst: uge 7"):
        assert stoette("rounds", "new", name).status == 0
    names = {"Vinter", "Team A, Nord", "Øst: uge 7"}
    assert offered.all("rounds", "use", "") == names
    for command in ("archive", "unarchive", "rename"):
        assert offered("rounds", command, "") == names
    assert offered("rounds", "use", "team") == {"Team A, Nord"}
    assert offered("rounds", "new", "") == set()


def test_zsh_gets_descriptions_from_the_content(offered: Shells) -> None:
    words = UI.command_line
    assert offered.zsh("ex") == {"export": words.commands["export"]}
    assert offered.zsh("imp") == {"import": words.commands["import"]}
    assert offered.zsh("rounds", "re") == {"rename": words.commands["rounds_rename"]}
    assert offered.zsh("status", "--js") == {"--json": words.options["json"]}
    text = next(item.text for item in CHECKLIST.items if item.id == "timing")
    assert offered.zsh("answer", "timing") == {"timing": sanitize_line(text)}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("import", "f"), "file"),
        (("export", "-o", "f"), "file"),
        (("check", "f"), "dir"),
        (("--data-dir", "f"), "dir"),
        (("status", "--content", "f"), "dir"),
    ],
)
def test_files_and_folders_are_left_to_the_shell(
    offered: Shells, words: tuple[str, ...], kind: str
) -> None:
    assert offered.ask("bash", *words) == f"{kind},f\n"


def test_names_with_control_characters_are_not_offered(offered: Shells, data_dir: Path) -> None:
    began = datetime(2027, 3, 1, tzinfo=UTC)
    for name in ("Sommer", "a\x1b[31mb", "c\nd", "e\tf", "g\u202eh"):
        Store(data_dir).import_rounds([Change(1, began, "r", "", "name", name, act=1)])
    assert offered.all("rounds", "use", "") == {"Sommer"}


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        *(("bash", ("nonsense", "")), ("zsh", ("rounds", "nonsense", ""))),
        *(("fish", ("answer", "timing", "missing", "")), ("bash", ("--lang", "xx", "answer", ""))),
        *(("zsh", ("--content", "/nowhere", "--")), ("fish", ("--nonsense", ""))),
        *((shell, ("answer", "nonsense", "\udce9")) for shell in ("bash", "zsh", "fish")),
        *((shell, ("rounds", "use", sign)) for shell in ("bash", "zsh", "fish") for sign in "'\\"),
    ],
    ids=ascii,
)
def test_an_invalid_line_is_no_error(offered: Shells, shell: str, words: tuple[str, ...]) -> None:
    offered.ask(shell, *words)


@pytest.mark.parametrize(
    "env",
    [
        *({}, {"COMP_WORDS": "stoette-tui"}, {"COMP_WORDS": "stoette-tui", "COMP_CWORD": "x"}),
        *({"COMP_WORDS": "", "COMP_CWORD": "0"}, {"COMP_WORDS": "stoette-tui", "COMP_CWORD": " "}),
    ],
    ids=str,
)
@pytest.mark.parametrize("asked", ["bash_complete", "fish_complete", "bash_nonsense"])
def test_an_invalid_request_is_no_error(
    stoette: CommandLine, env: dict[str, str], asked: str, data_dir: Path
) -> None:
    done = stoette(env={"_STOETTE_TUI_COMPLETE": asked, **env})
    assert (done.status in (0, 1), done.err) == (True, "")
    assert not data_dir.exists()


@pytest.mark.parametrize("state", ["none", "sound", "damaged", "foreign", "newer"])
def test_nothing_is_written_to_complete(offered: Shells, data_dir: Path, state: str) -> None:
    if state != "none":
        Store(data_dir).new_round("Sommer")
        file = data_dir / "progress.sqlite3"
        whole = file.read_bytes()
        file.write_bytes(
            {
                "sound": whole,
                "damaged": whole[:8192] + b"\xff" * 100 + whole[8292:],
                "foreign": b"not ours",
                "newer": whole[:60] + (99).to_bytes(4, "big") + whole[64:],
            }[state]
        )
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    for words in (("",), ("rounds", "use", ""), ("restore", ""), ("answer", "")):
        offered.zsh(*words)
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == before
    assert data_dir.exists() == (state != "none")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_is_given_its_script(stoette: CommandLine, shell: str) -> None:
    done = stoette(env={"_STOETTE_TUI_COMPLETE": f"{shell}_source"})
    assert (done.status, done.err) == (0, "")
    assert f"_STOETTE_TUI_COMPLETE={shell}_complete" in done.out
    assert "_stoette_tui_completion" in done.out
    if shell == "fish":  # so that names with a comma in them come whole
        assert "string split --max 1" in done.out


@pytest.mark.skipif(BASH is None, reason="there is no Bash")
@pytest.mark.parametrize(
    ("typed", "replies"),
    [
        (("ans",), ["answer"]),
        (("--lang", "=", "da", "ans"), ["answer"]),
        (("export", "--format", "=", "h"), ["html"]),
        (("export", "--format", "="), [*FORMATS]),
        (("rounds", "use", "Somm"), [r"Sommer\ 2027"]),
        (("rounds", "use", r"Sommer\ 2"), [r"Sommer\ 2027"]),
        (("rounds", "use", "'Somm"), ["Sommer 2027"]),
        (("rounds", "use", "$"), []),
        (("rounds", "use", "x"), [r"x\$\(touch\ it\)\;\ \'\"\\\*"]),
        (("rounds", "use", '"x'), []),
    ],
)
def test_bash_can_use_what_it_is_given(
    data_dir: Path, tmp_path: Path, typed: tuple[str, ...], replies: list[str]
) -> None:
    """Its own script is run, as Bash does when Tab is pressed, and what it offers read again."""
    assert BASH
    names = ["Sommer 2027", "x$(touch it); '\"\\*"]
    for name in names:
        Store(data_dir).new_round(name)
    script = """
        eval "$(_STOETTE_TUI_COMPLETE=bash_source "$0")"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _stoette_tui_completion "$0"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        [BASH, "-c", script, *SCRIPT, "stoette-tui", *typed],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == (replies or [""])
    quote = typed[-1][0] if typed[-1][0] in "'\"" else ""
    for reply in replies if "use" in typed else ():
        line = f"printf %s {quote}{reply}{quote}"
        assert subprocess.run([BASH, "-c", line], capture_output=True, text=True).stdout in names
