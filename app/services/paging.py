"""Keyset paging: a page follows the last row seen, whatever was added or deleted since."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Problem, Unacceptable

USUAL, MOST = 50, 200

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows of a list, and the opaque position that the next page begins after."""

    items: tuple[Item, ...]
    next: str | None


def page_of(rows: Sequence[Item], limit: int, position: Callable[[Item], int | str]) -> Page[Item]:
    """The page from rows read with a limit of one more than `limit`, which tells if more follow."""
    shown = tuple(rows[:limit])
    more = len(rows) > limit
    return Page(shown, _opaque(position(shown[-1])) if more else None)


def size(limit: int | None) -> int:
    """Rows of a page: 50 unless asked for, never above 200; raises Unacceptable."""
    if limit is None:
        return USUAL
    if not 1 <= limit <= MOST:
        raise Unacceptable([Problem("/limit", f"每页条数请写 1 到 {MOST}", str(limit))])
    return limit


def id_after(position: str | None) -> int:
    """The id that a page begins after, 0 for the first page; raises Unacceptable."""
    text = text_after(position)
    if text and not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise _unknown(position or "")
    return int(text or 0)


def text_after(position: str | None) -> str:
    """The code that a page begins after, "" for the first page; raises Unacceptable."""
    if not position:
        return ""
    try:
        text = urlsafe_b64decode(position + "=" * (-len(position) % 4)).decode("ascii")
    except ValueError as error:
        raise _unknown(position) from error
    if _opaque(text) != position:
        raise _unknown(position)
    return text


def _opaque(position: int | str) -> str:
    return urlsafe_b64encode(str(position).encode("ascii")).decode("ascii").rstrip("=")


def _unknown(position: str) -> Unacceptable:
    message = "翻页位置请照抄上一页给出的 next，不要改写"
    return Unacceptable([Problem("/after", message, position[:200])])
