"""What the command line accepts, declared once: parsing and help are both made from it."""

from __future__ import annotations

import textwrap
from keyword import iskeyword
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
    """`--name VALUE`, or, without `value`, a flag. `name` is a field of `CommandLineOptions`.

    `short` is the letter it can also be written with.
    """

    name: str
    value: str = ""
    short: str = ""
    required: bool = False

    @property
    def flag(self) -> str:
        """The option as it is written."""
        return "--" + self.name.replace("_", "-")

    @property
    def flags(self) -> list[str]:
        """All ways to write it."""
        return [f"-{self.short}", self.flag] if self.short else [self.flag]


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
    Option("help", short="h"),
)
"""The options that every command takes, before or after its name."""

_ROUND = Argument("round", "NAME", True)
_NEW_NAME = Argument("new_name", "NEW", True)

COMMANDS = {
    "show": Command((Argument("topic", "TOPIC"),)),
    "status": Command(options=(Option("json"),)),
    "answer": Command((Argument("item", "ITEM", True), Argument("answer", "ANSWER", True))),
    "rounds": Command(),
    "rounds new": Command((_ROUND,), (Option("carry"),)),
    "rounds use": Command((_ROUND,)),
    "rounds rename": Command((_ROUND, _NEW_NAME)),
    "rounds archive": Command((_ROUND,)),
    "rounds unarchive": Command((_ROUND,)),
    "export": Command(
        options=(Option("format", "FORMAT", required=True), Option("output", "FILE", "o"))
    ),
    "import": Command((Argument("file", "FILE", True),)),
    "restore": Command((Argument("date", "DATE"),)),
    "check": Command((Argument("directory", "DIR"),)),
    "paths": Command(),
    "erase": Command(options=(Option("yes"),)),
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
    words = list(rest)
    name = _take_name(words)
    command = COMMANDS.get(name, Command())
    found, unknown = _parse(words, command.arguments, command.options)
    if unknown:
        raise ProblemError.of("argument_unknown", argument=unknown[0])
    for argument in command.arguments:
        if complete and argument.required and found[argument.name] is None:
            raise ProblemError.of("argument_missing", argument=argument.value, command=name)
    for option in command.options:
        if complete and option.required and not found[option.name]:
            raise ProblemError.of("option_missing", option=option.flag, command=name)
    return name, found


def _take_name(words: list[str]) -> str:
    """The command's name, one word or two, which are taken out of the words."""
    name = ""
    for word in [word for word in words if not word.startswith("-")]:
        longer = f"{name} {word}" if name else word
        if longer not in COMMANDS:
            known = _commands_below(name)
            if known:
                raise ProblemError.of("command_unknown", command=longer, commands=", ".join(known))
            break
        name = longer
        words.remove(word)
    return name


def _commands_below(name: str) -> list[str]:
    """The commands whose names go on from this one; all of them where it is empty."""
    return [each for each in COMMANDS if each.startswith(f"{name} " if name else "")]


def _parse(
    given: Sequence[str], arguments: Sequence[Argument], options: Sequence[Option]
) -> tuple[dict[str, Any], list[str]]:
    """What the words say of these arguments and options, and the words that are none of them.

    By hand, as argparse takes as long to import as all the rest of this takes to run.
    """
    flags = {flag: option for option in options for flag in option.flags}
    found: dict[str, Any] = {option.name: None if option.value else False for option in options}
    found |= dict.fromkeys(argument.name for argument in arguments)
    free = [argument.name for argument in arguments]
    unknown: list[str] = []
    words = iter(given)
    for word in words:
        flag, value = _split(word)
        option = flags.get(flag)
        if word == "--" and not arguments:  # left to whoever knows what may follow it
            unknown += [word, *words]
        elif word == "--":
            taken = list(words)
            found |= zip(free, taken, strict=False)
            unknown += taken[len(free) :]
        elif option is None and free and (word == "-" or not word.startswith("-")):
            found[free.pop(0)] = word
        elif option is None:
            unknown.append(word)
        elif not option.value:
            if value is not None:
                raise ProblemError.of("argument_unknown", argument=word)
            found[option.name] = True
        else:
            if value is None:
                value = next(words, None)
                if value is None or (value.startswith("-") and value != "-"):
                    raise ProblemError.of("option_value", option=option.flag)
            found[option.name] = value
    return found, unknown


def _split(word: str) -> tuple[str, str | None]:
    """An option and the value that is written in one with it: `--name=VALUE` or `-nVALUE`."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        return flag, value if equals else None
    return (word[:2], word[2:] or None) if word.startswith("-") else (word, None)


def help_text(ui: UiText, command: str, width: int) -> str:
    """The help of the whole program, or of one command, wrapped at `width` characters."""
    words = ui.command_line
    shape = COMMANDS.get(command, Command())
    parts = [name if required else f"[{name}]" for name, required in _shapes(shape)]
    usage = [PROGRAM, command or "[COMMAND]", *parts, "[OPTION …]"]
    lines = [f"{words.usage}: {' '.join(filter(None, usage))}", ""]
    about = _about(ui, command) if command else words.description
    lines += [*textwrap.wrap(about, width), ""]
    if below := _commands_below(command):
        told = {} if command else {PROGRAM: words.commands.open}
        told |= {f"{PROGRAM} {name}": _about(ui, name) for name in below}
        lines += _table(words.commands_title, told, width)
    if shape.arguments:
        told = {each.value: getattr(words.options, each.name) for each in shape.arguments}
        lines += _table(words.arguments_title, told, width)
    options = {
        f"{', '.join(each.flags)} {each.value}": getattr(words.options, each.name)
        for each in (*shape.options, *COMMON)
    }
    lines += _table(words.options_title, options, width)
    return "\n".join([*lines, *textwrap.wrap(words.environment, width)])


def _shapes(command: Command) -> list[tuple[str, bool]]:
    arguments = [(each.value, each.required) for each in command.arguments]
    return arguments + [
        (f"{each.flags[0]} {each.value}".strip(), each.required) for each in command.options
    ]


def _about(ui: UiText, command: str) -> str:
    """What a command does. The words for one that Python has a use for itself end in `_`."""
    field = command.replace(" ", "_")
    return str(getattr(ui.command_line.commands, f"{field}_" if iskeyword(field) else field))


def _table(title: str, rows: Mapping[str, str], width: int) -> list[str]:
    column = max(map(len, rows)) + 4
    lines = [f"{title}:"]
    for name, text in rows.items():
        wrapped = textwrap.wrap(text, max(width - column, 20))
        lines.append(f"  {name:<{column - 2}}{wrapped[0]}")
        lines += [" " * column + line for line in wrapped[1:]]
    return [*lines, ""]
