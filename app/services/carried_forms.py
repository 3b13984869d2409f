"""Carried forms (留存的内容): what was typed into a form whose session had ended.

It travels sealed in the login page and back, bound to the person whose page the form stood in
and to the form's address. It is never applied by itself: the person sees it and sends it again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.services import sealing

PURPOSE = "carried form"
# As long as a working day: the page may stand open over lunch.
KEPT = timedelta(hours=12)
# Far more than any form holds, and well below the largest body once it is sealed.
LARGEST = 512 * 1024


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed, by whom, into the form of which address; files do not travel."""

    user_id: int
    path: str
    fields: Mapping[str, str] = field(repr=False)
    files: bool = False


def seal(key: bytes, now: datetime, carried: Carried) -> str:
    """The sealed text for a hidden field; nothing for more than any form holds."""
    kept = {
        "user": carried.user_id,
        "path": carried.path,
        "fields": dict(carried.fields),
        "files": carried.files,
        "until": int((now + KEPT).timestamp()),
    }
    text = json.dumps(kept, ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        return ""
    return sealing.seal(key, PURPOSE, text)


def opened(key: bytes, now: datetime, sealed: str) -> Carried | None:
    """What was carried; None for what this server did not seal, or long ago."""
    text = sealing.unseal(key, PURPOSE, sealed) if sealed else None
    if text is None:
        return None
    kept = json.loads(text)
    if kept["until"] < now.timestamp():
        return None
    return Carried(kept["user"], kept["path"], kept["fields"], kept["files"])
