"""Field types shared by the schemas: text taken exactly, checked as text, never a float."""

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.domain.money import read_amount
from app.domain.numbers import NotANumber, plain, read_number
from app.domain.text import forbidden_characters, is_blank

CELL_LENGTH = 10_000
FIRST_YEAR, LAST_YEAR = 1949, 2199
USUAL, MOST = 50, 200
LARGEST_AMOUNT = Decimal(10) ** 15
CENT = Decimal("0.01")
LARGEST_FIGURE = Decimal(10) ** 12
MILLIONTH = Decimal("0.000001")
REGION_PATTERN = r"\d{6}"
PROJECT_PATTERN = r"\d{8}[TYR]\d{12}"
CODE_PATTERN = r"[0-9A-Za-z._-]{1,38}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    raise PydanticCustomError("cell.container", "{name}应是一段文字或一个数，不能是列表或对象。")


def _readable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError(
            "cell.unicode", "{name}含有无法显示的字符，请重新输入。"
        ) from error
    return text


def _within(text: str, length: int) -> str:
    if len(text) > length:
        raise PydanticCustomError("cell.length", f"{{name}}最多 {length} 个字，请精简。")
    return text


def _cell(value: Any) -> str:
    return _readable(_within(_text(value), CELL_LENGTH))


def _stored(value: Any) -> str:
    text = _readable(_text(value))
    if forbidden_characters(text):
        raise PydanticCustomError("cell.control", "{name}含有看不见的控制字符，请删去后重新输入。")
    return text


def _whole(text: str, first: int, last: int, mend: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(last))):
        raise PydanticCustomError("cell.whole", mend)
    if not first <= int(text) <= last:
        raise PydanticCustomError("cell.whole", mend)
    return int(text)


def _year(value: Any) -> int:
    text = value if isinstance(value, str) else str(value)
    mend = f"{{name}}请写四位年份（{FIRST_YEAR}—{LAST_YEAR}），如 2024。"
    return _whole(text, FIRST_YEAR, LAST_YEAR, mend)


def _number(value: Any) -> int:
    text = value if isinstance(value, str) else str(value)
    return _whole(text, 1, 2**63 - 1, "{name}请写系统给出的整数编号。")


def _limit(value: Any) -> int:
    text = value if isinstance(value, str) else str(value)
    return _whole(text, 1, MOST, f"{{name}}请写 1 到 {MOST} 的整数。")


def _amount(value: Any) -> Decimal:
    text = _readable(_text(value))
    try:
        amount = read_amount(text, "元")
    except NotANumber as error:
        mend = "{name}请以元为单位只写数字，如 1234567.89，不要写单位或文字。"
        raise PydanticCustomError("cell.amount", mend) from error
    if abs(amount) >= LARGEST_AMOUNT:
        raise PydanticCustomError("cell.amount", "{name}的金额过大，请核对单位是否为元。")
    if amount != amount.quantize(CENT):
        raise PydanticCustomError("cell.amount", "{name}最多写到分（两位小数）。")
    return amount.quantize(CENT)


def _figure(value: Any) -> Decimal | None:
    text = _readable(_text(value))
    if is_blank(text):
        return None
    try:
        figure = read_number(text)
    except NotANumber as error:
        mend = "{name}请只写数字，如 12.50，不要写单位或文字。"
        raise PydanticCustomError("cell.figure", mend) from error
    if abs(figure) >= LARGEST_FIGURE or figure != figure.quantize(MILLIONTH):
        mend = "{name}请写不超过 12 位整数、6 位小数的数。"
        raise PydanticCustomError("cell.figure", mend)
    return figure


def _matching(pattern: str, mend: str) -> BeforeValidator:
    """Text that must match from end to end, with the sentence that says how to write it."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any) -> str:
        text = _text(value)
        if not compiled.fullmatch(text):
            raise PydanticCustomError("cell.pattern", mend)
        return text

    return BeforeValidator(check)


def figure(value: Decimal | None) -> str | None:
    """Points or a weight as they travel: no exponent, no idle zeros."""
    return None if value is None else plain(value)


def money(amount: Decimal) -> str:
    """An amount in 元 as it travels: two decimals, no separators."""
    return f"{amount.quantize(CENT):f}"


CELL_SCHEMA = {"type": ["string", "number", "boolean", "null"], "maxLength": CELL_LENGTH}
MONEY_SCHEMA = {
    "type": "string",
    "pattern": r"^-?\d{1,15}(\.\d{1,2})?$",
    "examples": ["1234567.89"],
}
FIGURE_SCHEMA = {"type": ["string", "null"], "pattern": r"^-?\d{1,12}(\.\d{1,6})?$"}
YEAR_SCHEMA = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
NUMBER_SCHEMA = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}

Cell = Annotated[str, BeforeValidator(_cell), WithJsonSchema(CELL_SCHEMA)]
Line = Annotated[str, BeforeValidator(_stored), Field(max_length=180)]
Name = Annotated[str, BeforeValidator(_stored), Field(min_length=1, max_length=180)]
Prose = Annotated[str, BeforeValidator(_stored), Field(max_length=CELL_LENGTH)]
Year = Annotated[int, BeforeValidator(_year), WithJsonSchema(YEAR_SCHEMA)]
Number = Annotated[int, BeforeValidator(_number), WithJsonSchema(NUMBER_SCHEMA)]
PageSize = Annotated[
    int,
    BeforeValidator(_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
]
Amount = Annotated[Decimal, BeforeValidator(_amount), WithJsonSchema(MONEY_SCHEMA)]
Money = Annotated[Decimal, PlainSerializer(money), WithJsonSchema(MONEY_SCHEMA)]
Figure = Annotated[Decimal | None, BeforeValidator(_figure), WithJsonSchema(FIGURE_SCHEMA)]
ShownFigure = Annotated[Decimal | None, PlainSerializer(figure), WithJsonSchema(FIGURE_SCHEMA)]
RegionCode = Annotated[
    str,
    _matching(REGION_PATTERN, "{name}请写 6 位行政区划代码，如 310000。"),
    WithJsonSchema({"type": "string", "pattern": f"^{REGION_PATTERN}$"}),
]
ProjectCode = Annotated[
    str,
    _matching(
        PROJECT_PATTERN, "{name}应为 21 位：6 位区划、2 位年份、字母 T、Y 或 R、12 位顺序号。"
    ),
    WithJsonSchema({"type": "string", "pattern": f"^{PROJECT_PATTERN}$"}),
]
Code = Annotated[
    str,
    _matching(CODE_PATTERN, "{name}请用字母、数字、点、横线书写，最多 38 位。"),
    WithJsonSchema({"type": "string", "pattern": f"^{CODE_PATTERN}$"}),
]
