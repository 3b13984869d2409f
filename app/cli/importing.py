"""The command import: a table previewed, or written whole, by hand at the machine."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from app.cli.accounts import profile
from app.cli.consoles import console
from app.cli.options import CannotRun, Commands
from app.cli.serving import database
from app.db.imports import Import
from app.domain.imports import EFFECT_LABELS, Effect, ImportState, Report, RowProblem
from app.services import import_documents, import_passwords, imports
from app.services.import_kinds import KINDS
from app.services.import_passwords import IssuedPassword
from app.services.imports import Upload
from app.settings import from_environment

CLEAN, PROBLEMS = 0, 1
# The list of passwords is for whoever runs the command alone.
PRIVATE = 0o600


def add_to(commands: Commands) -> None:
    """Offer import."""
    command = commands.add("import", run_import, "用表格批量新增和修改：有一处问题就全部不写入")
    kinds = "，".join(f"{name} {kind.label}" for name, kind in KINDS.items())
    command.arguments.add_argument("kind", choices=tuple(KINDS), metavar="内容", help=kinds)
    command.arguments.add_argument("file", type=Path, metavar="文件", help=".xlsx 或 .csv")
    command.choices.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    command.choices.add_argument(
        "--organisation",
        metavar="单位代码",
        help="以哪个单位的范围导入；只有一个最上级单位时可以不写",
    )
    command.choices.add_argument(
        "--passwords", type=Path, metavar="输出", help="导入账号时，把初始密码写成这个 Excel 文件"
    )


def run_import(options: argparse.Namespace) -> int:
    """Import one file: 0 when all is sound, 1 when something needs mending."""
    settings, now = from_environment(), datetime.now(UTC)
    upload = Upload(options.file.name, _read(options.file))
    issued: list[IssuedPassword] = []
    if options.passwords is not None and options.passwords.exists():
        raise CannotRun(f"{options.passwords} 已经存在，请换一个文件名。")
    with database(settings) as session:
        actor = console(session, options.organisation)
        row = imports.take(session, actor, now, options.kind, upload, dry_run=options.dry_run)
        report = imports.report_of(row)
        if options.passwords is not None and import_passwords.waiting(session, row):
            issued = import_passwords.issue_all(
                session, actor, now, row.id, row.version, profile(settings)
            )
            _write_passwords(options.passwords, issued)
    print("\n".join(_told(row, report)))
    return PROBLEMS if report.problems else CLEAN


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path} 读不出来（{error.strerror}），请核对路径和权限。") from error


def _write_passwords(path: Path, issued: list[IssuedPassword]) -> None:
    content = import_documents.passwords(import_passwords.as_rows(issued))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _told(row: Import, report: Report) -> list[str]:
    counts = "，".join(f"{EFFECT_LABELS[effect]} {report.count(effect)}" for effect in Effect)
    lines = [_problem(problem) for problem in report.problems]
    lines += [f"未读取：{line}" for line in report.left_out]
    done = {
        ImportState.READY: "没有问题，可以导入",
        ImportState.FAULTY: "有问题，没有写入",
        ImportState.APPLIED: "已导入",
    }[ImportState(row.state)]
    return [*lines, f"{row.file_name}：{done}。{counts}，问题 {row.problems}。"]


def _problem(problem: RowProblem) -> str:
    place = f"{problem.column}{problem.row}" if problem.column else f"第 {problem.row} 行"
    at = f"{problem.sheet} {place if problem.row else '整张表'}".strip()
    value = f"“{problem.value}”" if problem.value else ""
    return f"{at}  {problem.heading}{value}：{problem.message}"
