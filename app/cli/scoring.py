"""Commands that need no database: standards, score."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.api.exact_json import exact_json
from app.api.problems import BadRequest
from app.api.scorings import answer
from app.api.sentences import problems_of
from app.cli.options import CannotRun, Commands
from app.domain.findings import Severity
from app.errors import AppError, Unacceptable
from app.schemas.scorings import ScoringIn, ScoringOut
from app.services import standards

CLEAN, FAULTY, UNREADABLE = 0, 1, 2
SEVERITIES = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.INFO: "提示"}


def add_to(commands: Commands) -> None:
    """Offer standards and score."""
    commands.add("standards", list_standards, "列出全部评分标准的版本")
    command = commands.add("score", score, "核对文件中的自评表：重算每个得分，列出不符之处")
    command.arguments.add_argument(
        "files", nargs="+", type=Path, metavar="文件", help="评分请求，JSON 格式"
    )
    command.choices.add_argument("--standard", metavar="标准", help="改用这个评分标准")
    command.choices.add_argument("--edition", metavar="版本", help="改用它的这个版本（施行日期）")
    command.choices.add_argument("--json", action="store_true", help="结果以 JSON 输出")


def list_standards(_: argparse.Namespace) -> int:
    """Print every edition, one a line with tabs between."""
    for edition in standards.editions():
        print(edition.standard, edition.edition, edition.region, edition.title, sep="\t")
    return CLEAN


@dataclass(frozen=True, slots=True)
class Scoring:
    """One form of a file, as it was read, and what came of it."""

    form: ScoringIn
    result: ScoringOut

    def has_errors(self) -> bool:
        """Whether a figure of the form does not hold."""
        return any(finding.severity == Severity.ERROR for finding in self.result.findings)

    def as_json(self) -> dict[str, Any]:
        """Form and result as `--json` prints them."""
        return {
            "form": self.form.model_dump(mode="json", exclude_unset=True),
            "result": self.result.model_dump(mode="json"),
            "unread": [],
        }


def score(options: argparse.Namespace) -> int:
    """Score files: 0 when no form has an error, 1 when one has, 2 when a file is unreadable."""
    status = CLEAN
    printed = []
    for path in options.files:
        try:
            found = [scored(form, options) for form in read(path)]
        except CannotRun as error:
            print(f"{path}：{error}", file=sys.stderr)
            found, status = [], UNREADABLE
        if any(scoring.has_errors() for scoring in found):
            status = max(status, FAULTY)
        printed.append({"file": str(path), "forms": [scoring.as_json() for scoring in found]})
        if found and not options.json:
            print("\n".join(line for scoring in found for line in report(path, scoring)))
    if options.json:
        print(json.dumps(printed, ensure_ascii=False, indent=2))
    return status


def read(path: Path) -> list[ScoringIn]:
    """The forms of a file: one scoring request, or a list of them; raises CannotRun."""
    if path.suffix.lower() != ".json":
        raise CannotRun("目前只能读取 JSON 格式的评分请求（.json），其他格式的文件还不能读取。")
    try:
        document = exact_json(path.read_bytes())
    except OSError as error:
        raise CannotRun(f"文件打不开（{error.strerror}），请核对路径和权限。") from error
    except BadRequest as error:
        raise CannotRun(error.detail) from error
    try:
        forms = document if isinstance(document, list) else [document]
        return [ScoringIn.model_validate(form) for form in forms]
    except ValidationError as error:
        placed = ({**fault, "loc": ("body", *fault["loc"])} for fault in error.errors())
        raise CannotRun.because_of(Unacceptable(problems_of(placed))) from error


def scored(form: ScoringIn, options: argparse.Namespace) -> Scoring:
    """A form under the standard that the command or the form names; raises CannotRun."""
    asked = form
    if options.standard:  # the form's own edition is one of another standard
        asked = asked.model_copy(update={"standard": options.standard, "edition": ""})
    if options.edition:
        asked = asked.model_copy(update={"edition": options.edition})
    try:
        return Scoring(form, answer(asked))
    except AppError as error:
        raise CannotRun.because_of(error) from error


def report(path: Path, scoring: Scoring) -> Iterator[str]:
    """What a person reads: totals, then every finding with its place."""
    form, result = scoring.form, scoring.result
    execution = result.execution
    yield f"{path}  {form.project}".rstrip()
    yield f"  评分标准  {result.standard} {result.edition}"
    yield f"  预算执行  执行率 {execution.rate or '—'}%，得分 {execution.points}／{execution.full}"
    yield f"  总分      {result.total}／{result.full}，等级 {result.grade or '—'}"
    for finding in result.findings:
        yield f"  {SEVERITIES[Severity(finding.severity)]}  {finding.path}  {finding.message}"
    counts = Counter(finding.severity for finding in result.findings)
    yield "  " + "，".join(f"{words} {counts[kind]} 条" for kind, words in SEVERITIES.items())
