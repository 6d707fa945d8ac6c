"""What a report is made of, whatever it is written as.

The texts are as people typed them: whoever writes a document makes them harmless in its own way.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Words(Struct, frozen=True):
    """A text of any number of lines, as it is or set apart: nothing was written, or it is late."""

    text: str
    tone: Literal["", "blank", "late"] = ""


class Heading(Struct, frozen=True):
    """Level 1 is the title of the document."""

    level: int
    text: str


class Paragraph(Struct, frozen=True):
    """Running text; a small one is something to know beside the matter."""

    text: str
    small: bool = False


class Facts(Struct, frozen=True):
    """Labels, each with what it says; where that is empty there is room to write."""

    rows: tuple[tuple[str, str], ...]


class Figures(Struct, frozen=True):
    """A table of short texts. The first column names the rows, the last row is their sum."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Form(Struct, frozen=True):
    """A table to be filled in by hand: what the rows are called, and how many there are."""

    head: tuple[str, ...]
    rows: tuple[str, ...]


class Point(Struct, frozen=True):
    """One of several points, and what else is known about it, each with its label."""

    text: str
    details: tuple[tuple[str, Words], ...] = ()


class Points(Struct, frozen=True):
    """A list."""

    points: tuple[Point, ...]


class Plan(Struct, frozen=True):
    """What will be done: under each point, what every column says about it."""

    head: tuple[str, ...]
    points: tuple[tuple[str, tuple[Words, ...]], ...]


Block = Heading | Paragraph | Facts | Figures | Form | Points | Plan


class Document(Struct, frozen=True):
    """Blocks in reading order; `language` is the code of the language they are in."""

    language: str
    title: str
    blocks: tuple[Block, ...]
