"""Write docs/standards.md from the editions; a test fails when page and files differ.

Run it after a change of app/standards: `.venv/bin/python scripts/write_standards.py`.
"""

from collections.abc import Iterator
from pathlib import Path

from app.domain.checks import TITLES
from app.domain.numbers import plain
from app.domain.rules import RULES, RuleChoice
from app.domain.standards import OCCASIONS, Standard
from app.services.standards import editions

PAGE = Path(__file__).resolve().parents[1] / "docs" / "standards.md"
HEAD = """# Standards

This page is written from the files in `app/standards` by `scripts/write_standards.py`;
do not edit it. To add a province's rules, read [rule-authors.md](rule-authors.md).

Confidence: S read in a published form or report, V read in a published page, C practice of
deployed systems, M well known but the original text was not at hand.
"""
OCCASION_LABELS = {
    "at_least": "≥ >",
    "at_most": "≤ <",
    "equal": "=",
    "within": "a range",
    "by_date": "a date",
    "qualitative": "words (定性)",
    "unspecified": "no target",
}


def render() -> str:
    """The whole page."""
    parts = [HEAD, *(line for edition in editions() for line in _edition(edition))]
    return "\n".join([*parts, *_rules(), *_checks()]) + "\n"


def _edition(edition: Standard) -> Iterator[str]:
    yield f"## {edition.standard} {edition.edition}\n"
    yield f"{edition.title}\n"
    yield f"- Source: {edition.document}; {edition.reference} (confidence {edition.confidence})"
    yield f"- Region {edition.region}, kind `{edition.kind}`, full points {plain(edition.full)}"
    points, rate = edition.points, edition.rate
    yield f"- Points: {points.places} decimals, {points.mode}; rate: {rate.places} decimals, {rate.mode}, printed with {edition.rate_printed}"
    yield f"- {_funds(edition)}"
    bands = "; ".join(
        f"{step.name} {edition.scale.band(step.name)}" for step in edition.scale.steps
    )
    yield f"- Grades: {bands}"
    over = edition.overfulfilment
    yield f"- Far beyond target: noted from {plain(over.warn_from)} times, explained from {plain(over.reason_from)} times"
    yield f"- {edition.note}\n"
    yield "| level 1 | points | required | level 2 |"
    yield "|---|---|---|---|"
    for group in edition.groups:
        full = plain(group.full) if group.full is not None else "free"
        required = "yes" if group.required else "no"
        yield f"| {group.level1} | {full} | {required} | {'、'.join(group.level2) or '—'} |"
    yield ""
    yield "| target written as | rule | figures |"
    yield "|---|---|---|"
    for occasion in OCCASIONS:
        yield _rule_row(OCCASION_LABELS[occasion], edition.rules[occasion])
    for named in edition.named:
        yield _rule_row(f"name with {'、'.join(named.words)}", named.choice)
    yield ""


def _funds(edition: Standard) -> str:
    funds = edition.funds
    if not funds.full:
        return "Budget execution earns no points of its own in this form"
    parts = [
        f"Budget execution: {plain(funds.full)} points, executed ÷ {funds.denominator}",
        f"capped at {plain(funds.cap)} %",
    ]
    if funds.cut_off:
        parts.append(f"nothing below {plain(funds.cut_off)} %")
    return ", ".join(parts)


def _rule_row(label: str, choice: RuleChoice) -> str:
    parameters = choice.parameters
    figures = [f"{name} {plain(value)}" for name, value in parameters.figures.items()]
    figures += [f"{tier.label} {plain(tier.low)}–{plain(tier.high)} %" for tier in parameters.tiers]
    figures += [f"≤{plain(band.limit)} → {plain(band.share)} %" for band in parameters.bands]
    return f"| {label} | `{choice.name}` {RULES[choice.name].label} | {'; '.join(figures) or '—'} |"


def _rules() -> Iterator[str]:
    yield "## Rules to choose from\n"
    yield "| name | 名称 | what it does | figures it takes |"
    yield "|---|---|---|---|"
    for rule in RULES.values():
        yield f"| `{rule.name}` | {rule.label} | {rule.explains} | {', '.join(rule.parameters) or '—'} |"
    yield ""


def _checks() -> Iterator[str]:
    """Each check, and how each edition weighs it."""
    known = editions()
    yield "## Checks and how each edition weighs them\n"
    heads = [f"{item.standard} {item.edition.year}" for item in known]
    yield f"| code | 名称 | {' | '.join(heads)} |"
    yield f"|---|---|{'---|' * len(known)}"
    for code, title in TITLES.items():
        weights = [edition.check(code).severity or "off" for edition in known]
        yield f"| {code} | {title} | {' | '.join(weights)} |"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
