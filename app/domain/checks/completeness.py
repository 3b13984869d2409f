"""C1–C5, C9, C10: is the form whole, and does each row belong where it stands (section 11)?"""

from collections.abc import Iterator
from decimal import Decimal

from app.domain.actuals import ActualKind, Tier
from app.domain.checks.remarks import Remark, exactly, quoted, row_label
from app.domain.findings import Severity
from app.domain.lines import Line
from app.domain.numbers import plain
from app.domain.ratios import percent
from app.domain.sheet import Sheet
from app.domain.standards import CheckRule
from app.domain.targets import Comparator, TargetKind
from app.domain.text import is_blank, normalise
from app.domain.units import compatible

ZERO = Decimal(0)
FIGURES = (TargetKind.QUANTITY, TargetKind.RANGE)
RATE = "率"
PERCENT = "%"


def c1_comparator(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C1 the comparator against the sense: a cost with ≥, a rate with = below 100."""
    for index, line in enumerate(sheet.lines):
        target, name = line.target, line.row.name
        if target.kind is not TargetKind.QUANTITY or target.value is None:
            continue
        path, label = f"/indicators/{index}/target", row_label(sheet, index)
        word = sheet.standard.direction.ceiling_word(name)
        if word and target.comparator in (Comparator.AT_LEAST, Comparator.GREATER):
            message = f"{label}含“{word}”，宜用“≤”，现为{quoted(target.text)}，请核对"
            yield Remark(path, message, "≤", target.text)
        elif _partial_rate(line) and target.comparator is Comparator.EQUAL:
            message = f"{label}为比率，“=”且低于100%，宜用“≥”或“≤”"
            yield Remark(path, message, "≥", target.text)


def _partial_rate(line: Line) -> bool:
    value = line.target.value
    return value is not None and ZERO < value < 100 and line.target.unit.text == PERCENT


def c2_units(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C2 units of target, actual and name that do not fit; a rate above 100 %."""
    for index, line in enumerate(sheet.lines):
        if line.target.kind not in FIGURES:
            continue
        yield from _unit_pair(sheet, index, line)
        yield from _unit_of_name(sheet, index, line, rule)


def _unit_pair(sheet: Sheet, index: int, line: Line) -> Iterator[Remark]:
    target, actual = line.target.unit, line.actual.unit
    if line.actual.kind is ActualKind.QUANTITY and not compatible(target, actual):
        label = row_label(sheet, index)
        message = f"{label}实际值单位{quoted(actual.text)}与指标值单位{quoted(target.text)}不一致"
        yield Remark(f"/indicators/{index}/actual", message, target.text, actual.text)


def _unit_of_name(sheet: Sheet, index: int, line: Line, rule: CheckRule) -> Iterator[Remark]:
    name, unit, label = line.row.name, line.target.unit.text, row_label(sheet, index)
    path = f"/indicators/{index}/target"
    for pair in rule.figures.get("name_units", ()):
        if unit in pair["units"] and any(word in name for word in pair["words"]):
            yield Remark(path, f"{label}的单位{quoted(unit)}与指标名称不符，请核对", given=unit)
    if not name.endswith(RATE) or any(word in name for word in rule.words("growth")):
        return
    if unit not in ("", PERCENT, "‰"):
        yield Remark(path, f"{label}为比率，单位应为%，现为{quoted(unit)}，请核对", PERCENT, unit)
    values = [("target", line.target.value), ("actual", line.actual.value)]
    for cell, value in values:
        if unit == PERCENT and value is not None and value > 100:
            message = f"{label}为比率，{plain(value)}%超过100%，请核对"
            yield Remark(f"/indicators/{index}/{cell}", message, "100", plain(value))


def c3_kinds(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C3 a figure answered with words, or words answered with a figure."""
    not_one_figure = (ActualKind.TIER, ActualKind.WORDS, ActualKind.DATE, ActualKind.RANGE)
    for index, line in enumerate(sheet.lines):
        path, label = f"/indicators/{index}/actual", row_label(sheet, index)
        text = line.row.actual
        if line.target.kind in FIGURES and line.actual.kind in not_one_figure:
            message = f"{label}指标值为数值，实际完成值应填一个数，现为{quoted(text)}"
            yield Remark(path, message, line.target.text, text)
        elif line.target.kind is TargetKind.QUALITATIVE and line.actual.kind is ActualKind.QUANTITY:
            message = f"{label}为定性，应填达成、部分达成或未达成，现为{quoted(text)}"
            yield Remark(path, message, "达成指标", text)


def c3_tier_unclear(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C3 a qualitative actual that names no tier, or names it only loosely (基本达到)."""
    for index, line in enumerate(sheet.lines):
        partly = line.actual.inferred_tier and line.actual.tier is Tier.PARTIAL
        loose = partly or line.actual.kind is ActualKind.WORDS
        same = normalise(line.row.actual) == normalise(line.row.target)
        if line.target.kind is TargetKind.QUALITATIVE and loose and not same:
            label, text = row_label(sheet, index), line.row.actual
            message = f"{label}{quoted(text)}未写明档次，请选达成、部分达成或未达成"
            mild = Severity.WARNING if line.scored.determined else None
            yield Remark(f"/indicators/{index}/actual", message, "达成指标", text, mild)


def c4_wrong_place(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C4 third level under the wrong level: satisfaction elsewhere, a payment rate as 数量."""
    for index, line in enumerate(sheet.lines):
        row, label = line.row, row_label(sheet, index)
        for place in rule.figures.get("belongs", ()):
            if any(word in row.name for word in place["words"]):
                level1, level2 = place["level1"], place.get("not_level2", "")
                group = sheet.standard.group(row.level1)
                misplaced = bool(level1) and row.level1 and (not group or group.level1 != level1)
                if misplaced or (level2 and row.level2 == level2):
                    message = f"{label}与所列级次{quoted(row.level2 or row.level1)}不符，请调整"
                    yield Remark(f"/indicators/{index}/name", message, level1, row.level1)


def c5_duplicates(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C5 the same name twice; budget execution counted again as an indicator."""
    seen: dict[str, int] = {}
    for index, line in enumerate(sheet.lines):
        name, path = normalise(line.row.name), f"/indicators/{index}/name"
        if name and name in seen:
            first = seen[name] + 1
            message = f"{row_label(sheet, index)}与第{first}行同名，同一指标只应计一次"
            yield Remark(path, message, given=line.row.name)
        seen.setdefault(name, index)
        word = next((item for item in rule.words("execution_words") if item in name), None)
        if word:
            message = f"{row_label(sheet, index)}与预算执行率重复计分，请改用其他指标"
            yield Remark(path, message, given=line.row.name)


def c9_levels(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C9 a level-1 group that the standard requires and the form lacks."""
    found = [sheet.standard.group(line.row.level1) for line in sheet.lines]
    present = {group.level1 for group in found if group is not None}
    for group in sheet.standard.groups:
        if group.required and group.level1 not in present and sheet.lines:
            yield Remark("/indicators", f"缺少“{group.level1}”，请至少设置一项", group.level1)


def c9_cells(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C9 blank cells and placeholders (* _ null)."""
    cells = [("name", "指标名称"), ("target", "年度指标值"), ("actual", "实际完成值")]
    required = [cell for cell in cells if cell[0] in rule.words("required")]
    for index, line in enumerate(sheet.lines):
        for cell, label in required:
            text, path = getattr(line.row, cell), f"/indicators/{index}/{cell}"
            if is_blank(text):
                yield Remark(path, f"{row_label(sheet, index)}未填写{label}，请补填")
            elif normalise(text).strip("*_").lower() in rule.words("placeholders"):
                message = f"{row_label(sheet, index)}{label}{quoted(text)}为占位符，请填写实际内容"
                yield Remark(path, message, given=text)


def c9_deadline(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C9 a deadline after the project's last year."""
    last_year = sheet.form.last_year
    for index, line in enumerate(sheet.lines):
        days = line.target.days
        if last_year is not None and days is not None and days.last.year > last_year:
            label = row_label(sheet, index)
            message = f"{label}时限{quoted(line.target.text)}晚于项目结束年度{last_year}年"
            yield Remark(f"/indicators/{index}/target", message, str(last_year), line.target.text)


def c9_narrative(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C9 实际完成情况 left empty (only where the form asks for it)."""
    if sheet.form.achieved is not None and is_blank(sheet.form.achieved):
        yield Remark("/achieved", "未填写“实际完成情况”，请对照预期目标填写")


def c10_one_row(sheet: Sheet, rule: CheckRule) -> Iterator[Remark]:
    """C10 one indicator carries almost all points."""
    full = sum((line.full or ZERO for line in sheet.lines), ZERO)
    for index, line in enumerate(sheet.lines):
        if line.full and len(sheet.lines) > 1 and full > ZERO:
            share = percent(line.full, full)
            if share >= rule.figure("share"):
                shown = exactly(2).shown(share)
                message = f"{row_label(sheet, index)}分值占{shown}%，过于集中，请核对分值"
                yield Remark(f"/indicators/{index}/full", message, given=shown)
