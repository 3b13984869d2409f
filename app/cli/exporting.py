"""The command export: forms of an organisation and a year to a ZIP or a folder, at the machine."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from tqdm import tqdm

from app.cli.consoles import console
from app.cli.options import CannotRun, Commands
from app.cli.serving import database
from app.db.regions import TIME_ZONE
from app.db.session import make_engine, reading, writing
from app.domain.actors import Actor
from app.domain.exports import KIND_LABELS, ExportKind
from app.domain.workflow import LABELS, State
from app.files.archives import Archive, FolderArchive, Sink, ZipArchive
from app.services import export_policies, export_writers, exports
from app.services.export_writers import Step
from app.services.exports import ExportEntry
from app.settings import from_environment

DONE, NOTHING = 0, 1
ZIP = ".zip"
# What a person who may read the database may read anyhow; nobody else.
PRIVATE = 0o600


def add_to(commands: Commands) -> None:
    """Offer export."""
    command = commands.add("export", run_export, "把一个单位一年的自评表导出为文档或开放数据")
    kinds = "，".join(f"{kind} {label}" for kind, label in KIND_LABELS.items())
    command.arguments.add_argument("kind", choices=tuple(ExportKind), metavar="格式", help=kinds)
    command.arguments.add_argument(
        "output", type=Path, metavar="输出", help="以 .zip 结尾的文件，或者一个空的文件夹"
    )
    command.choices.add_argument(
        "--year", type=year, required=True, metavar="年度", help="预算年度，如 2024"
    )
    command.choices.add_argument(
        "--organisation",
        metavar="单位代码",
        help="哪个单位的表，含全部下级；只有一个最上级单位时可以不写",
    )
    states = "，".join(f"{state} {label}" for state, label in LABELS.items())
    command.choices.add_argument("--state", choices=tuple(State), metavar="状态", help=states)


def year(text: str) -> int:
    """A fiscal year as typed."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"年度请写四位数字，如 2024，现在是 {text}")
    return int(text)


def run_export(options: argparse.Namespace) -> int:
    """Export: 0 when all is written, 1 when there was nothing to write."""
    settings, now = from_environment(), datetime.now(UTC)
    kind, output = ExportKind(options.kind), options.output
    _require_free(output)
    entry = ExportEntry(kind=kind, fiscal_year=options.year, state=options.state or "")
    with database(settings) as session:
        actor, ids = exports.take_out(session, console(session, options.organisation), now, entry)
    if not ids:
        print(f"{options.year}年度没有可以导出的自评表。")
        return NOTHING
    engine = make_engine(settings.database_url)
    try:
        with archive(output, now) as place:
            _write(engine, actor, now, ids, (kind, place, output.parent, settings.public_url))
    finally:
        engine.dispose()
    print(f"已导出 {len(ids)} 张自评表：{output}")
    return DONE


@contextmanager
def archive(output: Path, now: datetime) -> Iterator[Archive]:
    """A folder, or a ZIP that is there whole or not at all."""
    try:
        if output.suffix.lower() != ZIP:
            output.mkdir(parents=True, exist_ok=True)
            yield FolderArchive(output)
            return
        output.parent.mkdir(parents=True, exist_ok=True)
        with _whole(output, now) as place:
            yield place
    except OSError as error:
        raise CannotRun(
            f"{output} 写不下去（{error.strerror}），请核对路径、权限和磁盘。"
        ) from error


@contextmanager
def _whole(output: Path, now: datetime) -> Iterator[Archive]:
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            part.chmod(PRIVATE)
            place = ZipArchive(Sink(file.write), _clock(now))
            yield place
            place.close()
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _clock(now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(TIME_ZONE))


def _write(
    engine: Engine,
    actor: Actor,
    now: datetime,
    ids: tuple[int, ...],
    what: tuple[ExportKind, Archive, Path, str],
) -> None:
    """Every form, some at a time; a bar on a terminal shows how far it is."""
    writer, size = export_writers.writer(*what), export_policies.policy().at_a_time(what[0])
    try:
        with tqdm(total=len(ids), unit="张", disable=None, leave=False) as bar:
            for at in range(0, len(ids), size):
                some = ids[at : at + size]
                with writing(engine) as session:
                    writer.prepare(Step(session, actor, now, some))
                with reading(engine) as session:
                    writer.take(Step(session, actor, now, some))
                bar.update(len(some))
        writer.finish()
    finally:
        writer.close()


def _require_free(output: Path) -> None:
    if output.suffix.lower() == ZIP and output.exists():
        raise CannotRun(f"{output} 已经存在，请换一个文件名。")
    if output.is_dir() and any(output.iterdir()):
        raise CannotRun(f"文件夹 {output} 不是空的，请换一个。")
    if output.exists() and not output.is_dir():
        raise CannotRun(f"{output} 是一个文件；请写以 .zip 结尾的新文件名，或一个文件夹。")
