"""Nouns of the domain for tables of cases: editions, rows, whole forms, findings."""

from app.domain.findings import Finding
from app.domain.forms import Claimed, Form, FundRow, IndicatorRow
from app.domain.lines import Line, score_line
from app.domain.scored import Scored
from app.domain.scoring import score_form
from app.domain.sheet import Sheet
from app.domain.standards import Standard
from app.services import standards

NATIONAL = standards.get("national-self-evaluation", "2020-02-25")
SHANGHAI_2024 = standards.get("shanghai-self-evaluation", "2024-01-01")
SHANGHAI_2019 = standards.get("shanghai-self-evaluation", "2019-01-01")
HUBEI = standards.get("hubei-self-evaluation", "2020-02-25")
EVALUATION = standards.get("national-evaluation", "2020-02-25")
SHANGHAI_EVALUATION = standards.get("shanghai-evaluation", "2014-01-01")


def row(target: str = "≥10个", actual: str = "10个", full: str = "10", **cells) -> IndicatorRow:
    """An indicator row that meets its target unless a cell says otherwise."""
    given = {"level1": "产出指标", "level2": "数量指标", "name": "建设数量", "target": target}
    return IndicatorRow(**{**given, "actual": actual, "full": full, **cells})


def line(standard: Standard = NATIONAL, year: int | None = 2024, **cells) -> Line:
    """One row as the edition scores it."""
    return score_line(row(**cells), year, standard)


def ask(
    rule: str, target: str, actual: str, full: str = "10", judged: str = "", **figures
) -> Scored:
    """What a rule named by the row itself answers, with the rule's figures as text."""
    return line(
        target=target, actual=actual, full=full, points=judged, rule=rule, parameters=figures
    ).scored


# Three groups as the national edition weighs them: 50, 30 and 10, with 10 for execution.
ROWS = (
    row("≥100个", "99个", "50", reason="受汛期影响，已调整施工计划"),
    row("≥90%", "95%", "30", level1="效益指标", level2="社会效益指标", name="服务覆盖面"),
    row("≥90%", "92%", level1="满意度指标", level2="服务对象满意度指标", name="群众满意度"),
)
FUNDS = (
    FundRow(source="total", initial="100.00", adjusted="100.00", executed="95.00", unit="万元"),
    FundRow(
        source="appropriation", initial="80.00", adjusted="80.00", executed="76.00", unit="万元"
    ),
    FundRow(
        source="carried_over", initial="20.00", adjusted="20.00", executed="19.00", unit="万元"
    ),
    FundRow(source="other", initial="0.00", adjusted="0.00", executed="0.00", unit="万元"),
)


def form(**parts) -> Form:
    """A form without any finding under the national edition: 99.00 points, 优."""
    return Form(**{"fiscal_year": 2024, "funds": FUNDS, "indicators": ROWS, **parts})


def with_row(index: int = 0, **cells) -> Form:
    """The faultless form with some cells of one row changed."""
    rows = list(ROWS)
    given = {name: getattr(rows[index], name) for name in IndicatorRow.__slots__}
    rows[index] = IndicatorRow(**{**given, **cells})
    return form(indicators=tuple(rows))


def with_fund(index: int = 0, **cells) -> Form:
    """The faultless form with some cells of one fund row changed."""
    funds = list(FUNDS)
    given = {name: getattr(funds[index], name) for name in FundRow.__slots__}
    funds[index] = FundRow(**{**given, **cells})
    return form(funds=tuple(funds))


def with_claims(**claims) -> Form:
    """The faultless form with printed figures."""
    return form(claimed=Claimed(**claims))


def score(given: Form, standard: Standard = NATIONAL) -> Sheet:
    """The form scored and examined."""
    return score_form(given, standard)


UNKIND = ("非法", "无效", "系统异常")


def findings(given: Form, code: str, standard: Standard = NATIONAL) -> list[Finding]:
    """The findings of one check, each in words that a person can read at a glance."""
    found = [finding for finding in score(given, standard).findings if finding.code == code]
    for finding in found:
        assert len(finding.message) <= 60, finding.message
        assert not any(word in finding.message for word in UNKIND), finding.message
        place = finding.path.split("/")
        if place[1] == "indicators" and place[2:]:
            index = int(place[2])
            name = given.indicators[index].name
            assert finding.message.startswith(f"第{index + 1}行“{name[:15]}"), finding.message
    return found


def told(given: Form, code: str, standard: Standard = NATIONAL) -> list[tuple[str, str, str]]:
    """Severity, path and message of what one check finds."""
    found = findings(given, code, standard)
    return [(finding.severity.value, finding.path, finding.message) for finding in found]
