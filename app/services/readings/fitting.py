"""Which edition fits a form that was read: by its year, its place and its level-1 names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.provinces import province_in
from app.domain.standards import Standard
from app.services import standards
from app.services.readings.found import Reading

KIND = "self_evaluation"
NATION = "000000"
_WHOLE = "部门整体"


@dataclass(frozen=True, slots=True)
class Fit:
    """The edition for a form, the region that it was chosen for, and the reasons in words."""

    standard: Standard
    region: str
    because: tuple[str, ...]


def fit(reading: Reading) -> Fit:
    """The first edition, in force before others and near before far, that knows every level 1."""
    region, where = _region(reading)
    reasons = [f"{reading.year_because}。", where]
    if _WHOLE in reading.title or "整体支出" in reading.title:
        reasons.append("部门整体支出没有单列的标准，与项目支出一样按预算执行和各项指标计分。")
    candidates = list(_candidates(region, reading.fiscal_year))
    groups = {line.level1 for line in reading.form.indicators if line.level1}
    standard = max(candidates, key=lambda item: _known(item, groups))
    missing = sorted(level for level in groups if standard.group(level) is None)
    first = candidates[0]
    if standard is not first:
        unknown = "、".join(sorted(level for level in groups if first.group(level) is None))
        reasons.append(f"“{unknown}”不在{_named(first)}的一级指标中，改用{_named(standard)}。")
    else:
        reasons.append(f"按年度和地区用{_named(standard)}。")
    if missing:
        reasons.append(
            f"没有版本列有一级指标“{'、'.join(missing)}”，请核对，或用 --standard 指明。"
        )
    return Fit(standard, region, tuple(reasons))


def _named(standard: Standard) -> str:
    return f"“{standard.title}”"


def _known(standard: Standard, groups: set[str]) -> int:
    """How many of the level-1 names the edition has; `max` keeps the first of equal ones."""
    return sum(standard.group(level) is not None for level in groups)


def _region(reading: Reading) -> tuple[str, str]:
    for name in (reading.department, reading.form.unit, reading.title, reading.form.project):
        found = province_in(name)
        if found is not None:
            return found[1], f"“{name}”写明在{found[0]}。"
    return NATION, "表上的单位名称没有写明省份，按全国标准。"


def _candidates(region: str, year: str) -> Iterator[Standard]:
    """Editions of the place and of the nation: those in force, newest first, then the others."""
    last = date(int(year), 12, 31) if year else date.max
    own = [item for item in standards.editions() if item.kind == KIND]
    places = list(dict.fromkeys((region, NATION)))
    begun = [item for item in own if item.edition <= last]
    later = [item for item in own if item.edition > last]
    for place in places:  # what held at the end of the year
        held = [item for item in begun if item.region == place]
        yield from sorted(held, key=lambda item: item.edition, reverse=True)[:1]
    for place in places:  # what began soonest after it
        yield from sorted((i for i in later if i.region == place), key=lambda item: item.edition)
    for place in places:
        held = [item for item in begun if item.region == place]
        yield from sorted(held, key=lambda item: item.edition, reverse=True)[1:]
