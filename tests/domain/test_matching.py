"""Which rows of two forms are the same, and where a new one belongs."""

import pytest

from app.domain.matching import Named, matched, placed


def row(name: str, code: str = "", level2: str = "数量指标") -> Named:
    return Named(code, "产出指标", level2, name)


@pytest.mark.parametrize(
    ("rows", "others", "found"),
    [
        pytest.param([row("甲")], [row("乙"), row("甲")], (1,), id="by name"),
        pytest.param([row("甲", "1")], [row("甲"), row("旧名", "1")], (1,), id="code before name"),
        pytest.param([row("甲", "1")], [row("甲", "2")], (0,), id="name where codes are new"),
        pytest.param([row("甲")], [row("甲", level2="质量指标")], (0,), id="another level"),
        pytest.param(
            [row("甲", level2="质量指标"), row("甲")],
            [row("甲")],
            (None, 0),
            id="levels before name",
        ),
        pytest.param([row("甲")], [row("乙")], (None,), id="another name"),
        pytest.param([row("甲 ")], [row("甲")], (0,), id="blanks"),
        pytest.param([row("Ａ（个）")], [row("A(个)")], (0,), id="half width"),
        pytest.param([row("甲"), row("甲")], [row("甲"), row("甲")], (0, 1), id="equal rows"),
        pytest.param([row("甲"), row("甲")], [row("甲")], (0, None), id="one fewer"),
        pytest.param([row("乙", "1"), row("乙")], [row("乙"), row("乙", "1")], (1, 0), id="taken"),
        pytest.param([], [row("甲")], (), id="none"),
    ],
)
def test_rows_find_their_own(rows, others, found):
    assert matched(rows, others) == found


@pytest.mark.parametrize(
    ("new", "places", "at"),
    [
        pytest.param(1, [0, 2], 1, id="between"),
        pytest.param(3, [0, 1, 2], 3, id="last"),
        pytest.param(0, [1, 2], 0, id="first"),
        pytest.param(1, [0, None, 2], 1, id="after its neighbour"),
        pytest.param(0, [None, 3], 1, id="before the nearest after it"),
        pytest.param(5, [None, None], 2, id="nothing known"),
        pytest.param(2, [3, 1, 0], 2, id="rows that stand in another order"),
    ],
)
def test_a_new_row_stands_by_its_neighbours(new, places, at):
    assert placed(new, places) == at
