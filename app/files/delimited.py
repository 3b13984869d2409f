"""Reading of CSV into plain rows, in the guarded child: encoding and separator are found out."""

import codecs
import csv
import io
from typing import Any

from app.errors import UnreadableFile, WhyUnreadable
from app.files.csv_text import unguarded
from app.files.places import column_letters
from app.files.workbook_survey import BEYOND, MOST_COLUMNS, MOST_ROWS

# As spreadsheets write them: with its mark, without, "Unicode text", and the code page of 中文.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = ("utf-8", "gb18030")
SEPARATORS = ",\t;，|"
LONGEST_CELL = 32_767
HEAD = 10_000  # signs that tell the separator
ENCODING = (
    "这个文件的文字编码读不出来，或者它不是文本。请在 Excel 或 WPS 中另存为“CSV UTF-8”，再上传。"
)
QUOTES = "第 {row} 行附近的引号没有成对，后面的内容分不清。请用 Excel 或 WPS 打开，另存后再上传。"


def read(content: bytes) -> list[dict[str, Any]]:
    """The one table: rows as [number, cells], numbered as a spreadsheet shows them."""
    text = _decoded(content)
    separator = _separator(text)
    rows = []
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(lines, 1):
            _require(number, len(cells))
            if any(cells):
                rows.append([number, [unguarded(cell) for cell in cells]])
    except csv.Error as error:
        message = QUOTES.format(row=number + 1)
        raise UnreadableFile(WhyUnreadable.DAMAGED, message) from error
    return [{"name": "", "rows": rows, "faults": []}]


def _decoded(content: bytes) -> str:
    named = next((name for mark, name in MARKS if content.startswith(mark)), None)
    for encoding in [named] if named else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFile(WhyUnreadable.WRONG_KIND, ENCODING)


def _separator(text: str) -> str:
    """The sign that cuts the first lines into most columns; a comma when none does."""
    first = "\n".join(text.lstrip()[:HEAD].splitlines()[:3])
    return max(SEPARATORS, key=lambda sign: _columns(first, sign))


def _columns(text: str, separator: str) -> int:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return max((len(cells) for cells in lines), default=0)


def _require(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        place = f"{column_letters(columns)}{rows}"
        message = BEYOND.format(place=place, rows=MOST_ROWS, columns=MOST_COLUMNS)
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, message)
