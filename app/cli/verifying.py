"""Commands that check what is stored: verify."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlmodel import Session

from app import uploads
from app.cli.options import CannotRun, Commands
from app.db.session import make_engine, reading
from app.domain.audit_chain import FAULT_WORDS, HashMissing, Verified
from app.services import attachment_checks, audit
from app.services.attachment_checks import Examined
from app.settings import Settings, from_environment

SOUND, BROKEN = 0, 1


def add_to(commands: Commands) -> None:
    """Offer verify."""
    command = commands.add(
        "verify", verify, "核对审计记录和佐证材料是否完整：有没有被改动、删除、调换或插入"
    )
    command.choices.add_argument(
        "--expect",
        nargs=2,
        metavar=("编号", "校验值"),
        help="以前核对时抄下的最后一条的编号和校验值，一并核对",
    )
    command.choices.add_argument("--json", action="store_true", help="结果以 JSON 输出")


def verify(options: argparse.Namespace) -> int:
    """Check trail and evidence: 0 when both are sound, 1 when not, with what is broken."""
    settings = from_environment()
    expected = expectation(options.expect) if options.expect else None
    with existing(settings) as session:
        try:
            found = audit.verified(session, expected)
            files = attachment_checks.examined(session, uploads.store(settings))
        except HashMissing as error:
            raise CannotRun(str(error)) from error
    if options.json:
        print(json.dumps(as_json(found, files, settings), ensure_ascii=False, indent=2))
    else:
        print(as_text(found), *attachment_checks.lines(files), sep="\n")
    return SOUND if found.fault is None and not files.lost else BROKEN


def expectation(words: list[str]) -> tuple[int, str]:
    """Number and digest as typed; raises CannotRun."""
    number, digest = words
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 2**63):
        raise CannotRun(f"编号应是正整数，现在是 {number}")
    return int(number), digest


@contextmanager
def existing(settings: Settings) -> Iterator[Session]:
    """The configured database as it is: only read, not brought up to date."""
    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as session:
            yield session
    except (DBAPIError, NoResultFound) as error:
        raise CannotRun(
            "数据库中读不到审计记录：请核对 JIXIAO_DATABASE_URL 或 JIXIAO_DATA_DIR；"
            "旧版本的数据库请先用 jixiao serve 启动一次。"
        ) from error
    finally:
        engine.dispose()


def as_text(found: Verified) -> str:
    """What is to be said of the trail, in a line."""
    if found.fault is None:
        return f"OK 共 {found.count} 条，最后一条的校验值 {found.digest}"
    return f"第 {found.broken} 条有问题：{FAULT_WORDS[found.fault]}。之前的 {found.count} 条完好。"


def as_json(found: Verified, files: Examined, settings: Settings) -> dict[str, Any]:
    """The result for another program."""
    broken = None
    if found.fault is not None:
        broken = {
            "number": found.broken,
            "fault": found.fault,
            "message": FAULT_WORDS[found.fault],
        }
    return {
        "ok": found.fault is None and not files.lost,
        "count": found.count,
        "digest": found.digest,
        "broken": broken,
        "kept_months": settings.audit_months,
        "attachments": {
            "count": files.count,
            "lost": [asdict(item) for item in files.lost],
        },
    }
