"""What a person typed into a form's cells, read and refused with reasons, all at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal

from app.db.indicator_lines import IndicatorLine
from app.domain.actuals import Actual, ActualKind
from app.domain.money import read_amount, whole_fen
from app.domain.numbers import Fault, NotANumber, plain, read_number
from app.domain.standards import Standard
from app.domain.targets import Target, TargetKind
from app.domain.text import forbidden_characters, is_blank
from app.errors import Problem

LONGEST = {"actual": 200, "reason": 2000, "achieved": 5000, "answer": 500}
MOST_YUAN = Decimal("9999999999999.99")
FUND_LABELS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}
MONEY_FAULTS = {
    Fault.HAS_UNIT: "请只填数字，单位为元，不写“万”",
    Fault.NOT_FINITE: "不是金额，请填写数字，单位为元",
    Fault.SCIENTIFIC: "请写成普通数字，单位为元",
    Fault.TOO_MANY_DIGITS: "位数过多，请核对金额（元）",
    Fault.EMPTY: "请填写金额，没有的填0",
}
INVISIBLE = "含有不可见的控制字符，请删除后重新填写"
NOT_MONEY = "不是金额，请填写数字，单位为元"


@dataclass(frozen=True, slots=True)
class LineEntry:
    """Cells of an indicator line as typed; None leaves a cell as it is, "" clears it."""

    actual: str | None = None
    judged: str | None = None
    reason: str | None = None

    def paths(self, line_id: int) -> tuple[str, ...]:
        """The cells that it fills: /lines/12/actual, …."""
        return _filled(self, f"/lines/{line_id}")


@dataclass(frozen=True, slots=True)
class FundEntry:
    """Cells of a fund row as typed, in 元; None leaves a cell as it is."""

    initial: str | None = None
    adjusted: str | None = None
    executed: str | None = None

    def paths(self, source: str) -> tuple[str, ...]:
        """The cells that it fills: /funds/other/executed, …."""
        return _filled(self, f"/funds/{source}")


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A whole form as typed: lines by id, funds by source."""

    achieved: str | None = None
    funds: dict[str, FundEntry] = field(default_factory=dict)
    lines: dict[int, LineEntry] = field(default_factory=dict)

    def paths(self) -> tuple[str, ...]:
        """The cells that it fills, rows before the goal."""
        found = [entry.paths(key) for key, entry in self.lines.items()]
        found += [entry.paths(key) for key, entry in self.funds.items()]
        goal = () if self.achieved is None else ("/achieved",)
        return (*(path for paths in found for path in paths), *goal)


def _filled(entry: LineEntry | FundEntry, row: str) -> tuple[str, ...]:
    names = (item.name for item in fields(entry))
    return tuple(f"{row}/{name}" for name in names if getattr(entry, name) is not None)


def line_problems(
    entry: LineEntry, line: IndicatorLine, year: int, standard: Standard, at: str = ""
) -> Iterator[Problem]:
    """What keeps a line's cells from being stored; pointers are `at` + /actual, ….

    Each message names the row and the mend.
    """
    label = f"第{line.position + 1}行"
    for cell, name in (("actual", "实际完成值"), ("reason", "偏差原因")):
        yield from text_problems(getattr(entry, cell), cell, f"{label}{name}", f"{at}/{cell}")
    if entry.actual and not is_blank(entry.actual):
        message = _actual_fault(entry.actual, line, year)
        if message:
            yield Problem(f"{at}/actual", f"{label}{message}", entry.actual[:200])
    if entry.judged:
        message = judged_fault(entry.judged, line, standard)
        if message:
            yield Problem(f"{at}/judged", f"{label}得分{message}", entry.judged[:200])


def fund_problems(entry: FundEntry, label: str, at: str = "") -> Iterator[Problem]:
    """What keeps a fund row's cells from being stored."""
    for column, name in FUND_LABELS.items():
        text = getattr(entry, column)
        message = None if text is None else _money_fault(text)
        if message:
            yield Problem(f"{at}/{column}", f"{label}{name}{message}", text[:200])


def text_problems(text: str | None, kind: str, label: str, pointer: str) -> Iterator[Problem]:
    """What keeps a text from being stored: its length, or characters that no form holds."""
    if text is None:
        return
    longest = LONGEST[kind]
    if len(text) > longest:
        message = f"{label}有{len(text)}字，请压缩到{longest}字以内"
        yield Problem(pointer, message, text[:200])
    elif forbidden_characters(text):
        yield Problem(pointer, f"{label}{INVISIBLE}")


def money(text: str) -> Decimal:
    """An amount in 元 that has passed `fund_problems`."""
    return read_amount(text, "元")


def points(text: str) -> Decimal | None:
    """Points that have passed `line_problems`; None for a cleared cell."""
    return None if is_blank(text) else read_number(text)


def judged_fault(text: str, line: IndicatorLine, standard: Standard) -> str | None:
    """What is wrong with points that a person gives to a line; None for an empty cell."""
    if is_blank(text):
        return None
    if forbidden_characters(text):
        return INVISIBLE
    try:
        given = read_number(text)
    except NotANumber:
        return "不是数字，请填写0至分值之间的数字"
    full = line.full if line.full is not None else Decimal(0)
    if not 0 <= given <= full:
        return f"应在0至{plain(full)}之间，请改写"
    if standard.points.apply(given) != given:
        return f"最多保留{standard.points.places}位小数，请改写"
    return None


def _money_fault(text: str) -> str | None:
    if forbidden_characters(text):
        return INVISIBLE
    try:
        amount = read_amount(text, "元")
    except NotANumber as error:
        return MONEY_FAULTS.get(error.reason, NOT_MONEY)
    if amount < 0:
        return "不能为负数，请核对"
    if amount > MOST_YUAN:
        return "超过可填写的最大金额，请核对单位"
    if not whole_fen(amount):
        return "最多保留两位小数（分），请改写"
    return None


def _actual_fault(text: str, line: IndicatorLine, year: int) -> str | None:
    target, actual = Target.parse(line.target, year), Actual.parse(text, year)
    if actual.kind is ActualKind.UNREADABLE:
        return "实际完成值无法识别，请填写数字，如95或95%"
    figures = target.kind in (TargetKind.QUANTITY, TargetKind.RANGE)
    if figures and actual.kind is not ActualKind.QUANTITY:
        return f"指标值为“{target.text[:12]}”，实际完成值请填数字"
    if target.kind is TargetKind.QUALITATIVE and actual.kind is ActualKind.QUANTITY:
        return "为定性指标，请选择达成、部分达成或未达成"
    return None
