"""What the command line accepts, declared once: parsing and help are both made from it."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from stoette_tui.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoette_tui.ui_text import UiText

PROGRAM = "stoette-tui"
"""The command's name."""


class Option(Struct, frozen=True):
    """`--name VALUE`, or, without `value`, a flag. `name` is a field of `CommandLineOptions`."""

    name: str
    value: str = ""

    @property
    def flag(self) -> str:
        """The option as it is written."""
        return "--" + self.name.replace("_", "-")


class Argument(Struct, frozen=True):
    """An argument by its place; `name` is a field of `CommandLineOptions`."""

    name: str
    value: str
    required: bool = False


class Command(Struct, frozen=True):
    """What may come after a command's name."""

    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()


COMMON = (
    Option("content", "DIR"),
    Option("data_dir", "DIR"),
    Option("lang", "CODE"),
    Option("theme", "NAME"),
    Option("version"),
    Option("help"),
)
"""The options that every command takes, before or after its name."""

COMMANDS = {
    "show": Command((Argument("topic", "TOPIC"),)),
    "status": Command(options=(Option("json"),)),
    "answer": Command((Argument("item", "ITEM", True), Argument("answer", "ANSWER", True))),
    "check": Command((Argument("directory", "DIR"),)),
    "paths": Command(),
}
"""The commands by name; without one, the app is opened. `command_line.commands` has their words."""


class Common(Struct, frozen=True):
    """The options every command takes, from the command line, else from the environment."""

    content: Path | None
    data_dir: Path | None
    lang: str
    theme: str
    version: bool
    help: bool


def parse_common(given: Sequence[str], environment: Mapping[str, str]) -> tuple[Common, list[str]]:
    """The common options, and what was given besides them. Raises `ProblemError`."""
    found, rest = _parse(given, (), COMMON)

    def setting(name: str) -> str:
        return found[name] or environment.get(f"STOETTE_TUI_{name.upper()}") or ""

    content, data_dir = setting("content"), setting("data_dir")
    common = Common(
        content=Path(content) if content else None,
        data_dir=Path(data_dir) if data_dir else None,
        lang=setting("lang") or "da",
        theme=setting("theme"),
        version=found["version"],
        help=found["help"],
    )
    return common, rest


def parse_command(rest: Sequence[str], complete: bool = True) -> tuple[str, dict[str, Any]]:
    """The command, empty for none, and its arguments and options. Raises `ProblemError`.

    For help it need not be complete.
    """
    name = next((word for word in rest if not word.startswith("-")), "")
    if name and name not in COMMANDS:
        raise ProblemError.of("command_unknown", command=name, commands=", ".join(COMMANDS))
    command = COMMANDS.get(name, Command())
    words = list(rest)
    if name:
        words.remove(name)
    found, unknown = _parse(words, command.arguments, command.options)
    if unknown:
        raise ProblemError.of("argument_unknown", argument=unknown[0])
    for argument in command.arguments:
        if complete and argument.required and found[argument.name] is None:
            raise ProblemError.of("argument_missing", argument=argument.value, command=name)
    return name, found


def _parse(
    given: Sequence[str], arguments: Sequence[Argument], options: Sequence[Option]
) -> tuple[dict[str, Any], list[str]]:
    """By argparse, but told in our words: whatever argparse would end with is left to us."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False, allow_abbrev=False)
    for argument in arguments:
        parser.add_argument(argument.name, nargs="?")
    for option in options:
        flags = ["-h", option.flag] if option.name == "help" else [option.flag]
        action = "store" if option.value else "store_true"
        parser.add_argument(*flags, dest=option.name, action=action)
    try:
        found, rest = parser.parse_known_args(given)
    except argparse.ArgumentError as error:
        name = error.argument_name or ""
        if any(option.flag == name and option.value for option in options):
            raise ProblemError.of("option_value", option=name) from None
        unasked = next((word for word in given if word.startswith(f"{name}=")), name)
        raise ProblemError.of("argument_unknown", argument=unasked) from None
    return vars(found), rest


def help_text(ui: UiText, command: str, width: int) -> str:
    """The help of the whole program, or of one command, wrapped at `width` characters."""
    words = ui.command_line
    shape = COMMANDS.get(command, Command())
    parts = [name if required else f"[{name}]" for name, required in _shapes(shape)]
    usage = [PROGRAM, command or "[COMMAND]", *parts, "[OPTION …]"]
    lines = [f"{words.usage}: {' '.join(filter(None, usage))}", ""]
    about = getattr(words.commands, command) if command else words.description
    lines += [*textwrap.wrap(about, width), ""]
    if not command:
        told = {PROGRAM: words.commands.open}
        told |= {f"{PROGRAM} {name}": getattr(words.commands, name) for name in COMMANDS}
        lines += _table(words.commands_title, told, width)
    if shape.arguments:
        told = {each.value: getattr(words.options, each.name) for each in shape.arguments}
        lines += _table(words.arguments_title, told, width)
    options = {
        f"{each.flag} {each.value}": getattr(words.options, each.name)
        for each in (*shape.options, *COMMON)
    }
    lines += _table(words.options_title, options, width)
    return "\n".join([*lines, *textwrap.wrap(words.environment, width)])


def _shapes(command: Command) -> list[tuple[str, bool]]:
    arguments = [(each.value, each.required) for each in command.arguments]
    return arguments + [(f"{each.flag} {each.value}".strip(), False) for each in command.options]


def _table(title: str, rows: Mapping[str, str], width: int) -> list[str]:
    column = max(map(len, rows)) + 4
    lines = [f"{title}:"]
    for name, text in rows.items():
        wrapped = textwrap.wrap(text, max(width - column, 20))
        lines.append(f"  {name:<{column - 2}}{wrapped[0]}")
        lines += [" " * column + line for line in wrapped[1:]]
    return [*lines, ""]
