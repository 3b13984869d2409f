"""Forms set as the text of a PDF in a hundred ways: wraps and page ends elsewhere each time."""

from random import Random

import pytest

from app.files import plain_text
from app.services.readings.reading import read_forms
from tests.published.cases import golden
from tests.published.typesetting import set_form

POOL = [row for document in golden("selfeval-2024") for row in document["indicators"]]
CELLS = ("level1", "level2", "name", "target", "actual", "full", "points")
LEVELS1 = list(dict.fromkeys(row["level1"] for row in POOL))
LEVELS2 = list(dict.fromkeys(row["level2"] for row in POOL))


@pytest.mark.parametrize("seed", range(100))
def test_every_cell_comes_back_or_is_marked(seed: int) -> None:
    random = Random(seed)
    chosen = random.sample(POOL, random.randint(5, 18))
    chosen.sort(key=lambda row: (LEVELS1.index(row["level1"]), LEVELS2.index(row["level2"])))
    form = {**golden("selfeval-2024")[0], "indicators": chosen}

    (reading,) = read_forms(plain_text.rows(set_form(form, random).encode()))

    found = [tuple(getattr(line, cell) for cell in CELLS) for line in reading.form.indicators]
    assert found == [tuple(row[cell] for cell in CELLS) for row in chosen]
    assert reading.marks == ()
    assert reading.unread == ()
    assert reading.form.expected == "完成年度工作。"
