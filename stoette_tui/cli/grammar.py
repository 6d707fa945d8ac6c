"""How the command line is read and explained: by Click, in the words of `ui.yaml`.

Every command takes the common options, before or after its name. What Click finds wrong becomes a
problem like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from stoette_tui import __version__
from stoette_tui.base.inert import one_line
from stoette_tui.base.letters import writable
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.printing import print_text, width
from stoette_tui.cli.values import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from click.shell_completion import CompletionItem

    from stoette_tui.cli.session import Session
    from stoette_tui.content.ui_sections import CommandLineTexts

PROGRAM: Final = "stoette-tui"
_HELP: Final = "stoette_tui.help"
"""Stands in Click's `meta`, which a command shares with its groups, when help is asked for."""


def _setting(name: str, kind: click.ParamType[str] = click.STRING) -> click.Option:
    """Known before the rest is read, in whatever order they stand, as that is looked up by it."""

    def keep(context: click.Context, option: click.Parameter, value: str | None) -> None:
        if value:
            context.obj.settings[option.name] = value

    return click.Option([name], type=kind, callback=keep, is_eager=True, expose_value=False)


def _tell_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        print_text(__version__)
        context.exit()


def _ask_for_help(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        context.meta[_HELP] = True
        context.resilient_parsing = True  # what is not carried out need not be complete


def _flag(*names: str, do: Callable[[click.Context, click.Parameter, bool], None]) -> click.Option:
    return click.Option(names, is_flag=True, callback=do, is_eager=True, expose_value=False)


COMMON: Final = (
    *(_setting("--content", Place("dir")), _setting("--data-dir", Place("dir"))),
    *(_setting("--lang"), _setting("--theme")),
    *(_flag("--version", do=_tell_version), _flag("-h", "--help", do=_ask_for_help)),
)
"""The options that every command takes."""


class Command(click.Command):
    """A command with the common options and with help in our words."""

    allow_extra_args = True  # which are refused in our words

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """All parameters, its own first."""
        return [*self.params, *COMMON]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments; what is left of them. Prints help and ends, if asked for.

        Raises `click.UsageError` and `ProblemError`.
        """
        ctx.resilient_parsing = ctx.resilient_parsing or _HELP in ctx.meta
        try:
            left = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if left and isinstance(self, click.Group):
            return left  # its commands know what to do
        if _HELP in ctx.meta:
            print_text(self.get_help(ctx))
            ctx.exit()
        if left and not ctx.resilient_parsing:
            raise ProblemError.of("argument_unknown", argument=left[0])
        return left

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the help: usage, what the command does, and what can be given to it."""
        words: CommandLineTexts = writable(ctx.obj.ui).command_line
        path, values = _path(ctx), words.values
        own = [_shape(words, each) for each in self.params]
        if isinstance(self, click.Group):
            own.insert(0, f"[{values['command']}]")
        usage = writable(" ".join([*own, f"[{values['option']} …]"]))
        formatter.write_usage(ctx.command_path, usage, prefix=f"{words.usage}: ")
        formatter.write_paragraph()
        formatter.write_text(_about(words, path) if path else words.description)
        below = [(f"{PROGRAM} {each}", _about(words, each)) for each in _paths_below(self, path)]
        if below and not path:
            below.insert(0, (PROGRAM, words.commands["open"]))
        arguments = [each for each in self.params if isinstance(each, click.Argument)]
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        tables = (
            (words.commands_title, below),
            (words.arguments_title, _rows(words, arguments)),
            (words.options_title, _rows(words, options)),
        )
        for title, rows in tables:
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=min(formatter.width // 2 - 4, 30))
        formatter.write_paragraph()
        formatter.write_text(words.environment)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The options that may come next, each with what it does."""
        return _explained(self, ctx, super().shell_complete(ctx, incomplete))


class Group(click.Group, Command):
    """Commands below one name, which by itself is a command too."""

    command_class = Command
    group_class = type

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command of that name. Raises `ProblemError` that names those there are."""
        if found := super().get_command(ctx, cmd_name):
            return found
        path = _path(ctx)
        known = ", ".join(_paths_below(self, path))
        raise ProblemError.of(
            "command_unknown", command=f"{path} {cmd_name}".strip(), commands=known
        )

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The commands and options that may come next, each with what it does."""
        return _explained(self, ctx, super().shell_complete(ctx, incomplete))


def run(program: Group, session: Session, given: Sequence[str]) -> int:
    """Carries out what is given and returns its exit status. Raises `ProblemError`."""
    try:
        context = program.make_context(PROGRAM, list(given), obj=session, terminal_width=width())
        with context:
            return int(program.invoke(context))
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        raise _in_our_words(error, given) from None


def _in_our_words(error: click.UsageError, given: Sequence[str]) -> ProblemError:
    if isinstance(error, click.MissingParameter) and error.param and error.ctx:
        command = _path(error.ctx)
        if isinstance(error.param, click.Option):
            return ProblemError.of("option_missing", option=error.param.opts[-1], command=command)
        name = _name(error.param)
        return ProblemError.of("argument_missing", parameter=name, command=command)
    option = str(getattr(error, "option_name", ""))
    if isinstance(error, click.BadOptionUsage) and given[-1] == option:  # where a value should be
        known = error.ctx.command.get_params(error.ctx) if error.ctx else ()
        long = next((each.opts[-1] for each in known if option in each.opts), option)
        return ProblemError.of("option_value", option=long)
    word = next((word for word in given if word.startswith(f"{option}=")), option)
    return ProblemError.of("argument_unknown", argument=word)


def _explained(
    command: Command, context: click.Context, offered: list[CompletionItem[str]]
) -> list[CompletionItem[str]]:
    words, path = writable(context.obj.ui).command_line, _path(context)
    options = {name: each for each in command.get_params(context) for name in each.opts}
    for each in offered:
        if option := options.get(each.value):
            each.help = one_line(words.options[_name(option)])
        else:
            each.help = one_line(_about(words, f"{path} {each.value}".strip()))
    return offered


def _path(context: click.Context) -> str:
    """The command's name, without the program's: `rounds new`."""
    return " ".join(context.command_path.split()[1:])


def _paths_below(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            below = f"{path} {name}".strip()
            yield below
            yield from _paths_below(each, below)


def _name(parameter: click.Parameter) -> str:
    """What `ui.yaml` calls it. One that Python has a use for itself ends in `_` there alone."""
    return (parameter.name or "").rstrip("_")


def _about(words: CommandLineTexts, path: str) -> str:
    return words.commands[path.replace(" ", "_")]


def _value(words: CommandLineTexts, parameter: click.Parameter) -> str:
    """What stands for its value in help; nothing for a flag."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return ""
    return words.values[_name(parameter)]


def _shape(words: CommandLineTexts, parameter: click.Parameter) -> str:
    option = parameter.opts[0] if isinstance(parameter, click.Option) else ""
    shape = f"{option} {_value(words, parameter)}".strip()
    return shape if parameter.required else f"[{shape}]"


def _rows(words: CommandLineTexts, parameters: Iterable[click.Parameter]) -> list[tuple[str, str]]:
    rows = []
    for each in parameters:
        names = ", ".join(each.opts) if isinstance(each, click.Option) else ""
        named = f"{names} {_value(words, each)}".strip()
        rows.append((named, words.options[_name(each)]))
    return rows
