"""Short runs of what `python -m tests.endurance` does for long."""

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


def figures(*arguments: str) -> dict[str, int]:
    """What the command prints, after a look that nothing was amiss."""
    command = [sys.executable, "-m", "tests.endurance", *arguments]
    # Readline puts LINES and COLUMNS where a child finds them, and `os.environ` does not.
    done = subprocess.run(
        command, cwd=CLONE, env=os.environ, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.partition("(")[0].rsplit(maxsplit=1) for line in done.stdout.splitlines()]
    return {name: int(float(figure)) for name, figure in lines}


def test_answers_that_were_drawn_are_there_after_a_kill() -> None:
    found = figures("kill", "--times", "5")
    assert found["kills"] == 5
    assert found["answers that were drawn before the kill"] > 0
    assert found["answers that were drawn and lost"] == 0


def test_hostile_input_is_taken_or_refused() -> None:
    found = figures("--seed", "2", "fuzz", "--inputs", "200", "--quick")
    of_kind = {
        kind: found.get(f"{kind} taken", 0) + found.get(f"{kind} refused", 0) for kind in fuzz.KINDS
    }
    most = 50 + len(fuzz.HUGE) - len(fuzz.SLOW)
    assert of_kind == {"content": most, "import": most, "date": 50, "name": 50}


@pytest.mark.parametrize("amiss", [ValueError("not said"), RecursionError("too deep")])
def test_what_is_amiss_would_be_seen(
    amiss: Exception,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise amiss

    def refuse() -> None:
        raise ProblemError([])

    monkeypatch.setattr(fuzz, "attempts", lambda *_: [("x: 1", fail), ("x: 2", refuse)])
    assert fuzz.run(tmp_path, 2, 1, ()) == 1
    told = capsys.readouterr()
    assert "x: 1:\nTraceback" in told.err
    assert "x: 2: no clear line" in told.err
