"""YAML from others: plain data or a problem, never anything else, and never slow."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date
from math import inf
from typing import TYPE_CHECKING, Any
from unicodedata import category

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stoette_tui.base.problems import ProblemError
from stoette_tui.content import yaml_reader
from stoette_tui.content.yaml_reader import MAX_BYTES, MAX_DEPTH, line_of

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 20.0
"""The processor time that no file may take; even a slow machine needs far less."""

# Fragments with a meaning in YAML, so that their combinations reach deep into the parser.
FRAGMENTS = st.sampled_from(
    [
        *("- ", "? ", ": ", "a: ", "b:\n", "\n", "  ", "    ", "\t", "[", "]", "{", "}", ", ", "#"),
        *("'", '"', "|\n", ">-\n", "---\n", "...\n", "&a ", "*a", "!!str ", "!x ", "<<", "<<: "),
        *("\\e", "\\x1b", "\\u202e", "\\ud800", "\\0", "\r", "\r\n", "\x85", "\u2028", "\ufeff"),
        *("\x1b[31m", "\x00", "\x07", "æøå", "漢", "😀", "yes", "null", "~", "=", "@", "%YAML "),
        *("7", "0x", "0o7", "1_000", "1e999", ".inf", ".nan", "1:59:59", "-", "+", "."),
        *("2027-03-01", "2027-13-45", "9999-12-31T23:59:59-23:59", "0001-01-01 00:00:00+23:59"),
    ]
)
TEXTS = st.one_of(
    st.lists(FRAGMENTS, max_size=40).map("".join),
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=40).map("".join),
    st.text(),
)

# What plain YAML can hold, and so what round-trips.
PLAIN_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"])
).map(str.strip)
PLAIN = st.recursive(
    st.one_of(PLAIN_TEXT, st.integers(-(10**30), 10**30), st.booleans(), st.none(), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(PLAIN_TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for all examples."""
    return tmp_path_factory.mktemp("yaml") / "file.yaml"


class Dumper(yaml.SafeDumper):
    """Writes repeated values in full instead of as aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read(file: Path) -> Any:
    """The data in a file; raises its problems, duplicate keys included."""
    data, duplicates = yaml_reader.read(file)
    if duplicates:
        raise ProblemError(duplicates)
    return data


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for entry in value.values() for text in strings_in(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in strings_in(entry)]
    return [value] if isinstance(value, str) else []


def problem_with(file: Path, text: str | bytes) -> tuple[str, int]:
    """The code and the line of the one problem with a file."""
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ProblemError) as caught:
        read(file)
    [problem] = caught.value.problems
    named, _, line = problem.where.rpartition(":")
    assert named == str(file)
    return problem.code, int(line)


# Arbitrary files


@settings(max_examples=400)
@given(text=TEXTS)
@example("a: " + "59:" * 33 + "1.5")
@example("a: 0001-01-01 00:00:00+23:59")
@example("a: !!bool perhaps")
@example("a: !!int ''")
@example("a: !!timestamp soon")
@example("? !!binary x\n: 1")
def test_any_text_yields_a_value_or_a_problem_with_its_line(file: Path, text: str) -> None:
    encoded = text.encode("utf-8", errors="surrogatepass")
    file.write_bytes(encoded)
    try:
        value = read(file)
    except ProblemError as error:
        lines = encoded.decode("utf-8", errors="replace").splitlines()
        problems = error.problems
        assert len(problems) == 1 or {each.code for each in problems} == {"yaml_duplicate_key"}
        for problem in error.problems:
            named, _, line = problem.where.rpartition(":")
            assert named == str(file)
            assert 1 <= int(line) <= len(lines) + 1
    else:
        for string in strings_in(value):
            assert not [letter for letter in string if letter != "\n" and category(letter) == "Cc"]


@given(encoded=st.binary(max_size=200))
def test_any_bytes_yield_a_value_or_a_problem(file: Path, encoded: bytes) -> None:
    file.write_bytes(encoded)
    with suppress(ProblemError):
        read(file)


@given(value=PLAIN)
def test_plain_data_round_trips(file: Path, value: Any) -> None:
    file.write_text(yaml.dump(value, Dumper=Dumper, allow_unicode=True), encoding="utf-8")
    assert read(file) == value


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "- " * 1_000_000,
        "{a: " * 500_000,
        "a: " * 500_000,
        "? " * 500_000,
        "a: " + "1:" * 1_000_000 + "1",
        "a: " + "9" * 2_000_000,
        "a: 0x" + "f" * 2_000_000,
        "a: " + "1:" * 1_000_000 + "1.5",
        "a: '" + "x" * 2_000_000,
        "a: !" + "x" * 2_000_000,
        "a: |\n" + " x\n" * 300_000,
        "a: [" + "x, " * 200_000 + "]",
        "".join(f"a{number}: x\n" for number in range(100_000)),
        "a: 1\n" * 400_000,
        "#" * 2_000_000,
        "\n" * 2_000_000,
        "a: &a [x]\n" + "".join(f"a{n}: &a{n} [*a, *a, *a, *a, *a, *a]\n" for n in range(999)),
        "%TAG ! " + "x" * 1_000_000 + "\n---\na",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_file_is_slow_to_read(file: Path, text: str) -> None:
    assert len(text) < MAX_BYTES
    file.write_text(text)
    started = time.process_time()
    with suppress(ProblemError):
        read(file)
    assert time.process_time() - started < SECONDS


# Values


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a remark", None),
        ("a: ja", {"a": "ja"}),
        ("a: yes", {"a": True}),
        ("a: 'yes'", {"a": "yes"}),
        ("a: 12", {"a": 12}),
        ("a: 1_000", {"a": 1000}),
        ("a: 1.5", {"a": 1.5}),
        ("a: .inf", {"a": inf}),
        ("a: 2027-03-01", {"a": date(2027, 3, 1)}),
        ("a:", {"a": None}),
        ("12: a", {"12": "a"}),
        ("yes: a", {"yes": "a"}),
        ("- a\n- b: c\n", ["a", {"b": "c"}]),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo"}),
        ("a: '  space around  '", {"a": "space around"}),
        ("\ufeffa: æøå [x] 漢", {"a": "æøå [x] 漢"}),
        ("a: one\r\nb: two\r\n", {"a": "one", "b": "two"}),
        ("--- a", "a"),
    ],
)
def test_values_are_read_as_plain_data(file: Path, text: str, value: Any) -> None:
    file.write_bytes(text.encode())
    assert read(file) == value


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"\e[31mred\e[0m", "�[31mred�[0m"),
        (r"\x1b]8;;http://x\x07", "�]8;;http://x�"),
        (r"a\bb", "a�b"),
        (r"a\0b", "a�b"),
        (r"\x9b31m", "�31m"),
        (r"a\u202eb", "a�b"),
        (r"a\u2066b\u2069", "a�b�"),
        (r"a\u2028b", "a�b"),
        (r"a\N b", "a� b"),
        (r"a\rb", "a�b"),
        (r"a\tb", "a   b"),
    ],
)
def test_control_characters_are_replaced(file: Path, written: str, shown: str) -> None:
    file.write_text(f'a: "{written}"', encoding="utf-8")
    assert read(file) == {"a": shown}


# Problems and their lines


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: c: d\n", "yaml_syntax", 2),
        ("a: 1\n\tb: 2\n", "yaml_syntax", 2),
        ("a: [1,\nb: 2\n", "yaml_syntax", 3),
        ("a: 1\n- b\n", "yaml_syntax", 2),
        ("a: 1\nb: @c\n", "yaml_syntax", 2),
        ("a: 1\nb: \x07\n", "yaml_invalid_character", 2),
        ("æøå: æøå\næøå2: æøå\n\x1b\n" + "x\n" * 20, "yaml_invalid_character", 3),
        ("a: \x00", "yaml_invalid_character", 1),
        ("a: &x 1\n", "yaml_alias", 1),
        ("a: 1\nb: *x\n", "yaml_alias", 2),
        ("a: 1\nb: &x\n  c: 1\n", "yaml_alias", 2),
        ("a: 1\n---\nb: 1\n", "yaml_multiple_documents", 2),
        ("a: 1\n...\n---\nb: 1\n", "yaml_multiple_documents", 3),
        ("a: 1\n? [b]\n: 1\n", "yaml_key_not_text", 2),
        ("a: 1\n? {b: c}\n: 1\n", "yaml_key_not_text", 2),
        ("a: 1\nb: 1\na: 1\n", "yaml_duplicate_key", 3),
        ("a:\n  b: 1\n  'b': 1\n", "yaml_duplicate_key", 3),
        ("a: 1\nb: 2027-02-30\n", "yaml_invalid_value", 2),
        ("a: 1\nb: =\n", "yaml_invalid_value", 2),
        ("a: 1\nb: " + "1" * 101, "yaml_invalid_value", 2),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "yaml_invalid_value", 2),
        ("a: 1\nb: !!binary aGVq\n", "yaml_invalid_value", 2),
        ("a: 1\nb: !own x\n", "yaml_invalid_value", 2),
        ("a:\n  " + "[" * MAX_DEPTH, "yaml_too_deep", 2),
        ("".join(f"{'  ' * n}a:\n" for n in range(MAX_DEPTH + 9)), "yaml_too_deep", MAX_DEPTH + 1),
    ],
)
def test_anything_but_plain_data_is_a_problem_at_its_line(
    file: Path, text: str, code: str, line: int
) -> None:
    assert problem_with(file, text) == (code, line)


def test_the_deepest_nesting_allowed_is_read(file: Path) -> None:
    file.write_text("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    value = read(file)
    for _ in range(MAX_DEPTH - 1):
        [value] = value
    assert value == []


@pytest.mark.parametrize(
    ("encoded", "line"),
    [
        (b"a: caf\xe9\n", 1),
        (b"a: \xc3\xa6\nb: 1\nc: \xc3\n", 3),
        ("a: æ".encode("utf-16"), 1),
        (b"a: \xed\xa0\x80", 1),
    ],
)
def test_invalid_utf_8_is_a_problem_at_its_line(file: Path, encoded: bytes, line: int) -> None:
    assert problem_with(file, encoded) == ("file_not_utf8", line)


def test_a_missing_or_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    for path, code in {tmp_path / "none": "file_missing", tmp_path: "file_unreadable"}.items():
        with pytest.raises(ProblemError) as caught:
            read(path)
        [problem] = caught.value.problems
        assert (problem.code, problem.where) == (code, str(path))


# Lines of values


@pytest.mark.smoke
def test_a_value_has_the_line_of_its_key_or_entry(file: Path) -> None:
    file.write_text(
        "# remark\n\na: 1\nb:\n  - c: 2\n    d: |\n      text\n      text\n  - e\nf: {g: 3}\n"
    )
    lines = {
        (): 3,
        ("a",): 3,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 0, "c"): 5,
        ("b", 0, "d"): 6,
        ("b", 1): 9,
        ("f", "g"): 10,
    }
    assert {path: line_of(file, path) for path in lines} == lines


def test_a_missing_value_has_the_line_of_what_would_hold_it(file: Path) -> None:
    file.write_text("a: 1\nb:\n  - c: 2\n  - d: 3\n")
    assert line_of(file, ("z",)) == 1
    assert line_of(file, ("b", 1, "c")) == 4
    assert line_of(file, ("a", "deeper")) == 1


def test_an_empty_file_has_a_first_line(file: Path) -> None:
    file.write_text("")
    assert line_of(file, ()) == 1
    assert line_of(file, ("a",)) == 1


@given(value=st.dictionaries(PLAIN_TEXT, PLAIN, min_size=1, max_size=5))
def test_every_field_has_the_line_on_which_it_begins(file: Path, value: Any) -> None:
    blocks = [yaml.dump({key: value[key]}, Dumper=Dumper, allow_unicode=True) for key in value]
    file.write_text("".join(blocks), encoding="utf-8")
    line = 1
    for key, block in zip(read(file), blocks, strict=True):
        assert line_of(file, (key,)) == line
        line += block.count("\n")
