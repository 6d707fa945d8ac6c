"""The types of a language's content files, except `ui.yaml`.

msgspec converts the files to these types at each start. The JSON Schemas are generated from them,
both for editors and for finding the problems in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from stoette_tui.review.progress import map_cell_id

if TYPE_CHECKING:
    from collections.abc import Iterator

Text = Annotated[str, Meta(min_length=1, title="text")]
Markdown = Annotated[str, Meta(min_length=1, title="markdown", extra={"of": "markdown"})]
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, Meta(pattern=_ID, max_length=60, title="id")]
SectionId = Annotated[Id, Meta(extra={"of": "section"})]
GroupId = Annotated[Id, Meta(extra={"of": "group"})]
CardId = Annotated[Id, Meta(extra={"of": "card"})]
LinkId = Annotated[Id, Meta(extra={"of": "link"})]
IdeaId = Annotated[Id, Meta(extra={"of": "idea"})]
"""Marks references to records of that kind, for `validation`."""
TermId = Annotated[str, Meta(pattern=_ID, max_length=14, title="id")]
"""Four of these make up the id of a map cell, which must not exceed the length of any id."""
Address = Annotated[
    str, Meta(pattern=r"^https?://[A-Za-z0-9][^\s@<>\"\\]*$", max_length=2000, title="address")
]


class _Record(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Section(_Record, frozen=True):
    """A section of the fact sheet.

    `checklist` is the group, or the map, that its advice leads to; `cards` are the guldkorn it is
    about.
    """

    id: Id
    title: Text
    body: Markdown
    cards: tuple[CardId, ...] = ()
    checklist: GroupId | None = None


class FactSheet(_Record, frozen=True):
    """The fact sheet, its sections in reading order."""

    title: Text
    lead: Markdown
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    source: Markdown


class Card(_Record, frozen=True):
    """A diamond or a guldkorn. It leads to a link or to a section of the fact sheet."""

    id: Id
    title: Text
    summary: Text
    body: Markdown
    origin: Literal["fact-sheet", "research"]
    level: Literal["high", "suitable"] | None = None
    link: LinkId | None = None
    section: SectionId | None = None


class CardGroup(_Record, frozen=True):
    """The diamonds, or the guldkorn."""

    title: Text
    intro: Markdown
    cards: Annotated[tuple[Card, ...], Meta(min_length=1)]


class Guldkorn(_Record, frozen=True):
    """The overview: the diamonds make the good workplace, the guldkorn the good job."""

    title: Text
    intro: Markdown
    diamonds: CardGroup
    guldkorn: CardGroup
    sources: Markdown

    @property
    def groups(self) -> dict[str, CardGroup]:
        """The two groups by field name, in order."""
        return {"diamonds": self.diamonds, "guldkorn": self.guldkorn}

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.diamonds.cards + self.guldkorn.cards


class Item(_Record, frozen=True):
    """A statement to say yes or no to.

    `why` says in a sentence why it matters, `question` is one to talk about, `ideas` may help where
    it is missing, and `explains` is the section of the fact sheet behind it. Search finds it by its
    `words`, too.
    """

    id: Id
    text: Text
    why: Text
    question: Text
    explains: SectionId
    ideas: tuple[IdeaId, ...] = ()
    words: tuple[Text, ...] = ()


class ItemGroup(_Record, frozen=True):
    """Items that belong together, in the order in which to answer them."""

    id: Id
    title: Text
    intro: Text
    items: Annotated[tuple[Item, ...], Meta(min_length=1)]

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)


class Idea(_Record, frozen=True):
    """A formal frame that the fact sheet names as an example of what may help."""

    id: Id
    text: Text


class Term(_Record, frozen=True):
    """A kind of support, a giver of it, or a way of giving it."""

    id: TermId
    title: Text


class MapCell(Struct, frozen=True):
    """A cell of the map; the log stores its text as the note of an item with the cell's id."""

    id: str
    kind: Term
    giver: Term
    way: Term


class SupportMap(_Record, frozen=True):
    """A map to fill in: where each kind of support comes from at this workplace.

    Saved progress depends on the ids of its terms.
    """

    id: TermId
    title: Text
    intro: Text
    kinds: Annotated[tuple[Term, ...], Meta(min_length=1)]
    givers: Annotated[tuple[Term, ...], Meta(min_length=1)]
    ways: Annotated[tuple[Term, ...], Meta(min_length=1)]

    @property
    def cells(self) -> tuple[MapCell, ...]:
        """All cells: for each kind of support, the ways of each giver."""
        return tuple(
            MapCell(map_cell_id(self.id, kind.id, giver.id, way.id), kind, giver, way)
            for kind in self.kinds
            for giver in self.givers
            for way in self.ways
        )

    def cells_of(self, kind: Term) -> list[MapCell]:
        return [cell for cell in self.cells if cell.kind == kind]


class Checklist(_Record, frozen=True):
    """The checklist. Saved progress depends on the ids of its items."""

    title: Text
    intro: Markdown
    groups: Annotated[tuple[ItemGroup, ...], Meta(min_length=1)]
    ideas: tuple[Idea, ...]
    map: SupportMap

    @property
    def items(self) -> Iterator[Item]:
        return (item for group in self.groups for item in group.items)

    @property
    def item_ids(self) -> tuple[str, ...]:
        return tuple(item.id for item in self.items)

    @property
    def by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @property
    def known_ids(self) -> frozenset[str]:
        """The ids under which answers and notes are stored: of items, and of the map's cells."""
        return frozenset((*self.item_ids, *(cell.id for cell in self.map.cells)))

    def ideas_for(self, item: Item) -> tuple[Idea, ...]:
        return tuple(idea for idea in self.ideas if idea.id in item.ideas)


class Link(_Record, frozen=True):
    """An address on the web, with a description."""

    id: Id
    label: Text
    address: Address
    note: Text | None = None
    former_address: Address | None = None

    @property
    def host(self) -> str:
        """The host of the address, with the port if it has one."""
        return self.address.split("//", 1)[1].split("/", 1)[0].split("?")[0].split("#")[0]

    @property
    def page(self) -> str:
        """What distinguishes the address from others on its host: end of the path, and query."""
        path, mark, query = self.address.split("#")[0].partition(self.host)[2].partition("?")
        *before, last = path.strip("/").split("/")
        return f"{'/…' if before else ''}{'/' if last else ''}{last}{mark}{query}"


class LinkGroup(_Record, frozen=True):
    """Links that belong together."""

    id: Id
    title: Text
    links: Annotated[tuple[Link, ...], Meta(min_length=1)]


class Links(_Record, frozen=True):
    """The links; `archive` is the prefix that turns an address into one in the Internet Archive."""

    title: Text
    intro: Markdown
    archive: Address
    groups: Annotated[tuple[LinkGroup, ...], Meta(min_length=1)]

    def find(self, link_id: str) -> Link:
        return next(link for group in self.groups for link in group.links if link.id == link_id)

    def archived(self, link: Link) -> str:
        """The address of the link's page in the archive."""
        return self.archive + link.address


class Content(Struct, frozen=True):
    """All of a language's content, its references checked."""

    fact_sheet: FactSheet
    guldkorn: Guldkorn
    checklist: Checklist
    links: Links

    @property
    def sections(self) -> dict[str, Section]:
        return {section.id: section for section in self.fact_sheet.sections}
