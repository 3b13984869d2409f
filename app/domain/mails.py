"""Mail (邮件提醒): addresses, the states of a letter on its way, and the policy of trying again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.domain.tables import Table, TableError

CODE = "code"  # the kind of a letter that carries a code; others are of a message's kind
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3
LONGEST_LOCAL = 64  # the same, 4.5.3.1.1
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})*")


class MailState(StrEnum):
    """Where a letter stands; HANDING is the moment in which a server may accept it."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDING = "handing"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


MAIL_LABELS: Mapping[MailState, str] = MappingProxyType(
    {
        MailState.WAITING: "待发送",
        MailState.CLAIMED: "发送中",
        MailState.HANDING: "发送中",
        MailState.SENT: "已发送",
        MailState.FAILED: "发送失败",
        MailState.UNCERTAIN: "结果不明",
    }
)
ON_ITS_WAY = (MailState.CLAIMED, MailState.HANDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """How long to wait and how often to try; `waits[i]` follows the try of number i + 1."""

    waits: tuple[timedelta, ...]
    keep: timedelta
    lease: timedelta
    batch: int
    look_every: timedelta
    connect_within: timedelta
    accept_within: timedelta
    code_valid: timedelta
    code_pause: timedelta
    codes_a_day: int
    code_failures: int

    def wait_after(self, tries: int) -> timedelta | None:
        """How long to wait after so many tries; None when there is no further one."""
        return self.waits[tries - 1] if tries <= len(self.waits) else None


def parse(document: Mapping[str, Any]) -> MailPolicy:
    """The policy of a TOML document; raises TableError for one that cannot work."""
    table = Table(document)
    made = MailPolicy(
        waits=tuple(timedelta(minutes=int(text)) for text in table.texts("retry_after_minutes")),
        keep=timedelta(hours=table.whole("keep_hours")),
        lease=timedelta(seconds=table.whole("lease_seconds")),
        batch=table.whole("batch"),
        look_every=timedelta(seconds=table.whole("look_every_seconds")),
        connect_within=timedelta(seconds=table.whole("connect_within_seconds")),
        accept_within=timedelta(seconds=table.whole("accept_within_seconds")),
        code_valid=timedelta(minutes=table.whole("code_minutes")),
        code_pause=timedelta(seconds=table.whole("code_pause_seconds")),
        codes_a_day=table.whole("codes_a_day"),
        code_failures=table.whole("code_failures"),
    )
    table.close()
    if made.lease <= made.accept_within + made.connect_within or made.batch < 1:
        raise TableError("lease_seconds: must outlast one letter, and a batch holds one at least")
    return made


def is_address(text: str) -> bool:
    """Whether that is an address that a letter can be sent to, without a name or a comment."""
    local = text.rpartition("@")[0]
    fits = len(text) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL
    return fits and _ADDRESS.fullmatch(text) is not None


def hidden(address: str) -> str:
    """An address as others may see it: `z***@example.gov.cn`."""
    local, _, host = address.rpartition("@")
    return f"{local[:1]}***@{host}" if local else ""
