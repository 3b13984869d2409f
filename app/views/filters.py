"""How figures and times are written on a page; nothing here decides anything."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

from app.domain.messages import MOST_COUNTED
from app.domain.money import written

# The whole country keeps one legal time, without summer time.
CHINA = timezone(timedelta(hours=8), "CST")
CENT = Decimal("0.01")


class MoneyUnit(StrEnum):
    """The unit in which a page writes amounts; what is stored and posted is always 元."""

    YUAN = "yuan"
    WAN = "wan"

    @property
    def label(self) -> str:
        """The unit in Chinese, for table heads."""
        return "万元" if self is MoneyUnit.WAN else "元"


def money(amount: Decimal | None, unit: MoneyUnit = MoneyUnit.YUAN) -> str:
    """An amount in 元 written with separators in the unit asked for, exactly: `1,234.50`.

    At least two decimals; more where 万元 needs them, for a page never rounds an amount.
    """
    if amount is None:
        return ""
    return written(amount, unit.label)


def day(value: date | None) -> str:
    """A date in Chinese: `2025年3月31日`."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def minute(value: datetime | None) -> str:
    """A moment in China's time: `2025-03-31 14:05`."""
    return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}" if value else ""


def clock(value: datetime | None) -> str:
    """The time of day in China: `14:05:09`."""
    return f"{value.astimezone(CHINA):%H:%M:%S}" if value else ""


def today(now: datetime) -> date:
    """The calendar day in China at a moment."""
    return now.astimezone(CHINA).date()


def counted(number: int) -> str:
    """How many messages are unread: "" for none, `99+` where nobody counted further."""
    if number >= MOST_COUNTED:
        return f"{MOST_COUNTED - 1}+"
    return str(number) if number else ""
