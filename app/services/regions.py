"""Administrative divisions (行政区划): everyone reads them, a few keep them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.db import regions
from app.db.regions import TIME_ZONE, Region
from app.domain.actors import Actor, Noun
from app.domain.audit import AuditAction, differences
from app.errors import Conflict, NotFound
from app.services import audit, paging
from app.services.claims import claim, require
from app.services.fields import NAME_LENGTH, Fields
from app.services.paging import Page

CODE = re.compile(r"[0-9]{6}", re.ASCII)
IN_USE = "这个地区还有下级地区、单位或数据，不能删除。"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionEntry:
    """All that is to be known of a division."""

    code: str
    name: str
    parent_code: str | None = None
    time_zone: str = TIME_ZONE


def create(session: Session, actor: Actor, now: datetime, entry: RegionEntry) -> Region:
    """Store a new division; raises Forbidden, Unacceptable."""
    require(actor, Noun.REGION)
    fields = Fields()
    if not CODE.fullmatch(entry.code):
        fields.add("/code", "地区代码请写 6 位数字，如 310000", entry.code)
    elif known(session, entry.code):
        fields.add("/code", "这个地区代码已经登记，请核对", entry.code)
    _check(session, fields, entry)
    fields.settle()
    region = Region(code=entry.code, name=entry.name)
    _write(session, region, entry)
    told = differences({}, audit.cells(region, RegionEntry))
    audit.record(session, actor, now, AuditAction.CREATE, audit.about(region), told)
    return region


def get(session: Session, code: str) -> Region:
    """One division; raises NotFound."""
    region = session.get(Region, code)
    if region is None:
        raise NotFound
    return region


def list_regions(session: Session, after: str | None, limit: int | None) -> Page[Region]:
    """A page of divisions, in the order of their codes."""
    rows = paging.size(limit)
    found = regions.page(session, paging.text_after(after), rows + 1)
    return paging.page_of(found, rows, lambda region: region.code)


def update(
    session: Session, actor: Actor, now: datetime, code: str, version: int, entry: RegionEntry
) -> Region:
    """Replace a division's name, parent and time zone; raises VersionConflict and the others."""
    require(actor, Noun.REGION)
    region = claim(session, Region, code, version)
    fields = Fields()
    if entry.code != code:
        fields.add("/code", f"地区代码建立后不能更改，请写 {code}", entry.code)
    _check(session, fields, entry)
    fields.settle()
    before = audit.cells(region, RegionEntry)
    region.version += 1
    _write(session, region, entry)
    changes = differences(before, audit.cells(region, RegionEntry))
    audit.record(session, actor, now, AuditAction.CHANGE, audit.about(region), changes)
    return region


def delete(session: Session, actor: Actor, now: datetime, code: str, version: int) -> None:
    """Delete a division that nothing refers to; raises Conflict for any other."""
    require(actor, Noun.REGION)
    region = claim(session, Region, code, version)
    try:
        with session.begin_nested():
            session.delete(region)
    except IntegrityError as error:
        raise Conflict(IN_USE) from error
    lost = differences(audit.cells(region, RegionEntry), {})
    audit.record(session, actor, now, AuditAction.DELETE, audit.about(region), lost)


def known(session: Session, code: str) -> bool:
    """Whether a division of that code is registered."""
    return CODE.fullmatch(code) is not None and session.get(Region, code) is not None


def today(session: Session, region_code: str, now: datetime) -> date:
    """The day it is in a region at that moment: deadlines are judged by it."""
    return now.astimezone(regions.zone(session, region_code)).date()


def _check(session: Session, fields: Fields, entry: RegionEntry) -> None:
    fields.text("/name", "地区名称", entry.name, NAME_LENGTH, required=True)
    if entry.parent_code is not None:
        _check_parent(session, fields, entry.code, entry.parent_code)
    try:
        ZoneInfo(entry.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fields.add("/time_zone", "时区请写标准名称，如 Asia/Shanghai", entry.time_zone)


def _check_parent(session: Session, fields: Fields, code: str, parent_code: str) -> None:
    if not known(session, parent_code):
        fields.add("/parent_code", "上级地区代码没有登记，请核对", parent_code)
        return
    above: str | None = parent_code
    while above is not None:
        if above == code:
            fields.add("/parent_code", "上级地区不能是本地区或它的下级", parent_code)
            return
        above = session.get_one(Region, above).parent_code


def _write(session: Session, region: Region, entry: RegionEntry) -> None:
    region.name = entry.name.strip()
    region.parent_code = entry.parent_code
    region.time_zone = entry.time_zone
    session.add(region)
    session.flush()
