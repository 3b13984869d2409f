"""What a page of a PDF looks like, against a picture of it that a person has looked at.

After a change that is meant: `python -m tests.documents.looks` takes the pictures anew.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument
from sqlmodel import Session

from app.db.session import make_engine
from app.services import documents
from app.services.documents import CheckMark
from tests.databases import Sqlite
from tests.services.document_cases import LAYOUTS, filled

PICTURES = Path(__file__).parent / "pictures"
NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
CHECK = CheckMark(code="8F3K-2M7Q", address="https://jixiao.example.gov.cn/verify?a=1&b=2")
DOTS = 1.0  # of the picture to a point of the page
VISIBLE = 64  # of 255: a lesser difference of one dot is the making of the picture


def picture_of(content: bytes) -> Image.Image:
    """The first page in grey."""
    document = PdfDocument(content)
    page: Image.Image = document[0].render(scale=DOTS, grayscale=True).to_pil().convert("L")
    document.close()
    return page


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of dots that differ visibly; 1 for pictures of other sizes."""
    if one.size != other.size:
        return 1.0
    counts = ImageChops.difference(one, other).histogram()
    return sum(counts[VISIBLE:]) / sum(counts)


def retake() -> None:
    """Write the pictures of all layouts."""
    with TemporaryDirectory() as folder, Sqlite(Path(folder)).fresh() as address:
        engine = make_engine(address)
        with Session(engine) as session:
            for layout in LAYOUTS:
                case = filled(session, NOW, layout)
                made = documents.make(session, case.filler, case.form_id, "pdf", NOW, CHECK)
                picture_of(made.content).save(PICTURES / f"{layout}.png", optimize=True)
                sys.stdout.write(f"{layout}\n")
        engine.dispose()


if __name__ == "__main__":
    retake()
