"""Each layout looks as it did when a person last looked at it."""

import pytest
from PIL import Image

from tests.documents.looks import PICTURES, difference, picture_of
from tests.services.document_cases import LAYOUTS

MOST = 0.005


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_page_looks_as_before(made, layout, tmp_path):
    found = picture_of(made[layout].contents["pdf"])
    found.save(tmp_path / f"{layout}.png")
    with Image.open(PICTURES / f"{layout}.png") as kept:
        share = difference(found, kept)
    assert share <= MOST, f"{share:.2%} of the dots differ: see {tmp_path}"


def test_another_layout_is_told_apart():
    with (
        Image.open(PICTURES / "shanghai-2024.png") as first,
        Image.open(PICTURES / "national-2020.png") as second,
    ):
        assert difference(first, second) > 4 * MOST
