"""Shell completion: Click's, extended to names with spaces and `--option=value`.

Reads the store without writing to it, and prints no errors.
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

from stoette_tui.cli.command import PROGRAM, Group

if TYPE_CHECKING:
    from stoette_tui.cli.session import Session

_SPECIAL: Final = re.compile(r"[^\w@%+=:,./-]")
"""A character that Bash may interpret."""


def complete(program: Group, session: Session, variable: str, instruction: str) -> int:
    """Prints what a shell requests, such as `bash_source`, and returns the exit status."""
    # An error message would end up in the line the user is typing.
    with contextlib.suppress(Exception):
        return shell_complete(program, {"obj": session}, PROGRAM, variable, instruction)
    return 1


class _Complete(ShellComplete):
    """Keeps an option within the word: `--format=h` becomes `--format=html`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        items = super().get_completions(args, incomplete)
        option, equals, _ = incomplete.partition("=")
        for item in items if equals and option.startswith("--") else ():
            item.value = f"{option}={item.value}"
        return items


@add_completion_class
class _Bash(_Complete, BashComplete):
    """Bash inserts a completion into the line verbatim, so it must be quoted."""

    def source(self) -> str:
        """The script, without Click's version check, which would start Bash every time."""
        return ShellComplete.source(self)

    def get_completion_args(self) -> tuple[list[str], str]:
        """The complete words, without each `=` that Bash splits off, and the incomplete one."""
        words, incomplete = super().get_completion_args()
        return [word for word in words if word != "="], incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """The completions; inside quotes, only those that need no further quoting."""
        items = super().get_completions(args, incomplete)
        if not self._is_quoted():
            return items
        return [item for item in items if not _SPECIAL.search(item.value.replace(" ", ""))]

    def format_completion(self, item: CompletionItem[str]) -> str:
        r"""The completion with special characters escaped, and each `\` again for the script."""
        if item.type == "plain" and not self._is_quoted():
            escaped = _SPECIAL.sub(r"\\\g<0>", item.value)
            return "plain," + escaped.replace("\\", r"\\")
        return super().format_completion(item)

    def _is_quoted(self) -> bool:
        """Whether the incomplete word starts with a quote; the script passes one word per line."""
        words, number = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
        return number < len(words) and words[number].startswith(("'", '"'))


@add_completion_class
class _Zsh(_Complete, ZshComplete):
    """Zsh quotes completions itself."""


@add_completion_class
class _Fish(_Complete, FishComplete):
    """Fish, with a script that preserves commas in a completion."""

    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )
