"""The catalogue of reasons for a return (退回原因): rows that the finance bureau keeps."""

from sqlmodel import Field, Session, col, select

from app.db.base import Versioned


class ReturnReason(Versioned, table=True):
    """One reason; `needs_words` asks for an explanation beside it, as 其他 does."""

    __tablename__ = "return_reasons"

    code: str = Field(primary_key=True)
    label: str
    position: int = 0
    needs_words: bool = False
    active: bool = True


def offered(session: Session) -> list[ReturnReason]:
    """The reasons in use, in their order."""
    rows = select(ReturnReason).where(col(ReturnReason.active))
    return list(session.exec(rows.order_by(col(ReturnReason.position), col(ReturnReason.code))))


def every(session: Session) -> list[ReturnReason]:
    """All reasons, those no longer in use included, in their order."""
    rows = select(ReturnReason).order_by(col(ReturnReason.position), col(ReturnReason.code))
    return list(session.exec(rows))
