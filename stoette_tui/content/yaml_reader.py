"""Reads YAML to plain data, safely: no tags, no aliases, a bounded size and depth.

It builds the data from PyYAML's events, as no loader is safe enough: libyaml's composer recurses
without a limit and crashes on a deeply nested file, aliases expand exponentially, and all but one
value of a duplicate key are silently dropped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from stoette_tui.base.problems import Problem, ProblemError, reason_of
from stoette_tui.base.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_BYTES = 2 * 1024 * 1024
"""A hundred times the size of our largest file."""
MAX_DEPTH = 20
"""Levels of nesting."""
MAX_NUMBER_LENGTH = 100
"""Characters of a number or a date: parsing a sexagesimal number takes quadratic time."""
MAX_PROBLEMS = 2000
"""Problems of each kind reported per file: nobody reads more, and each line takes time."""

# PyYAML built without libyaml has only the pure Python parser: equivalent, but slower.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VALUE_EVENTS = (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
_TEXT_TAG = "tag:yaml.org,2002:str"


def read(file: Path) -> tuple[Any, list[Problem]]:
    """The data in a YAML file: dicts with text keys, lists, text and other scalars.

    Text is sanitized and stripped of whitespace. A problem for each duplicate key, whose first
    value counts, is returned too. Raises `ProblemError` if the file cannot be read, is not UTF-8 or
    not plain YAML.
    """
    try:
        with file.open("rb") as opened:
            encoded = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ProblemError.of("file_missing", str(file)) from None
    except OSError as error:
        raise ProblemError.of("file_unreadable", str(file), reason=reason_of(error)) from None
    if len(encoded) > MAX_BYTES:
        raise ProblemError.of("file_too_large", str(file), largest=f"{MAX_BYTES // 1024 // 1024}")
    try:
        text = encoded.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = encoded.count(b"\n", 0, error.start) + 1
        raise ProblemError.of("file_not_utf8", f"{file}:{line}") from None
    return _build(text, file)


def line_of(file: Path, path: Sequence[str | int]) -> int:
    """The line, from 1, of the value at the path, or of its nearest existing parent.

    Only for a file whose data `read` has returned: its depth is bounded, so composing it is safe.
    """
    node = _compose(file.read_text("utf-8-sig"))
    line = node.start_mark.line if node else 0
    for step in path:
        if isinstance(node, yaml.MappingNode):
            entry = next((pair for pair in node.value if pair[0].value == step), None)
            if entry is None:
                break
            key, node = entry
            line = key.start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            line = node.start_mark.line
    return int(line) + 1


@lru_cache(maxsize=1)
def _compose(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=_Loader)


def _build(text: str, file: Path) -> tuple[Any, list[Problem]]:
    loader = None
    try:
        loader = _Loader(text)
        builder = _Builder(loader, file)
        return builder.build(), builder.duplicates
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        if hasattr(yaml, "CSafeLoader"):  # libyaml counts bytes
            before = text.encode()[: error.position].decode(errors="replace")
        line = before.count("\n") + 1
        raise ProblemError.of("yaml_invalid_character", f"{file}:{line}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        if "maximum nesting" in (error.problem or ""):  # libyaml's own limit, if it has one
            raise ProblemError.of("yaml_too_deep", where, deepest=str(MAX_DEPTH)) from None
        raise ProblemError.of("yaml_syntax", where, reason=error.problem or "") from None
    finally:
        if loader:
            loader.dispose()


class _Builder:
    """Builds the value of the single document in a text."""

    def __init__(self, loader: yaml.SafeLoader, file: Path) -> None:
        self._loader = loader
        self._file = file
        self._events = self._checked_events()
        self.duplicates: list[Problem] = []

    def build(self) -> Any:
        """The value, `None` for an empty document. Raises `ProblemError` and `yaml.YAMLError`."""
        value = self._value(next(self._events, None))
        for _ in self._events:  # checks whatever follows the value, too
            pass
        return value

    def _checked_events(self) -> Iterator[yaml.Event]:
        """The events that make up values, each verified to be plain YAML."""
        documents = depth = 0
        while self._loader.check_event():
            event = self._loader.get_event()  # type: ignore[no-untyped-call]
            if isinstance(event, yaml.AliasEvent):
                raise self._error("yaml_alias", event)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error("yaml_multiple_documents", event)
            elif isinstance(event, _VALUE_EVENTS):
                if getattr(event, "anchor", None) is not None:
                    raise self._error("yaml_alias", event)
                if (tag := getattr(event, "tag", None)) is not None:
                    raise self._error("yaml_invalid_value", event, value=sanitize(tag)[:60])
                if isinstance(event, yaml.CollectionStartEvent):
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise self._error("yaml_too_deep", event, deepest=str(MAX_DEPTH))
                elif isinstance(event, yaml.CollectionEndEvent):
                    depth -= 1
                yield event

    def _value(self, event: yaml.Event | None) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._value(item) for item in self._until_end()]
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping()
        return None

    def _mapping(self) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key in self._until_end():
            if not isinstance(key, yaml.ScalarEvent):
                raise self._error("yaml_key_not_text", key)
            value = self._value(next(self._events))
            if key.value not in mapping:
                mapping[key.value] = value
            elif len(self.duplicates) < MAX_PROBLEMS:
                error = self._error("yaml_duplicate_key", key, name=sanitize(key.value))
                self.duplicates.extend(error.problems)
        return mapping

    def _until_end(self) -> Iterator[yaml.Event]:
        """The events that begin each entry of the collection just begun."""
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
        if tag == _TEXT_TAG:
            return sanitize(event.value).strip()
        try:
            if len(event.value) > MAX_NUMBER_LENGTH:
                raise ValueError
            return self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, yaml.constructor.ConstructorError):
            raise self._error(
                "yaml_invalid_value", event, value=sanitize(event.value)[:60]
            ) from None

    def _error(self, code: str, event: yaml.Event, **details: str) -> ProblemError:
        line = event.start_mark.line + 1 if event.start_mark else 1
        return ProblemError.of(code, f"{self._file}:{line}", **details)
