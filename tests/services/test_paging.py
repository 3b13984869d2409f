import pytest

from app.errors import Unacceptable
from app.services import paging


def pages(rows, limit):
    """All pages of a list that is read by its keys."""
    position = None
    while True:
        after = paging.id_after(position)
        page = paging.page_of([row for row in rows if row > after][: limit + 1], limit, int)
        yield page.items
        if page.next is None:
            return
        position = page.next


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [()]),
        ([1], [(1,)]),
        ([1, 2], [(1, 2)]),
        ([1, 2, 3], [(1, 2), (3,)]),
        ([5, 7, 11, 13], [(5, 7), (11, 13)]),
    ],
)
def test_pages_hold_every_row_once(rows, expected):
    assert list(pages(rows, 2)) == expected


def test_a_position_is_opaque_and_survives_the_way_back():
    page = paging.page_of(["310000", "320000"], 1, str)
    assert page.next is not None
    assert "310000" not in page.next
    assert paging.text_after(page.next) == "310000"


@pytest.mark.parametrize(("asked", "given"), [(None, 50), (1, 1), (200, 200)])
def test_size(asked, given):
    assert paging.size(asked) == given


@pytest.mark.parametrize("asked", [0, -1, 201])
def test_a_size_out_of_bounds_is_refused(asked):
    with pytest.raises(Unacceptable) as refused:
        paging.size(asked)
    assert refused.value.errors[0].pointer == "/limit"


@pytest.mark.parametrize(
    "position", ["1", "!", "中文", "LTE", "MTIzNA==", "x" * 500, "OTk5OTk5OTk5OTk5OTk5OTk5OQ"]
)
def test_a_position_of_ones_own_making_is_refused(position):
    with pytest.raises(Unacceptable) as refused:
        paging.id_after(position)
    assert refused.value.errors[0].message == "翻页位置请照抄上一页给出的 next，不要改写"
