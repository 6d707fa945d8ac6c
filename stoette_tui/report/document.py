"""The structure of a report, independent of the format it is rendered in.

Texts are as users typed them; each renderer escapes them for its own format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoette_tui.review.progress import Counts


class Value(Struct, frozen=True):
    """A text of one or more lines; `kind` distinguishes a placeholder or an overdue date."""

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


Labelled = tuple[tuple[str, Value], ...]
"""Values, each with its label; an empty text leaves room to write by hand."""


class Fields(Struct, frozen=True):
    """A column of values, each beside its label."""

    rows: Labelled


class Cells(Struct, frozen=True):
    """Rows of cells that contain their labels. A title is a heading of level 3 kept with them.

    `shares` are the widths of each row's cells; without any, all cells of a row are equally wide.
    """

    rows: tuple[Labelled, ...]
    title: str = ""
    shares: tuple[tuple[int, ...], ...] = ()


class Table(Struct, frozen=True):
    """A table whose first column names the rows, and whose last row may be the total.

    It holds counts, is a form to fill in by hand, or holds longer texts.
    """

    kind: Literal["counts", "form", "texts"]
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    has_total: bool = False

    @classmethod
    def of_counts(
        cls, head: tuple[str, ...], rows: Iterable[Iterable[str]], *, has_total: bool = False
    ) -> Table:
        return cls("counts", head, tuple(tuple(map(Value, row)) for row in rows), has_total)


class BulletList(Struct, frozen=True):
    """A bulleted list: each text with its details."""

    items: tuple[tuple[str, Labelled], ...]


class Bar(Struct, frozen=True):
    """A bar in four parts; `share` is a short text for how much is in place."""

    label: str
    counts: Counts
    share: str


class BarGroup(Struct, frozen=True):
    """Bars in chronological order, and how the last one differs from the previous one, if any."""

    title: str
    bars: tuple[Bar, ...]
    moved: str = ""


class Picture(Struct, frozen=True):
    """Groups of bars with the same labels, that of all items first.

    `head` has the names of the labels, groups and movements, `parts` those of a bar's parts.
    """

    head: tuple[str, str, str]
    parts: tuple[str, ...]
    groups: tuple[BarGroup, ...]


Block = Heading | Paragraph | Fields | Cells | Table | BulletList | Picture


class Document(Struct, frozen=True):
    """A report as blocks in reading order; `language` is a code such as `da`."""

    language: str
    title: str
    blocks: tuple[Block, ...]
