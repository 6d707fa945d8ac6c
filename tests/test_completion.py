"""Shell completion, requested through the environment as the shells do."""

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


class Completer:
    """Requests completions as the scripts of the three shells do."""

    def __init__(self, stoette: CommandLine) -> None:
        self.stoette = stoette

    def ask(self, shell: str, *words: str) -> str:
        """The output for a command line whose last word is unfinished."""
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
        """The completions without descriptions."""
        return set(self.zsh(*words))

    def all(self, *words: str) -> set[str]:
        """The completions, which must be the same for all three shells."""
        completions = set(self.zsh(*words))
        bash = {line.removeprefix("plain,") for line in self.ask("bash", *words).split("\n")}
        fish = {
            line.removeprefix("plain,").partition("\t")[0]
            for line in self.ask("fish", *words).splitlines()
        }
        assert {name.replace("\\\\", "") for name in bash} - {""} == completions
        assert fish - {""} == completions
        return completions


@pytest.fixture
def complete(stoette: CommandLine) -> Completer:
    return Completer(stoette)


def test_completes_commands_options_and_their_values(
    complete: Completer, stoette: CommandLine
) -> None:
    stoette("answer", "timing", "missing")
    items = {item.id for item in CHECKLIST.items}
    assert complete.all("") == COMMANDS
    assert complete("re") == {"restore"}
    assert complete("--lang", "da", "re") == {"restore"}
    assert complete("-") == COMMON
    assert complete("rounds", "") == {"new", "use", "rename", "archive", "unarchive"}
    assert complete("status", "--j") == {"--json"}
    assert complete("status", "--") == {"--json", *COMMON} - {"-h"}
    assert complete("answer", "") == items
    assert complete("answer", "a") == {item for item in items if item.startswith("a")}
    assert complete.all("answer", "timing", "") == ANSWERS
    assert complete("show", "") == {"fact-sheet", "guldkorn", "checklist", "links"}
    assert complete("export", "--format", "") == {*FORMATS}
    assert complete.all("export", "--format=h") == {"--format=html"}
    assert len(complete("restore", "")) == 1


def test_completes_names_of_rounds_ignoring_case(complete: Completer, stoette: CommandLine) -> None:
    for name in ("Vinter", "Team A, Nord", "Øst: uge 7"):
        assert stoette("rounds", "new", name).status == 0
    names = {"Vinter", "Team A, Nord", "Øst: uge 7"}
    assert complete.all("rounds", "use", "") == names
    for command in ("archive", "unarchive", "rename"):
        assert complete("rounds", command, "") == names
    assert complete("rounds", "use", "team") == {"Team A, Nord"}
    assert complete("rounds", "new", "") == set()


def test_zsh_gets_translated_descriptions(complete: Completer) -> None:
    words = UI.command_line
    assert complete.zsh("ex") == {"export": words.commands["export"]}
    assert complete.zsh("imp") == {"import": words.commands["import"]}
    assert complete.zsh("rounds", "re") == {"rename": words.commands["rounds_rename"]}
    assert complete.zsh("status", "--js") == {"--json": words.options["json"]}
    text = next(item.text for item in CHECKLIST.items if item.id == "timing")
    assert complete.zsh("answer", "timing") == {"timing": sanitize_line(text)}


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
def test_leaves_files_and_folders_to_the_shell(
    complete: Completer, words: tuple[str, ...], kind: str
) -> None:
    assert complete.ask("bash", *words) == f"{kind},f\n"


def test_omits_names_with_control_characters(complete: Completer, data_dir: Path) -> None:
    started = datetime(2027, 3, 1, tzinfo=UTC)
    for name in ("Sommer", "a\x1b[31mb", "c\nd", "e\tf", "g\u202eh"):
        Store(data_dir).import_rounds([Change(1, started, "r", "", "name", name, act=1)])
    assert complete.all("rounds", "use", "") == {"Sommer"}


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
def test_an_invalid_command_line_is_not_an_error(
    complete: Completer, shell: str, words: tuple[str, ...]
) -> None:
    complete.ask(shell, *words)


@pytest.mark.parametrize(
    "env",
    [
        *({}, {"COMP_WORDS": "stoette-tui"}, {"COMP_WORDS": "stoette-tui", "COMP_CWORD": "x"}),
        *({"COMP_WORDS": "", "COMP_CWORD": "0"}, {"COMP_WORDS": "stoette-tui", "COMP_CWORD": " "}),
    ],
    ids=str,
)
@pytest.mark.parametrize("instruction", ["bash_complete", "fish_complete", "bash_nonsense"])
def test_an_invalid_completion_request_is_not_an_error(
    stoette: CommandLine, env: dict[str, str], instruction: str, data_dir: Path
) -> None:
    done = stoette(env={"_STOETTE_TUI_COMPLETE": instruction, **env})
    assert (done.status in (0, 1), done.err) == (True, "")
    assert not data_dir.exists()


@pytest.mark.parametrize("kind", ["none", "sound", "damaged", "foreign", "newer"])
def test_completion_writes_nothing(complete: Completer, data_dir: Path, kind: str) -> None:
    if kind != "none":
        Store(data_dir).new_round("Sommer")
        file = data_dir / "progress.sqlite3"
        intact = file.read_bytes()
        file.write_bytes(
            {
                "sound": intact,
                "damaged": intact[:8192] + b"\xff" * 100 + intact[8292:],
                "foreign": b"not ours",
                "newer": intact[:60] + (99).to_bytes(4, "big") + intact[64:],
            }[kind]
        )
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    for words in (("",), ("rounds", "use", ""), ("restore", ""), ("answer", "")):
        complete.zsh(*words)
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == before
    assert data_dir.exists() == (kind != "none")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_its_completion_script(stoette: CommandLine, shell: str) -> None:
    done = stoette(env={"_STOETTE_TUI_COMPLETE": f"{shell}_source"})
    assert (done.status, done.err) == (0, "")
    assert f"_STOETTE_TUI_COMPLETE={shell}_complete" in done.out
    assert "_stoette_tui_completion" in done.out
    if shell == "fish":  # so that names with a comma are not split
        assert "string split --max 1" in done.out


@pytest.mark.skipif(BASH is None, reason="requires Bash")
@pytest.mark.parametrize(
    ("typed", "expected"),
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
def test_bash_completions_are_quoted(
    data_dir: Path, tmp_path: Path, typed: tuple[str, ...], expected: list[str]
) -> None:
    """Runs the script as Bash does when Tab is pressed, and has Bash read each completion."""
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
    assert done.stdout.splitlines() == (expected or [""])
    quote = typed[-1][0] if typed[-1][0] in "'\"" else ""
    for completion in expected if "use" in typed else ():
        line = f"printf %s {quote}{completion}{quote}"
        assert subprocess.run([BASH, "-c", line], capture_output=True, text=True).stdout in names
