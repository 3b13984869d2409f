"""Receiving files (接收): streamed into the store, examined and scanned, each judged by itself.

Nothing here holds a transaction: rows are written once every file has arrived.
"""

from collections.abc import AsyncIterator, Callable

from anyio import CapacityLimiter, to_thread

from app.domain.attachments import (
    AttachmentPolicy,
    content_problem,
    name_problem,
    own_name,
    quoted,
    size_problem,
)
from app.errors import Problem
from app.files import contents
from app.files.antivirus import Scanner
from app.files.multipart import Begin, Event
from app.files.store import Incoming, Store
from app.services.attachments import Received

PIECE = 256 * 1024
# Examining and scanning have threads of their own: pages never wait for a slow scanner.
EXAMINING = CapacityLimiter(4)


class Reception:
    """The files of one upload: those `received`, and the `problems` of those that were not.

    `finds` names what the antivirus scanner found, by file. Call `close` in every case.
    """

    def __init__(self, store: Store, scanner: Scanner, policy: AttachmentPolicy) -> None:
        self._store = store
        self._scanner = scanner
        self._policy = policy
        self._held: list[Incoming] = []
        self._begun = 0
        self.received: list[Received] = []
        self.problems: list[Problem] = []
        self.finds: dict[str, str] = {}

    async def take(self, events: AsyncIterator[Event]) -> None:
        """Receive every file; raises ScannerUnavailable."""
        file: Arriving | None = None
        async for event in events:
            if not isinstance(event, Begin):
                if file is not None:
                    await file.add(event.content)
                continue
            await self._settle(file)
            file = self._begin(event.filename or "")
        await self._settle(file)

    async def close(self, in_use: Callable[[str], bool]) -> None:
        """Throw away what no row came to name, and let go of the rest."""
        await to_thread.run_sync(self._let_go, in_use)

    def _begin(self, given: str) -> "Arriving | None":
        """A new file; none for a place where the person chose nothing."""
        if not given:
            return None
        self._begun += 1
        name, most = own_name(given), self._policy.files_at_once
        problem = name_problem(self._policy, name)
        if self._begun > most:
            problem = f"一次最多上传 {most} 个文件，{quoted(name)}请另行上传"
        incoming = None
        if problem is None:
            incoming = self._store.begin()
            self._held.append(incoming)
        return Arriving(self._begun - 1, name, problem, incoming, self._policy.largest_file)

    async def _settle(self, file: "Arriving | None") -> None:
        if file is None:
            return
        await file.flush()
        if file.problem is None:
            await to_thread.run_sync(self._judge, file, limiter=EXAMINING)
        if file.problem is not None:
            self.problems.append(Problem(f"/files/{file.place}", file.problem, file.name[:200]))

    def _judge(self, file: "Arriving") -> None:
        """Keep a file that is what it should be; else its problem says what is wrong."""
        incoming = file.incoming
        if incoming is None:
            return
        incoming.finish()
        file.problem = size_problem(self._policy, file.name, file.size)
        if file.problem is not None:
            return
        content = contents.examine(incoming.file, self._policy.contents)
        file.problem = content_problem(self._policy, file.name, content)
        if file.problem is not None:
            return
        find = self._scanner.scan(incoming.path)
        if find:
            self.finds[file.name] = find
            file.problem = f"{quoted(file.name)}中发现病毒（{find}），没有保存，请杀毒后再上传"
            return
        incoming.keep()
        marks = " ".join(sorted(content.marks))
        self.received.append(
            Received(incoming.key, file.name, content.kind, file.size, incoming.sha256, marks)
        )

    def _let_go(self, in_use: Callable[[str], bool]) -> None:
        for incoming in self._held:
            if not in_use(incoming.key):
                incoming.throw_away()
            incoming.close()


class Arriving:
    """One file on its way; the bytes of one that has a problem are passed over."""

    def __init__(
        self, place: int, name: str, problem: str | None, incoming: Incoming | None, largest: int
    ) -> None:
        self.place = place
        self.name = name
        self.problem = problem
        self.incoming = incoming
        self.size = 0
        self._largest = largest
        self._waiting = bytearray()

    async def add(self, piece: bytes) -> None:
        """Take some bytes; they are written a piece at a time, off the event loop."""
        self.size += len(piece)
        if self.incoming is None or self.size > self._largest:
            self._waiting.clear()
            return
        self._waiting += piece
        if len(self._waiting) >= PIECE:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        if self.incoming is not None and self._waiting:
            piece, self._waiting = bytes(self._waiting), bytearray()
            await to_thread.run_sync(self.incoming.write, piece)
