"""What a shell asks for when its user presses Tab: Click's completion, and names with spaces.

Nothing is written, and nothing is said where there is nothing to offer.
"""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Final

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    shell_complete,
)

from stoette_tui.cli.grammar import PROGRAM, Group

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session

_NOT_PLAIN: Final = re.compile(r"[^\w@%+=:,./-]")
"""What Bash may take for more than a letter."""


def complete(program: Group, session: Session, variable: str, asked: str) -> int:
    """Prints what a shell asked for in the variable, `bash_source` for one; the exit status."""
    # Whatever is wrong, it is not for the middle of a line that somebody is typing.
    with contextlib.suppress(Exception):
        return shell_complete(program, {"obj": session}, PROGRAM, variable, asked)
    return 1


class _Joined(ShellComplete):
    """Has an option in the same word stay there: `--format=h` becomes `--format=html`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """What may come next."""
        offered = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        for each in offered if equals and option.startswith("--") else ():
            each.value = f"{option}={each.value}"
        return offered


@add_completion_class
class _Bash(_Joined, BashComplete):
    """Bash takes what it is given as if it had been typed."""

    def source(self) -> str:
        """The script, without the question which Bash there is: it would be asked at each start."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before, without the `=` that Bash makes one of, and the one begun."""
        words, incomplete = super().get_completion_args()
        return [word for word in words if word != "="], incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """What may come next; within quotes only what needs no others."""
        offered = super().get_completions(args, incomplete)
        if not self._is_quoted():
            return offered
        return [each for each in offered if not _NOT_PLAIN.search(each.value.replace(" ", ""))]

    def format_completion(self, item: CompletionItem[str]) -> str:
        r"""Escaped as one would type it, and once more as the script reads `\` itself."""
        if item.type == "plain" and not self._is_quoted():
            typed = _NOT_PLAIN.sub(r"\\\g<0>", item.value)
            return "plain," + typed.replace("\\", r"\\")
        return super().format_completion(item)

    def _is_quoted(self) -> bool:
        """Whether the word begins with a quote; the script has the words on lines of their own."""
        words, number = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
        return number < len(words) and words[number].startswith(("'", '"'))


@add_completion_class
class _Zsh(_Joined, ZshComplete):
    """Zsh quotes by itself."""


@add_completion_class
class _Fish(_Joined, FishComplete):
    """Fish takes whole what follows the first comma."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )
