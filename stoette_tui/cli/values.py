"""What arguments and options can be, and what a shell may complete them to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem
from msgspec import to_builtins

from stoette_tui.base.inert import one_line
from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stoette_tui.cli.session import Session


def named(texts: object) -> dict[str, str]:
    """Texts of `ui.yaml` by their names, as these are written on the command line."""
    return {name.replace("_", "-"): text for name, text in to_builtins(texts).items()}


class Place(click.ParamType[str]):
    """A path; `kind` is what a shell completes it to, `file` or `dir`."""

    def __init__(self, kind: str) -> None:
        self.name = kind

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The path as given. Raises `ProblemError` where an option took the next one for it."""
        if isinstance(param, click.Option) and value.startswith("-") and value != "-":
            raise ProblemError.of("option_value", option=param.opts[-1])
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Leaves it to the shell."""
        return [CompletionItem(incomplete, type=self.name)]


class Suggested(click.ParamType[str]):
    """A word that the command looks up itself; `known` has those there are, and what each is."""

    def __init__(self, name: str, known: Callable[[Session], Mapping[str, str]]) -> None:
        self.name = name
        self.known = known

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """Those that begin so, in whatever case; none that could steer a terminal."""
        return [
            CompletionItem(word, help=one_line(text) or None)
            for word, text in self.known(ctx.obj).items()
            if word.casefold().startswith(incomplete.casefold()) and word == one_line(word)
        ]


class Choice(Suggested):
    """One of the words there are, and no other."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word as given. Raises `ProblemError`: the code `<name>_unknown`."""
        assert ctx
        known = self.known(ctx.obj)
        if value not in known:
            details: dict[str, Any] = {self.name: value, f"{self.name}s": ", ".join(known)}
            raise ProblemError.of(f"{self.name}_unknown", **details)
        return value
