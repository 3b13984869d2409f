"""Administrative divisions (行政区划), by their six-digit codes."""

from zoneinfo import ZoneInfo

from sqlmodel import Field, Session, col, select

from app.db.base import Versioned

TIME_ZONE = "Asia/Shanghai"


class Region(Versioned, table=True):
    """One division; days and deadlines of its units are judged in its time zone."""

    __tablename__ = "regions"

    code: str = Field(primary_key=True)
    name: str
    parent_code: str | None = Field(default=None, foreign_key="regions.code", index=True)
    time_zone: str = TIME_ZONE


def page(session: Session, after: str, limit: int) -> list[Region]:
    """Up to `limit` regions in the order of their codes, after that code."""
    rows = select(Region).where(col(Region.code) > after).order_by(Region.code).limit(limit)
    return list(session.exec(rows))


def zone(session: Session, code: str) -> ZoneInfo:
    """The time zone of a region; its row is read once a session, however many rows ask."""
    known = session.info.setdefault("regions", {})
    if code not in known:
        # A session forgets rows that nobody holds: so this one is held.
        known[code] = session.get_one(Region, code)
    return ZoneInfo(known[code].time_zone)


def zones(session: Session, codes: list[str]) -> dict[str, ZoneInfo]:
    """The time zones of those regions, by code."""
    rows = select(Region.code, Region.time_zone).where(col(Region.code).in_(codes))
    return {code: ZoneInfo(name) for code, name in session.exec(rows)}
