"""Messages (消息): the kinds of notice, what each is about, and how long its words may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

SUBJECT_LENGTH, BODY_LENGTH = 120, 2000
NAME_SHOWN = 60
# The bell shows no larger number: whoever has so many unread needs no exact count.
MOST_COUNTED = 100


class MessageKind(StrEnum):
    """What a message tells; people choose by kind what they also want by mail."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    UNAPPROVED = "unapproved"
    REOPENED = "reopened"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    WORD = "word"
    URGED = "urged"
    NOTICE = "notice"


MESSAGE_LABELS: Mapping[MessageKind, str] = MappingProxyType(
    {
        MessageKind.SUBMITTED: "待审核",
        MessageKind.RETURNED: "退回",
        MessageKind.APPROVED: "审核通过",
        MessageKind.COMPLETED: "办结",
        MessageKind.WITHDRAWN: "撤回",
        MessageKind.UNAPPROVED: "取消审核",
        MessageKind.REOPENED: "重新开放",
        MessageKind.PUBLISHED: "公开",
        MessageKind.UNPUBLISHED: "撤销公开",
        MessageKind.WORD: "沟通",
        MessageKind.URGED: "催报",
        MessageKind.NOTICE: "通知",
    }
)


class AboutKind(StrEnum):
    """Where a message leads: to a form, to the thread at a form, to the tasks of a year."""

    FORM = "self_evaluation"
    THREAD = "thread"
    YEAR = "year"
    NOTHING = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a message tells and what it is about; `id` is that of the form, if it is about one."""

    kind: MessageKind
    leads_to: AboutKind = AboutKind.NOTHING
    id: int | None = None
    region_code: str | None = None
    fiscal_year: int | None = None


def shortened(name: str, most: int = NAME_SHOWN) -> str:
    """A name short enough for a subject line."""
    return name if len(name) <= most else f"{name[: most - 1]}…"
