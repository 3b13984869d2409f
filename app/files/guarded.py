"""Reading of files from outside in a child process with limits of memory, time and output.

A parser that a hostile file drives mad takes down the child, never the server. The child is a
fresh interpreter without the server's memory, environment and open files; plain data comes back
as JSON, so that nothing of the child's is executed here either.
"""

import json
import logging
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from app.errors import Busy, UnreadableFile, WhyUnreadable
from app.files.limits import LIMITS, TOO_LARGE, TOO_SLOW, Limits

ROOT = Path(__file__).resolve().parents[2]
# The root of the tree goes first: the child reads with the same program as its parent.
START = "import sys; sys.path.insert(0, {root!r}); from app.files.guarded_child import main; main()"
# Several children of the largest size must not fill the machine either.
AT_ONCE = 2
WAIT_SECONDS = 5
# The timer of the processor time; any other signal is a failed allocation or a full answer.
OUT_OF_TIME = frozenset({signal.SIGPROF, signal.SIGXCPU, signal.SIGKILL})

_turns = threading.BoundedSemaphore(AT_ONCE)
_log = logging.getLogger(__name__)


def run(
    parser: str,
    content: bytes,
    options: Mapping[str, object] | None = None,
    *,
    limits: Limits = LIMITS,
) -> Any:
    """What a function, named "app.files.module:function", makes of the bytes: plain values.

    Raises UnreadableFile with a sentence for a person, Busy when too many files are being read.
    """
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy("正在读取的文件较多，请稍候再上传一次。")
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
            given.write(content)
            given.seek(0)
            status = _child(parser, options or {}, limits, given, answer)
            answer.seek(0)
            return _told(parser, status, answer.read())
    finally:
        _turns.release()


def _child(
    parser: str,
    options: Mapping[str, object],
    limits: Limits,
    given: IO[bytes],
    answer: IO[bytes],
) -> int:
    """The exit status of the child; a negative number is the signal that ended it."""
    asked = {
        "parser": parser,
        "options": dict(options),
        "cpu_milliseconds": limits.cpu_milliseconds,
        "memory_mb": limits.memory_mb,
        "answer_mb": limits.answer_mb,
    }
    start = START.format(root=str(ROOT))
    child = subprocess.Popen(  # noqa: S603 - this interpreter with fixed words; the file is its stdin
        [sys.executable, "-I", "-c", start, json.dumps(asked)],
        stdin=given,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        start_new_session=True,
    )
    try:
        return child.wait(limits.seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(WhyUnreadable.TOO_SLOW, TOO_SLOW) from error
    finally:
        child.kill()
        child.wait()


def _told(parser: str, status: int, answer: bytes) -> Any:
    """The answer of a child that ended well; raises UnreadableFile for any other end."""
    if status < 0:
        _log.warning("file reader %s was ended by signal %d", parser, -status)
        if -status in OUT_OF_TIME:
            raise UnreadableFile(WhyUnreadable.TOO_SLOW, TOO_SLOW)
        raise UnreadableFile(WhyUnreadable.TOO_LARGE, TOO_LARGE)
    told = json.loads(answer) if status == 0 else {"failed": f"exit status {status}"}
    if "answer" in told:
        return told["answer"]
    if "refused" in told:
        raise UnreadableFile(WhyUnreadable(told["refused"]), told["message"])
    _log.warning("file reader %s failed: %s", parser, told["failed"])
    raise UnreadableFile(WhyUnreadable.DAMAGED)
