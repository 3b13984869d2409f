"""Dates and deadlines as forms write them: a day, a month, a quarter, a half or a whole year."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from app.domain.text import normalise

_YEAR = "(?:19|20|21)[0-9]{2}"
_SMALL = "[0-9]{1,2}|[一二三四五六七八九十]{1,3}"
_NUMERIC = (
    rf"(?P<year>{_YEAR})(?:[-/](?P<month>[0-9]{{1,2}})"
    r"|(?P<dash>[-/.])(?P<of>[0-9]{1,2})(?P=dash)(?P<day>[0-9]{1,2})"
    r"(?:[ T]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?)"
)
_WORDED = (
    rf"(?:(?P<year>{_YEAR})年度?|(?P<this>[本当今]年度?)|(?P<next>次年度?|明年|下一?年度?))?"
    rf"(?:(?P<month>{_SMALL})月份?(?:(?P<day>{_SMALL})[日号]?|(?P<part>[上中下]旬|[初中底末]))?"
    "|(?:第(?P<quarter>[一二三四1-4])季度?|(?P<bare_quarter>[一二三四1-4])季度|[Qq](?P<q>[1-4]))"
    "(?P<quarter_end>[底末])?"
    "|(?P<half>[上下])半年(?P<half_end>[底末])?|(?P<edge>年?[初中底末内]))?"
)
_TAIL = (
    "(?P<until>[之以]?前|[之以]?内|为?止|截止)?"
    "(?:已|均|全部|全面|按[时期]|如期|顺利|及时)*"
    "(?:完成|完工|竣工|交付|上线|验收|办结|结束|建成|到位|报送|发放|支付|拨付|投入使用|启动|开工)*"
    "(?:工作|完毕)?[。;,]?"
)
_LEAD = re.compile(
    "(?:已|均|全部|计划)*(?P<until>不晚于|不迟于|最[迟晚]|至迟|截[至止]到?)?[于在]?(?:每年)?"
)
_AS_NUMBERS = re.compile(_NUMERIC + _TAIL)
_AS_WORDS = re.compile(_WORDED + _TAIL)
_TO = re.compile("至|到|~{1,2}|-{1,2}")
_NUMERALS = {sign: value for value, sign in enumerate("一二三四五六七八九", start=1)}
# The first and the last (month, day) of a date; a day of None is the last of its month.
_Span = tuple[tuple[int, int | None], tuple[int, int | None]]
# What 初, 上旬, 底 and the like leave open of a month …
_PARTS: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys("上初", (1, 10)),
    **dict.fromkeys("中", (11, 20)),
    **dict.fromkeys("下底末", (21, None)),
}
# … and of a year, in months: 年初 is January, 年中 June, 年底 December, 年内 all of it.
_EDGES = {"初": (1, 1), "中": (6, 6), "底": (12, 12), "末": (12, 12), "内": (1, 12)}
_MONTHS = 12
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a written date may mean, first and last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class WrittenDays:
    """A date or interval as written, perhaps without its year; `until` marks 前, 内 and 止."""

    first: "_Day"
    last: "_Day"
    until: bool

    def on(self, year: int | None) -> Days | None:
        """The days, in this year if none is written; None without one; ValueError for 2月30日."""
        if year is None and (self.first.year is None or self.last.year is None):
            return None
        days = Days(self.first.on(year or 0), self.last.on(year or 0))
        if days.last < days.first:
            raise ValueError(f"{days.last} is before {days.first}")
        return days


def read_days(text: str | None, year: int | None) -> Days | None:
    """The days that the text means, else None: words, an impossible day, no year known."""
    written = read_written(normalise(text))
    try:
        return written.on(year) if written else None
    except ValueError:
        return None


def read_written(shown: str) -> WrittenDays | None:
    """The date or interval that a normalised text is as a whole, else None."""
    if len(shown) > _LONGEST:
        return None
    lead = _LEAD.match(shown)
    rest = shown[lead.end() :] if lead else shown
    found = _point(rest) or _interval(rest)
    if found is None or not (lead and lead["until"]):
        return found
    return WrittenDays(found.first, found.last, until=True)


@dataclass(frozen=True, slots=True)
class _Day:
    """One end of a written date; shift counts years from the year meant (次年 is 1)."""

    year: int | None
    shift: int
    month: int
    day: int | None

    def on(self, year: int) -> date:
        in_year = (self.year or year) + self.shift
        if not MINYEAR <= in_year <= MAXYEAR:
            raise ValueError(f"no calendar for the year {in_year}")
        return date(in_year, self.month, self.day or monthrange(in_year, self.month)[1])

    def after(self, start: "_Day") -> "_Day":
        """This end with what it leaves unsaid taken from the start: 2024年9月至12月."""
        year = start.year if self.year is None else self.year
        shift = self.shift or start.shift if self.year is None else 0
        return _Day(year, shift, self.month, self.day)


def _interval(text: str) -> WrittenDays | None:
    for sign in _TO.finditer(text):
        end = _point(text[sign.end() :])
        start = text[: sign.start()]
        # 9-12月 and 2023-2024年 name their unit once, at the end.
        begin = _point(start) or _point(start + "月") or _point(start + "年") if end else None
        if begin and end:
            return WrittenDays(begin.first, end.last.after(begin.first), end.until)
    return None


def _point(text: str) -> WrittenDays | None:
    """One date, as WrittenDays from the first to the last day that it may mean."""
    for pattern, span_of in ((_AS_NUMBERS, _numeric_span), (_AS_WORDS, _worded_span)):
        found = pattern.fullmatch(text)
        span = span_of(found) if found else None
        if found and span:
            parts = found.groupdict()
            year = int(found["year"]) if found["year"] else None
            shift = 1 if parts.get("next") else 0
            until = bool(found["until"] or "内" in (parts.get("edge") or ""))
            first, last = (_Day(year, shift, month, day) for month, day in span)
            return WrittenDays(first, last, until)
    return None


def _numeric_span(found: re.Match[str]) -> _Span | None:
    if found["month"]:
        return _months(int(found["month"]), int(found["month"]))
    return _one_day(int(found["of"]), int(found["day"]))


def _worded_span(found: re.Match[str]) -> _Span | None:
    if found["month"]:
        return _span_in_month(found)
    quarter = found["quarter"] or found["bare_quarter"] or found["q"]
    if quarter:
        last = 3 * _small(quarter)
        return _months(last if found["quarter_end"] else last - 2, last)
    if found["half"]:
        last = 6 if found["half"] == "上" else 12
        return _months(last if found["half_end"] else last - 5, last)
    return _span_in_year(found)


def _span_in_month(found: re.Match[str]) -> _Span | None:
    month = _small(found["month"])
    if found["day"]:
        return _one_day(month, _small(found["day"]))
    if found["part"]:
        first, last = _PARTS[found["part"][0]]
        return (month, first), (month, last)
    # 13月 may count months; 2024年13月 can only be a slip, which the calendar tells later.
    return ((month, 1), (month, None)) if found["year"] else _months(month, month)


def _span_in_year(found: re.Match[str]) -> _Span | None:
    """年底 and the like; the year alone only when its figures are written."""
    edge, year = found["edge"], found["year"]
    if edge and (edge.startswith("年") or year or found["this"] or found["next"]):
        return _months(*_EDGES[edge[-1]])
    return _months(1, 12) if year and not edge else None


def _months(first: int, last: int) -> _Span | None:
    """From the first day of a month to the last of another; None where no such month is."""
    return ((first, 1), (last, None)) if 1 <= first <= last <= _MONTHS else None


def _one_day(month: int, day: int) -> _Span:
    """A single day; whether the calendar has it is seen when its year is known."""
    return (month, day or -1), (month, day or -1)


def _small(text: str) -> int:
    """A month or day in figures or in Chinese numerals; 0 for an impossible one."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_NUMERALS.get(tens, 0 if tens else 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)
