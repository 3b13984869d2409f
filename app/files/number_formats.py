"""Number formats of a workbook: which cell has which, and what it makes of a value."""

import re
from datetime import date, datetime
from decimal import Context, Decimal
from xml.parsers import expat
from zipfile import ZipFile

from app.files import containers

STYLES = "xl/styles.xml"
# Formats that a workbook names by number alone; days under other numbers are read as ISO days.
BUILT_IN = {
    "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%",
    "31": 'yyyy"年"m"月"d"日"', "57": 'yyyy"年"m"月"',
}  # fmt: skip
GENERAL = "General"
# A spreadsheet shows so many digits; what stands behind them is the noise of binary fractions.
SHOWN = Context(prec=15)
_DECIMALS = re.compile(r"\.(0+)")
_WORDS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def cell_formats(package: ZipFile) -> list[str]:
    """The number format of each cell style, in the order that cells name them by."""
    named: dict[str, str] = dict(BUILT_IN)
    styles: list[str] = []
    within = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        within.append(tag)
        if tag == "numFmt":
            named[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif tag == "xf" and within[-2] == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: within.pop()
    if STYLES in package.namelist():
        containers.parse(package, package.getinfo(STYLES), parser)
    return [named.get(style, GENERAL) for style in styles]


def figure(value: Decimal, number_format: str = GENERAL) -> str:
    """A figure as its cell shows it, 0.9972 under 0.00% being 99.72%, but never rounded by it."""
    shape = _WORDS.sub("", number_format.split(";", maxsplit=1)[0])
    percent = "%" in shape
    exact = SHOWN.plus(value)
    text = format(exact.scaleb(2) if percent else exact, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    decimals = _DECIMALS.search(shape)
    least = len(decimals[1]) if decimals else 0
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(least, "0")
    return f"{whole}{'.' if fraction else ''}{fraction}{'%' if percent else ''}"


def day(value: date, number_format: str) -> str:
    """A day as forms write it: with 年 and 月 where the cell's format has them, else 2024-09-30."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if "年" not in number_format:
        return value.isoformat()
    of_month = f"{value.day}日" if "d" in number_format.lower() else ""
    return f"{value.year}年{value.month}月{of_month}"
