"""The antivirus hook: a clamd server or a command, asked about each file before it is kept.

Whatever is not a plain "clean" or "infected" is no answer: the caller refuses the file.
"""

import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

from app.errors import ScannerUnavailable

STEP = 64 * 1024
LONGEST_ANSWER = 4096
CLAMD_PORT = 3310
OK, FOUND = "OK", "FOUND"
# The exit codes of clamscan and clamdscan, which other scanners share.
CLEAN, INFECTED = 0, 1
LONGEST_NAME = 100


class Scanner(Protocol):
    """Looks for malware in a file."""

    def scan(self, path: Path) -> str:
        """The name of what was found, "" for a clean file; raises ScannerUnavailable."""


class NoScanner:
    """Where the operator set none: nothing is looked for."""

    def scan(self, _: Path) -> str:
        """Nothing found."""
        return ""


class Clamd:
    """A clamd server on a TCP or Unix socket, spoken to by its INSTREAM command."""

    def __init__(self, address: str, seconds: int) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname, parts.port or CLAMD_PORT
        self._path = parts.path
        self._seconds = seconds
        if not (self._host or self._path):
            raise ValueError(address)

    def scan(self, path: Path) -> str:
        """What clamd says of the file, which it need not be able to read itself."""
        try:
            with self._connected() as server, path.open("rb") as file:
                _send(server, file)
                answer = _answer(server)
        except OSError as error:
            raise ScannerUnavailable from error
        said = answer.removeprefix("stream:").strip()
        if said == OK:
            return ""
        if said.endswith(f" {FOUND}"):
            return _named(said.removesuffix(FOUND))
        raise ScannerUnavailable

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        if self._host:
            server = socket.create_connection((self._host, self._port), self._seconds)
        else:
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.settimeout(self._seconds)
        with closing(server):
            if not self._host:
                server.connect(self._path)
            yield server


class Command:
    """A command that is given the file's path: 0 is clean, 1 infected, anything else no answer."""

    def __init__(self, words: str, seconds: int) -> None:
        self._words = shlex.split(words)
        self._seconds = seconds

    def scan(self, path: Path) -> str:
        """What the command's exit status says, and its first line as the name of the find."""
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own words; the path is ours
                [*self._words, str(path.resolve())],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ScannerUnavailable from error
        if done.returncode == CLEAN:
            return ""
        if done.returncode == INFECTED:
            first = done.stdout.decode("utf-8", "replace").partition("\n")[0]
            return _named(first.removeprefix(f"{path.resolve()}:").removesuffix(FOUND))
        raise ScannerUnavailable


def scanner(setting: str, seconds: int) -> Scanner:
    """The scanner of a setting: clamd://HOST:PORT, clamd:///PATH, or a command; "" is none.

    Raises ValueError for a setting that says nothing of the kind.
    """
    if not setting:
        return NoScanner()
    if setting.startswith("clamd://"):
        return Clamd(setting, seconds)
    return Command(setting, seconds)


def _send(server: socket.socket, file: BinaryIO) -> None:
    server.sendall(b"zINSTREAM\0")
    while piece := file.read(STEP):
        server.sendall(len(piece).to_bytes(4, "big") + piece)
    server.sendall(bytes(4))


def _answer(server: socket.socket) -> str:
    """What stands before the closing NUL; a server that says no end said nothing."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER:
        piece = server.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    answer, end, _ = said.partition(b"\0")
    return answer.decode("utf-8", "replace") if end else ""


def _named(said: str) -> str:
    """The name of a find, fit to be shown and kept."""
    name = "".join(sign for sign in said.strip() if sign.isprintable())
    return name[:LONGEST_NAME] or "unnamed"
