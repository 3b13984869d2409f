"""The child's side of `guarded`: limits first, then the parser, then its answer as JSON."""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from app.errors import UnreadableFile, WhyUnreadable
from app.files.limits import TOO_LARGE

MEGABYTE = 1024 * 1024
MILLISECONDS = 1000


def main() -> None:
    """Run the parser that the one argument names on standard input."""
    asked = json.loads(sys.argv[1])
    answers = os.dup(sys.stdout.fileno())
    # What a library prints must not stand in the answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    parse = _parser(asked["parser"])
    _limit(asked["cpu_milliseconds"], asked["memory_mb"], asked["answer_mb"])
    with os.fdopen(answers, "wb") as answer:
        answer.write(_answer(parse, sys.stdin.buffer.read(), asked["options"]))


def _parser(name: str) -> Callable[..., Any]:
    module, function = name.split(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _limit(cpu_milliseconds: int, memory_mb: int, answer_mb: int) -> None:
    """Bind this process; the timer ends it whatever code it is in."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, answer_mb * MEGABYTE),
        (resource.RLIMIT_AS, memory_mb * MEGABYTE),
    ):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it, and half an answer is none
    signal.setitimer(signal.ITIMER_PROF, cpu_milliseconds / MILLISECONDS)


def _answer(parse: Callable[..., Any], content: bytes, options: dict[str, Any]) -> bytes:
    try:
        told: dict[str, Any] = {"answer": parse(content, **options)}
        return json.dumps(told).encode()
    except UnreadableFile as refused:
        told = {"refused": refused.reason, "message": refused.message}
    except (MemoryError, RecursionError):
        told = {"refused": WhyUnreadable.TOO_LARGE, "message": TOO_LARGE}
    except Exception as error:  # noqa: BLE001 - a broken file breaks a parser in countless ways
        told = {"failed": f"{type(error).__name__}: {error}"[:500]}
    return json.dumps(told).encode()
