"""The rows in the bytes of a damaged SQLite log, each page looked at on its own.

It needs neither the header nor the tree of the file, only a page with cells in it: what is gone is
no more than what was hit. What a `-wal` file has of whole transactions stands before what the
pages said until then. The format: https://www.sqlite.org/fileformat2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from mmap import mmap

    Bytes = bytes | mmap
    Pages = Callable[[int], bytes]

_COLUMNS: Final = (8, 9)
"""Of a row of version 1, and of one with a checksum."""
_USUAL_PAGE: Final = 4096
_LEAF: Final = 0x0D
_FILE_HEADER, _PAGE_HEADER, _WAL_HEADER, _FRAME_HEADER = 100, 8, 32, 24
_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of each kind."""


def rows(data: Bytes, wal: bytes = b"") -> Iterator[tuple[object, ...]]:
    """All that has the shape of a row of the log: its id, then the other columns as they were made.

    Values are still to be judged. A row can come more than once, and in any order.
    """
    size = int.from_bytes(data[16:18], "big")
    if size < 512 or size.bit_count() != 1:
        size = _USUAL_PAGE
    later = _pages_of_wal(wal, size)

    def page(number: int) -> bytes:
        return later.get(number) or data[(number - 1) * size : number * size]

    for number in sorted({*range(1, -(-len(data) // size) + 1), *later}):
        yield from _rows_of_page(page(number), _FILE_HEADER if number == 1 else 0, size, page)


def _pages_of_wal(wal: bytes, size: int) -> dict[int, bytes]:
    """The pages as the last whole transaction left them, without what a reset left behind."""
    whole: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    salt = wal[16:24]
    for at in range(_WAL_HEADER, len(wal) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        if wal[at + 8 : at + 16] != salt:
            break
        start = at + _FRAME_HEADER
        pending[int.from_bytes(wal[at : at + 4], "big")] = wal[start : start + size]
        if any(wal[at + 4 : at + 8]):  # a commit: the size of the file after it
            whole |= pending
            pending = {}
    return whole


def _rows_of_page(
    content: bytes, start: int, size: int, page: Pages
) -> Iterator[tuple[object, ...]]:
    """What the cells of a leaf hold; how many there are, the page is not relied on to say."""
    if len(content) <= start or (content[start] ^ _LEAF).bit_count() > 1:  # one flipped bit is met
        return
    pointer, lowest = start + _PAGE_HEADER, len(content)
    while pointer + 2 <= lowest:
        at = int.from_bytes(content[pointer : pointer + 2], "big")
        pointer += 2
        try:
            yield _row(content, at, size, page)
        except (IndexError, ValueError):  # it led out of the page, or to what is no row of ours
            continue
        lowest = min(lowest, at)


def _row(content: bytes, at: int, size: int, page: Pages) -> tuple[object, ...]:
    length, at = _varint(content, at)
    id_, at = _varint(content, at)
    payload = _payload(content, at, length, size, page)
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    if at != header or len(kinds) not in _COLUMNS:
        raise ValueError
    values: list[object] = [id_]
    for kind in kinds[1:]:  # the id stands in the cell
        value, at = _value(payload, kind, at)
        values.append(value)
    return tuple(values)


def _payload(content: bytes, at: int, length: int, size: int, page: Pages) -> bytes:
    """All of a cell, also what lies on pages of its own as there was no room for it."""
    largest, least = size - 35, (size - 12) * 32 // 255 - 23
    here = length
    if length > largest:
        here = least + (length - least) % (size - 4)
        here = here if here <= largest else least
    parts, left = [content[at : at + here]], length - here
    more = content[at + here : at + here + 4] if left else b""
    seen: set[int] = set()
    while left > 0:
        number = int.from_bytes(more, "big")
        further = b"" if number in seen or not number else page(number)
        if len(further) <= 4:
            raise ValueError
        seen.add(number)
        parts.append(further[4 : 4 + left])
        left -= len(parts[-1])
        more = further[:4]
    if len(parts[0]) != here:
        raise ValueError
    return b"".join(parts)


def _value(payload: bytes, kind: int, at: int) -> tuple[object, int]:
    if kind in (8, 9):
        return kind - 8, at
    if kind == 0:
        return None, at
    is_text = kind >= 13 and kind % 2 == 1
    length = (kind - 13) // 2 if is_text else _INTEGERS.get(kind, len(payload) + 1)
    if at + length > len(payload):
        raise ValueError
    raw, at = payload[at : at + length], at + length
    if is_text:
        return raw.decode(errors="replace"), at
    return int.from_bytes(raw, "big", signed=True), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for index in range(at, at + 8):
        value = value << 7 | data[index] & 0x7F
        if data[index] < 0x80:
            return value, index + 1
    return value << 8 | data[at + 8], at + 9
