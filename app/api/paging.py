"""Keyset paging: `{"items": […], "next": …}`, the next position opaque and never expiring."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Protocol, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, SerializeAsAny

from app.api.etags import list_tag, represented
from app.schemas.cells import MOST, USUAL, PageSize
from app.schemas.pages import PageOut
from app.services.paging import Page

Row = TypeVar("Row")

Limit = Annotated[PageSize, Query(description=f"每页条数，最多 {MOST}，不写时为 {USUAL}")]
After = Annotated[
    str | None,
    Query(max_length=200, description="翻页位置：照抄上一页的 next；第一页不写"),
]


class Versioned(Protocol):
    """What a list's tag is made of."""

    id: int
    version: int


def paged(
    request: Request,
    kind: str,
    page: Page[Row],
    shape: Callable[[Row], BaseModel],
    seen: Callable[[Row], Iterable[object]],
) -> Response:
    """The page as it travels; `seen` names the versions that a row shows."""
    shown = [value for row in page.items for value in seen(row)]
    tag = list_tag(kind, (request.url.query, *shown, page.next))
    body = PageOut[SerializeAsAny[BaseModel]](
        items=[shape(row) for row in page.items], next=page.next
    )
    return represented(request, tag, body, headers=next_link(request, page.next))


def own_version(row: Versioned) -> Sequence[object]:
    """A row that shows nothing but itself."""
    return (row.id, row.version)


def next_link(request: Request, position: str | None) -> dict[str, str]:
    """The `Link: …; rel="next"` header, or none on the last page."""
    if position is None:
        return {}
    query = urlencode({**request.query_params, "after": position})
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}
