"""The types of arguments and options, with their validation and completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem
from msgspec import to_builtins

from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stoette_tui.cli.session import Session


def by_cli_name(texts: object) -> dict[str, str]:
    """Texts of `ui.yaml` by field name, with hyphens as on the command line."""
    return {name.replace("_", "-"): text for name, text in to_builtins(texts).items()}


class TextType(click.ParamType[str]):
    """Any text, except that another option is not accepted as an option's value."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text unchanged. Code: `option_value_missing`, if another option follows instead."""
        if isinstance(param, click.Option) and ctx and self.is_option(value, ctx):
            option = param.opts[-1]
            raise ProblemError.of("option_value_missing", option=option, command=ctx.command_path)
        return value

    def is_option(self, value: str, ctx: click.Context) -> bool:
        return value.startswith("-") and value != "-"


class ValueType(TextType):
    """Any text, which may begin with hyphens, unless it is another option of the command."""

    def is_option(self, value: str, ctx: click.Context) -> bool:
        options = (name for each in ctx.command.get_params(ctx) for name in each.opts)
        return value.partition("=")[0] in options


class PathType(TextType):
    """A path as text; `name` is `file` or `dir`, which the shell completes it to."""

    def __init__(self, name: str) -> None:
        self.name = name

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        return [CompletionItem(incomplete, type=self.name)]


class SuggestedType(click.ParamType[str]):
    """A word that the command validates itself; `known` returns the completions with their help."""

    def __init__(self, name: str, known: Callable[[Session], Mapping[str, str]]) -> None:
        self.name = name
        self.known = known

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        """The words with that prefix, ignoring case, without control characters."""
        return [
            CompletionItem(word, help=sanitize_line(text) or None)
            for word, text in self.known(ctx.obj).items()
            if word.casefold().startswith(incomplete.casefold()) and word == sanitize_line(word)
        ]


class ChoiceType(SuggestedType):
    """One of the words that `known` returns."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word unchanged.

        Codes: `item_unknown`, `answer_unknown`, `format_unknown`, `topic_unknown`.
        """
        assert ctx
        known = self.known(ctx.obj)
        if value not in known:
            details: dict[str, Any] = {self.name: value, f"{self.name}s": ", ".join(known)}
            raise ProblemError.of(f"{self.name}_unknown", **details)
        return value
