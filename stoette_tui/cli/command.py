"""Click commands and groups with common options, and with texts from `ui.yaml`.

Every command takes the common options before or after its name. Click's usage errors are reported
as ordinary problems.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from click.core import augment_usage_errors

from stoette_tui import __version__
from stoette_tui.base.encoding import transliterate
from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.cli.parameters import PathType, TextType
from stoette_tui.cli.printing import print_line, print_text, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.shell_completion import CompletionItem

    from stoette_tui.cli.session import Session
    from stoette_tui.content.ui_command_line import CommandLineTexts

PROGRAM: Final = "stoette-tui"
_HELP: Final = "stoette_tui.help"
"""The key for a help request in Click's `meta`, which a command shares with its groups."""


def _store_setting(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value:
        context.obj.settings[option.name] = value


def _print_version(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        print_line(__version__)
        context.exit()


def _request_help(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        context.meta[_HELP] = True
        context.resilient_parsing = True  # arguments may be missing


def _common(*names: str, callback: Callable[..., None], **attributes: Any) -> click.Option:
    """A common option; eager, as other parameters are validated against the content it chooses."""
    return click.Option(names, callback=callback, is_eager=True, expose_value=False, **attributes)


COMMON: Final = (
    _common("--content", type=PathType("dir"), callback=_store_setting),
    _common("--data-dir", type=PathType("dir"), callback=_store_setting),
    _common("--lang", type=TextType(), callback=_store_setting),
    _common("--theme", type=TextType(), callback=_store_setting),
    _common("--version", is_flag=True, callback=_print_version),
    _common("-h", "--help", is_flag=True, callback=_request_help),
)
"""The options that every command takes."""


class Command(click.Command):
    """A command with the common options and with help from `ui.yaml`."""

    allow_extra_args = True  # rejected below as a problem

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """All parameters, with the common options last."""
        return [*self.params, *COMMON]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the arguments and returns the rest; prints help and exits if requested.

        Raises `click.UsageError` and `ProblemError`.
        """
        ctx.resilient_parsing = ctx.resilient_parsing or _HELP in ctx.meta
        with augment_usage_errors(ctx):
            rest = super().parse_args(ctx, args)
        if rest and isinstance(self, click.Group):
            return rest  # for the subcommand
        if _HELP in ctx.meta:
            print_text(self.get_help(ctx))
            ctx.exit()
        if rest and not ctx.resilient_parsing:
            raise ProblemError.of("argument_unknown", argument=rest[0], command=ctx.command_path)
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        texts: CommandLineTexts = transliterate(ctx.obj.ui).command_line
        explained = explain(self, ctx, texts)
        formatter.write_usage(
            ctx.command_path, transliterate(explained.usage), prefix=f"{texts.usage}: "
        )
        formatter.write_paragraph()
        formatter.write_text(explained.description)
        for title, rows in explained.tables:
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=min(formatter.width // 2 - 4, 30))
        formatter.write_paragraph()
        formatter.write_text(texts.environment)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        return _described(self, ctx, super().shell_complete(ctx, incomplete))


class Group(click.Group, Command):
    command_class = Command

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The subcommand of that name. Code: `command_unknown` (details `command`, `commands`)."""
        if found := super().get_command(ctx, cmd_name):
            return found
        name = _name_of(ctx)
        known = ", ".join(_subcommands(self, name))
        raise ProblemError.of("command_unknown", command=_join(name, cmd_name), commands=known)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        return _described(self, ctx, super().shell_complete(ctx, incomplete))


class Explanation(NamedTuple):
    """The help of a command; `tables` maps titles to rows of terms and their meanings."""

    usage: str
    description: str
    tables: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def explain(command: click.Command, context: click.Context, texts: CommandLineTexts) -> Explanation:
    """The help of a command, for `--help` and for the manual."""
    name, own = _name_of(context), []
    for each in command.params:
        spelled = _spelled(each, texts, most=1)
        own.append(spelled if each.required else f"[{spelled}]")
    if isinstance(command, click.Group):
        own.insert(0, f"[{texts.values['command']}]")
    commands = [
        (f"{PROGRAM} {each}", _description(texts, each)) for each in _subcommands(command, name)
    ]
    if not name:
        commands.insert(0, (PROGRAM, texts.commands["open"]))

    def rows(kind: type[click.Parameter]) -> list[tuple[str, str]]:
        found = [each for each in command.get_params(context) if isinstance(each, kind)]
        return [(_spelled(each, texts), texts.options[_field(each)]) for each in found]

    return Explanation(
        " ".join([*own, f"[{texts.values['option']} …]"]),
        _description(texts, name) if name else texts.description,
        (
            (texts.commands_title, commands),
            (texts.arguments_title, rows(click.Argument)),
            (texts.options_title, rows(click.Option)),
        ),
    )


def run(program: Group, session: Session, arguments: Sequence[str]) -> int:
    """Runs the program and returns its exit status. Raises `ProblemError`."""
    for option, value in pairwise((*arguments, "")):  # also for errors before the option
        if option == "--lang" and value[:1] not in ("", "-"):
            session.settings["lang"] = value
    try:
        context = program.make_context(
            PROGRAM, list(arguments), obj=session, terminal_width=width()
        )
        with context:
            return int(program.invoke(context) or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.UsageError as error:
        raise _to_problem(error, arguments) from None


def _to_problem(error: click.UsageError, arguments: Sequence[str]) -> ProblemError:
    command = error.ctx.command_path if error.ctx else PROGRAM
    if isinstance(error, click.MissingParameter) and error.param:
        if isinstance(error.param, click.Option):
            return ProblemError.of("option_missing", option=error.param.opts[-1], command=command)
        name = _field(error.param)
        return ProblemError.of("argument_missing", parameter=name, command=command)
    option = str(getattr(error, "option_name", ""))
    if isinstance(error, click.BadOptionUsage) and arguments[-1] == option:  # a value is missing
        known = error.ctx.command.get_params(error.ctx) if error.ctx else ()
        long = next((each.opts[-1] for each in known if option in each.opts), option)
        return ProblemError.of("option_value_missing", option=long, command=command)
    word = next((word for word in arguments if word.startswith(f"{option}=")), option)
    return ProblemError.of("argument_unknown", argument=word, command=command)


def _described(
    command: Command, context: click.Context, items: list[CompletionItem[str]]
) -> list[CompletionItem[str]]:
    """The completions of options and subcommands, with their descriptions as help."""
    texts, name = transliterate(context.obj.ui).command_line, _name_of(context)
    options = {name: each for each in command.get_params(context) for name in each.opts}
    for item in items:
        if option := options.get(item.value):
            item.help = sanitize_line(texts.options[_field(option)])
        else:
            item.help = sanitize_line(_description(texts, _join(name, item.value)))
    return items


def _name_of(context: click.Context) -> str:
    """The full name of the command, such as `rounds new`; empty for the program itself."""
    return " ".join(context.command_path.split()[1:])


def _subcommands(command: click.Command, name: str) -> Iterator[str]:
    """The full names of the commands nested below `name`, at any depth."""
    if isinstance(command, click.Group):
        for each, subcommand in command.commands.items():
            yield _join(name, each)
            yield from _subcommands(subcommand, _join(name, each))


def _join(*words: str) -> str:
    return " ".join(filter(None, words))


def _field(parameter: click.Parameter) -> str:
    """The parameter's field in `ui.yaml`: its name, without a trailing `_`."""
    return (parameter.name or "").rstrip("_")


def _description(texts: CommandLineTexts, name: str) -> str:
    return texts.commands[name.replace(" ", "_")]


def _spelled(parameter: click.Parameter, texts: CommandLineTexts, most: int | None = None) -> str:
    """At most `most` names of an option, and its metavar if it takes a value."""
    if isinstance(parameter, click.Argument):
        return texts.values[_field(parameter)]
    names = ", ".join(parameter.opts[:most])
    is_flag = isinstance(parameter, click.Option) and parameter.is_flag
    return names if is_flag else f"{names} {texts.values[_field(parameter)]}"
