"""Checks of plain values before they are stored: every field that needs mending, at once."""

from decimal import Decimal

from app.domain.text import forbidden_characters
from app.errors import Problem, Unacceptable
from app.schemas.cells import CENT, FIRST_YEAR, LARGEST_AMOUNT, LARGEST_FIGURE, LAST_YEAR, MILLIONTH

NAME_LENGTH = 180
CODE_LENGTH = 38


class Fields:
    """Collects problems; `settle` raises them together. Each message names field and mend."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, pointer: str, message: str, given: object = "") -> None:
        """Note one problem."""
        self.problems.append(Problem(pointer, message, str(given)[:200]))

    def settle(self) -> None:
        """Raise Unacceptable if anything was noted."""
        if self.problems:
            raise self.refusal()

    def refusal(self) -> Unacceptable:
        """The refusal with all that was noted."""
        return Unacceptable(self.problems)

    def text(
        self, pointer: str, label: str, value: str, length: int, *, required: bool = False
    ) -> str:
        """The text without blanks around it."""
        text = value.strip()
        if required and not text:
            self.add(pointer, f"请填写{label}")
        elif len(text) > length:
            self.add(pointer, f"{label}最多 {length} 个字，现在是 {len(text)} 个字", text)
        elif forbidden_characters(text):
            self.add(pointer, f"{label}含有看不见的控制字符，请删去后重新输入")
        return text

    def year(self, pointer: str, label: str, value: int) -> int:
        """A fiscal year."""
        if not FIRST_YEAR <= value <= LAST_YEAR:
            self.add(pointer, f"{label}请写 {FIRST_YEAR} 到 {LAST_YEAR} 的四位年份", value)
        return value

    def amount(
        self, pointer: str, label: str, value: Decimal, *, negative: bool = False
    ) -> Decimal:
        """An amount in 元, to the 分."""
        if not value.is_finite() or abs(value) >= LARGEST_AMOUNT:
            self.add(pointer, f"{label}的金额过大，请核对单位是否为元", value)
        elif value != value.quantize(CENT):
            self.add(pointer, f"{label}最多写到分（两位小数）", value)
        elif value < 0 and not negative:
            self.add(pointer, f"{label}不能小于 0，请核对", value)
        return value

    def points(self, pointer: str, label: str, value: Decimal | None) -> Decimal | None:
        """Points or a weight; None when not given."""
        if value is None:
            return None
        if not value.is_finite() or abs(value) >= LARGEST_FIGURE:
            self.add(pointer, f"{label}的数字过大，请核对", value)
        elif value != value.quantize(MILLIONTH):
            self.add(pointer, f"{label}最多写 6 位小数", value)
        elif value < 0:
            self.add(pointer, f"{label}不能小于 0，请核对", value)
        return value

    def choice(self, pointer: str, label: str, value: str, allowed: frozenset[str]) -> str:
        """One word of a fixed list."""
        if value not in allowed:
            self.add(pointer, f"{label}请从 {'、'.join(sorted(allowed))} 中选择", value)
        return value
