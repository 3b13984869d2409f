"""Commands that need no database: standards, score."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from app.cli import reports
from app.cli.batches import READ, files_in, scored_files
from app.cli.options import CannotRun, Commands
from app.cli.scored_files import CLEAN, ScoredFile
from app.domain.findings import Severity
from app.files import workbook_writer
from app.schemas.places import place_words
from app.services import standards


def add_to(commands: Commands) -> None:
    """Offer standards and score."""
    commands.add("standards", list_standards, "列出全部评分标准的版本")
    command = commands.add("score", score, "核对文件中的自评表：重算每个得分，列出不符之处")
    command.arguments.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="文件",
        help=f"公开的自评表或评分请求（{'、'.join(READ)}），或放有这些文件的文件夹",
    )
    command.choices.add_argument(
        "--standard", default="", metavar="标准", help="改用这个评分标准，不按年度和地区选"
    )
    command.choices.add_argument(
        "--edition", default="", metavar="版本", help="改用它的这个版本（施行日期）"
    )
    command.choices.add_argument("--json", action="store_true", help="结果以 JSON 输出")
    command.choices.add_argument(
        "--xlsx", type=Path, metavar="输出", help="汇总、校验结果和未读的行另写成 Excel 文件"
    )


def list_standards(_: argparse.Namespace) -> int:
    """Print every edition, one a line with tabs between."""
    for edition in standards.editions():
        print(edition.standard, edition.edition, edition.region, edition.title, sep="\t")
    return CLEAN


def score(options: argparse.Namespace) -> int:
    """Score files: 0 when no form has an error, 1 when one has, 2 when a file is unreadable."""
    paths = files_in(options.files)
    folders = any(path.is_dir() for path in options.files)
    done = told(scored_files(paths, options.standard, options.edition))
    if options.json:
        status, kept = print_json(done, keep=options.xlsx is not None)
    elif folders:
        kept = list(done)
        status = worst(kept)
        print("\n".join(reports.table(kept)))
    else:
        kept = list(print_reports(done))
        status = worst(kept)
    if options.xlsx:
        write_book(options.xlsx, kept)
    return status


def told(files: Iterable[ScoredFile]) -> Iterator[ScoredFile]:
    """The files as they come, each unreadable one told at once."""
    for file in files:
        if file.error:
            print(f"{file.path}：{file.error}", file=sys.stderr)
        yield file


def worst(files: Iterable[ScoredFile]) -> int:
    """The exit status of all files together: the gravest of them."""
    return max((file.status for file in files), default=CLEAN)


def print_reports(files: Iterable[ScoredFile]) -> Iterator[ScoredFile]:
    """Print the report of each form as it comes."""
    for file in files:
        for form in file.forms:
            print("\n".join(reports.report(file.path, form)))
        yield file


def print_json(files: Iterable[ScoredFile], *, keep: bool) -> tuple[int, list[ScoredFile]]:
    """Print one array, an element a file as it comes; the files are kept only if asked for."""
    status, kept, mark = CLEAN, [], "["
    for file in files:
        status = max(status, file.status)
        print(mark, json.dumps(file.as_json(), ensure_ascii=False, indent=1), sep="\n")
        mark = ","
        if keep:
            kept.append(file)
    print("]" if mark == "," else "[]")
    return status, kept


def write_book(path: Path, files: Sequence[ScoredFile]) -> None:
    """Write the summary, the findings and the unread lines; raises CannotRun."""
    rows = {"汇总": _summary(files), "校验结果": _findings(files), "存疑与未读": _open(files)}
    sheets = (workbook_writer.plain(name, next(lines), lines) for name, lines in rows.items())
    try:
        path.write_bytes(workbook_writer.written(*sheets))
    except OSError as error:
        message = f"{path}：写不了（{error.strerror}），请核对路径和权限，或先关闭这个文件。"
        raise CannotRun(message) from error


def _summary(files: Sequence[ScoredFile]) -> Iterator[Sequence[str]]:
    yield (*reports.HEAD, "评分标准", "说明")
    for file in files:
        for form in file.forms:
            standard = f"{form.result.standard} {form.result.edition}"
            yield (*reports.row(file, form), standard, "".join(form.because))
        if file.error:
            yield (file.path, *[""] * (len(reports.HEAD) - 1), "", file.error)


def _findings(files: Sequence[ScoredFile]) -> Iterator[Sequence[str]]:
    yield ("文件", "项目", "程度", "位置", "问题", "应为", "表上", "可能的规则")
    for file in files:
        for form in file.forms:
            for found in form.result.findings:
                rules = (item for item in form.candidates if item.path == found.path)
                yield (
                    file.path,
                    form.form.project,
                    reports.SEVERITIES[Severity(found.severity)],
                    place_words(found.path),
                    found.message,
                    found.expected,
                    found.given,
                    "；".join(f"{rule.rule}：{rule.because}" for rule in rules),
                )


def _open(files: Sequence[ScoredFile]) -> Iterator[Sequence[str]]:
    yield ("文件", "项目", "类别", "行", "位置", "内容")
    for file in files:
        for form in file.forms:
            name = form.form.project
            for mark in form.marks:
                place = place_words(mark.path)
                yield (file.path, name, "存疑", str(mark.line), place, mark.because)
            for line in form.unread:
                yield (file.path, name, "未读", str(line.line), line.place, line.text)
