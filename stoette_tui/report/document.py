"""The structure of a report, independent of the format it is rendered in.

Texts are as users typed them; each renderer escapes them for its own format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from stoette_tui.review.progress import Counts


class Value(Struct, frozen=True):
    """A text of one or more lines; `kind` sets a placeholder or an overdue date apart."""

    text: str
    kind: Literal["", "blank", "overdue"] = ""


class Heading(Struct, frozen=True):
    """A heading; level 1 is the title of the document."""

    level: int
    text: str


class Paragraph(Struct, frozen=True):
    """Running text; `small` is for a side note."""

    text: str
    small: bool = False


class Fields(Struct, frozen=True):
    """Pairs of label and text; an empty text leaves room to write by hand."""

    rows: tuple[tuple[str, str], ...]


class Cells(Struct, frozen=True):
    """Rows of cells, each with its label; an empty text leaves room to write by hand.

    A title is a heading of level 3 that stays with them.
    """

    rows: tuple[tuple[tuple[str, Value], ...], ...]
    title: str = ""


class CountTable(Struct, frozen=True):
    """A table of short texts. The first column names the rows, the last row is the total."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class BlankTable(Struct, frozen=True):
    """A table to fill in by hand: the titles of its columns, and those of its rows."""

    head: tuple[str, ...]
    rows: tuple[str, ...]


class BulletItem(Struct, frozen=True):
    """An item of a list, with details as pairs of label and value."""

    text: str
    details: tuple[tuple[str, Value], ...] = ()


class BulletList(Struct, frozen=True):
    """A bulleted list."""

    items: tuple[BulletItem, ...]


class TextTable(Struct, frozen=True):
    """A table of longer texts: the titles of its columns, and each row's own with its values."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Value, ...]], ...]


class Bar(Struct, frozen=True):
    """A bar in four parts; `share` says in short how much of it is in place."""

    label: str
    counts: Counts
    share: str


class BarGroup(Struct, frozen=True):
    """Bars in the order of time, and how the last one differs from the one before, if there is."""

    title: str
    bars: tuple[Bar, ...]
    moved: str = ""


class Picture(Struct, frozen=True):
    """Groups of bars with the same labels, that of all items first.

    `head` names what the labels, the groups and their movements are, `parts` those of a bar.
    """

    head: tuple[str, str, str]
    parts: tuple[str, ...]
    groups: tuple[BarGroup, ...]


Block = (
    Heading
    | Paragraph
    | Fields
    | Cells
    | CountTable
    | BlankTable
    | BulletList
    | TextTable
    | Picture
)


class Document(Struct, frozen=True):
    """A report as blocks in reading order; `language` is a code such as `da`."""

    language: str
    title: str
    blocks: tuple[Block, ...]
