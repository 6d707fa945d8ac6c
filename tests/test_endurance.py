"""Short runs of `python -m tests.endurance`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from conftest import CLONE
from endurance import fuzz

from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from pathlib import Path


def run_endurance(*arguments: str) -> dict[str, int]:
    """The counts that a successful run prints."""
    command = [sys.executable, "-m", "tests.endurance", *arguments]
    # Readline sets LINES and COLUMNS in the environment of a child, but not in `os.environ`.
    done = subprocess.run(
        command, cwd=CLONE, env=os.environ, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.partition("(")[0].rsplit(maxsplit=1) for line in done.stdout.splitlines()]
    return {name: int(float(figure)) for name, figure in lines}


def test_drawn_answers_survive_a_kill() -> None:
    counts = run_endurance("kill", "--times", "5")
    assert counts["kills"] == 5
    assert counts["answers that were drawn before the kill"] > 0
    assert counts["answers that were drawn and lost"] == 0


def test_hostile_input_is_accepted_or_refused() -> None:
    counts = run_endurance("--seed", "2", "fuzz", "--inputs", "200", "--quick")
    by_kind = {
        kind: counts.get(f"{kind} taken", 0) + counts.get(f"{kind} refused", 0)
        for kind in fuzz.KINDS
    }
    expected = 50 + len(fuzz.HUGE) - len(fuzz.SLOW)
    assert by_kind == {"content": expected, "import": expected, "date": 50, "name": 50}


@pytest.mark.parametrize("error", [ValueError("not said"), RecursionError("too deep")])
def test_fuzzing_reports_tracebacks_and_unclear_errors(
    error: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise error

    def refuse() -> None:
        raise ProblemError([])

    monkeypatch.setattr(fuzz, "attempts", lambda *_: [("x: 1", fail), ("x: 2", refuse)])
    assert fuzz.run(tmp_path, 2, 1, ()) == 1
    output = capsys.readouterr()
    assert "x: 1:\nTraceback" in output.err
    assert "x: 2: no clear line" in output.err
