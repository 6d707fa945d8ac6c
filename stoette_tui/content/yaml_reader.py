"""YAML text to plain data, safely: no tags, no aliases, a bounded size and depth.

It reads the parser's events rather than calling a loader: libyaml's own composer recurses without
a limit and ends the process on a deeply nested file, aliases multiply, and a key that stands twice
is silently dropped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LARGEST = 2 * 1024 * 1024
"""Bytes. A hundred times the longest file we ship; a file above it is no content."""
DEEPEST = 20
"""Levels of nesting."""
LONGEST_NUMBER = 100
"""Characters of a number or a date. YAML's numbers to the base of 60 take the square of it."""

# The pure-Python parser, where PyYAML was built without libyaml, reads the same, only slower.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VALUE_EVENTS = (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
_TEXT_TAG = "tag:yaml.org,2002:str"


def read(file: Path) -> Any:
    """The data in a YAML file: dicts with text keys, lists, text, and what other scalars mean.

    Text comes sanitized and without white space at its ends. Raises `ProblemError` for a file that
    cannot be read, is not UTF-8, or is not the plain YAML described above.
    """
    try:
        with file.open("rb") as opened:
            encoded = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise ProblemError.of("file_missing", str(file)) from None
    except OSError as error:
        raise ProblemError.of(
            "file_unreadable", str(file), reason=error.strerror or str(error)
        ) from None
    if len(encoded) > LARGEST:
        raise ProblemError.of("file_too_large", str(file), largest=f"{LARGEST // 1024 // 1024}")
    try:
        text = encoded.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = encoded.count(b"\n", 0, error.start) + 1
        raise ProblemError.of("file_not_utf8", f"{file}:{line}") from None
    return _build(text, file)


def line_of(file: Path, path: Sequence[str | int]) -> int:
    """The line (from 1) where the value at the path begins, or the nearest thing around it.

    For a file that `read` has accepted, so its depth is bounded and composing it is safe.
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


def _build(text: str, file: Path) -> Any:
    loader = None
    try:
        loader = _Loader(text)
        events = _events(loader, file)
        value = _value(next(events, None), events, loader, file)
        for _ in events:  # what follows the value is looked at too
            pass
        return value
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        if hasattr(yaml, "CSafeLoader"):  # libyaml counts bytes
            before = text.encode()[: error.position].decode(errors="replace")
        line = before.count("\n") + 1
        raise ProblemError.of("yaml_invalid_character", f"{file}:{line}") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        if "maximum nesting" in (error.problem or ""):  # libyaml has a limit of its own
            raise ProblemError.of("yaml_too_deep", where, deepest=str(DEEPEST)) from None
        raise ProblemError.of("yaml_syntax", where, reason=error.problem or "") from None
    finally:
        if loader:
            loader.dispose()


def _events(loader: yaml.SafeLoader, file: Path) -> Iterator[yaml.Event]:
    """The events of the one document there should be; what is not plain is refused."""
    documents = depth = 0
    while loader.check_event():
        event = loader.get_event()  # type: ignore[no-untyped-call]
        if isinstance(event, _VALUE_EVENTS):
            if getattr(event, "anchor", None) is not None:
                raise ProblemError.of("yaml_alias", _where(file, event))
            if (tag := getattr(event, "tag", None)) is not None:
                raise ProblemError.of(
                    "yaml_invalid_value", _where(file, event), value=sanitize(tag)[:60]
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    raise ProblemError.of(
                        "yaml_too_deep", _where(file, event), deepest=str(DEEPEST)
                    )
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            yield event
        elif isinstance(event, yaml.AliasEvent):
            raise ProblemError.of("yaml_alias", _where(file, event))
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise ProblemError.of("yaml_multiple_documents", _where(file, event))


def _value(
    event: yaml.Event | None, events: Iterator[yaml.Event], loader: yaml.SafeLoader, file: Path
) -> Any:
    """The value that begins with the event; of an empty file, `None`."""
    if isinstance(event, yaml.SequenceStartEvent):
        return [_value(item, events, loader, file) for item in _until_end(events)]
    if isinstance(event, yaml.MappingStartEvent):
        mapping: dict[str, Any] = {}
        for key in _until_end(events):
            if not isinstance(key, yaml.ScalarEvent):
                raise ProblemError.of("yaml_key_not_text", _where(file, key))
            if key.value in mapping:
                name = sanitize(key.value)
                raise ProblemError.of("yaml_duplicate_key", _where(file, key), name=name)
            mapping[key.value] = _value(next(events), events, loader, file)
        return mapping
    return _scalar(event, loader, file) if isinstance(event, yaml.ScalarEvent) else None


def _until_end(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def _scalar(event: yaml.ScalarEvent, loader: yaml.SafeLoader, file: Path) -> Any:
    tag = loader.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
    if tag == _TEXT_TAG:
        return sanitize(event.value).strip()
    try:
        if len(event.value) > LONGEST_NUMBER:
            raise ValueError
        return loader.construct_object(yaml.ScalarNode(tag, event.value))
    except (ValueError, yaml.constructor.ConstructorError):
        value = sanitize(event.value)[:60]
        raise ProblemError.of("yaml_invalid_value", _where(file, event), value=value) from None


def _where(file: Path, event: yaml.Event) -> str:
    return f"{file}:{event.start_mark.line + 1 if event.start_mark else 1}"
