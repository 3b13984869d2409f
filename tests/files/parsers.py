"""Parsers that misbehave, run by name in the guarded child."""

import os
import sys
import time
from pathlib import Path
from typing import Any

from app.errors import UnreadableFile, WhyUnreadable


def echo(content: bytes, **options: Any) -> Any:
    sys.stdout.write("a library that talks")
    sys.stdout.flush()
    return {"text": content.decode(), "options": options}


def environment(content: bytes) -> Any:
    return {"names": sorted(os.environ), "open": len(list(Path("/proc/self/fd").iterdir()))}


def spin(content: bytes) -> Any:
    while True:
        pass


def sleep(content: bytes) -> Any:
    time.sleep(60)


def swell(content: bytes) -> Any:
    held = []
    while True:
        held.append(bytearray(8 * 1024 * 1024))


def recurse(content: bytes) -> Any:
    return recurse(content)


def talk(content: bytes) -> Any:
    return "x" * (4 * 1024 * 1024)


def crash(content: bytes) -> Any:
    os.abort()


def leave(content: bytes) -> Any:
    os._exit(3)


def stumble(content: bytes) -> Any:
    raise KeyError("a part is missing")


def refuse(content: bytes) -> Any:
    raise UnreadableFile(WhyUnreadable.ENCRYPTED, "请先去掉密码。")


def unplain(content: bytes) -> Any:
    return object()
