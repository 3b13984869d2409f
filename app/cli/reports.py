"""What a person reads of scored forms: a report for each, or one line for each of many."""

from collections.abc import Iterator, Sequence

from app.cli.scored_files import ScoredFile
from app.domain.findings import Severity
from app.schemas.places import place_words
from app.services.readings.spelling import width
from app.services.scored_forms import ScoredForm

SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "提示"}
_LONGEST_UNREAD = 60
HEAD = ("文件", "项目", "年度", "重算", "表上", "等级", "错误", "提醒", "存疑", "未读")
_WIDTHS = (30, 34, 6, 8, 8, 6, 5, 5, 5, 5)


def report(path: str, form: ScoredForm) -> Iterator[str]:
    """One form: what was read, what was recomputed, every finding, and what stays open."""
    yield f"{path}  {form.form.project}".rstrip()
    yield from _head(form)
    yield from _figures(form)
    yield from _findings(form)
    for mark in form.marks:
        yield f"  存疑  {place_words(mark.path)}（第{mark.line}行）：{mark.because}"
    for line in form.unread:
        text = line.text if len(line.text) <= _LONGEST_UNREAD else f"{line.text[:59]}…"
        yield f"  未读  {line.place}第{line.line}行：{text}"
    counts = form.counts()
    told = [f"{words} {counts[kind]} 条" for kind, words in SEVERITIES.items()]
    if form.because:
        told += [f"存疑 {len(form.marks)} 处", f"未读 {len(form.unread)} 行"]
    yield "  " + "，".join(told)


def _head(form: ScoredForm) -> Iterator[str]:
    if form.because:
        above = f"（主管部门：{form.department}）" if form.department else ""
        yield f"  单位      {form.form.unit or '—'}{above}"
    yield f"  评分标准  {form.result.standard} {form.result.edition}"
    for reason in form.because:
        yield f"            {reason}"


def _figures(form: ScoredForm) -> Iterator[str]:
    result, claimed = form.result, form.form.claimed
    execution = result.execution
    told = _printed(claimed.rate and f"{claimed.rate.rstrip('%％')}%", claimed.execution_points)
    scored = f"得分 {execution.points}／{execution.full}"
    points = scored if execution.full.strip("0.") else "不计分"
    yield f"  预算执行  执行率 {execution.rate or '—'}%，{points}{told}"
    told = _printed(claimed.total, claimed.grade)
    yield f"  总分      {result.total}／{result.full}，等级 {result.grade or '—'}{told}"
    if not form.because:
        return
    wrong = sum(finding.path.endswith("/points") for finding in result.findings if finding.given)
    differing = f"，{wrong} 处得分与重算不符" if wrong else "，得分均与重算相符"
    rows = len(result.indicators)
    yield f"  指标      {rows} 行{differing if rows else ''}"


def _printed(*texts: str) -> str:
    told = "、".join(text for text in texts if text)
    return f"（表上 {told}）" if told else ""


def _findings(form: ScoredForm) -> Iterator[str]:
    for finding in form.result.findings:
        words = SEVERITIES[Severity(finding.severity)]
        yield f"  {words}  {place_words(finding.path)}：{finding.message}"
        for found in form.candidates:
            if found.path == finding.path:
                seen = f"，见于 {'、'.join(found.editions)}" if found.editions else ""
                yield f"        或为“{found.rule}”：{found.because}{seen}"


def table(files: Sequence[ScoredFile]) -> Iterator[str]:
    """One line for each form and each unreadable file, and the sums below."""
    yield _line(HEAD)
    for file in files:
        for form in file.forms:
            yield _line(row(file, form))
    forms = [form for file in files for form in file.forms]
    faulty = sum(form.counts()[Severity.ERROR] > 0 for form in forms)
    unreadable = sum(bool(file.error) for file in files)
    yield (
        f"共 {len(files)} 个文件、{len(forms)} 张表：有错误的 {faulty} 张，"
        f"没有错误的 {len(forms) - faulty} 张，读不了的文件 {unreadable} 个"
    )


def row(file: ScoredFile, form: ScoredForm) -> tuple[str, ...]:
    """The cells of one form in the table."""
    counts, result = form.counts(), form.result
    return (
        file.path,
        form.form.project,
        form.form.fiscal_year,
        result.total,
        form.form.claimed.total,
        result.grade,
        str(counts[Severity.ERROR]),
        str(counts[Severity.WARNING]),
        str(len(form.marks)),
        str(len(form.unread)),
    )


def _line(cells: Sequence[str]) -> str:
    """Cells side by side, each as wide as its column, names cut at their beginning."""
    shown = [_fitted(cell, space) for cell, space in zip(cells, _WIDTHS, strict=True)]
    return " ".join(shown).rstrip()


def _fitted(text: str, space: int) -> str:
    cut = text
    while width(cut) > space:
        cut = f"…{cut[2:]}" if cut.startswith("…") else f"…{cut[1:]}"
    return cut + " " * (space - width(cut))
