"""What both faces share of files on their way in and out: beside a transaction, never in one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from anyio import CancelScope, to_thread
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import Engine

from app.db import attachments as stored
from app.db.attachments import Attachment
from app.db.session import reading, writing
from app.domain.actors import Actor
from app.errors import Damaged
from app.files import antivirus, downloads
from app.files.antivirus import Scanner
from app.files.multipart import Begin, Event, Piece
from app.files.store import Store
from app.services import attachment_policies, attachments
from app.services.reception import Reception
from app.settings import Settings, SettingsError

FOLDER = "attachments"
# Beside the files of an upload: its fields and the lines between them.
ENVELOPE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Depot:
    """Where files are kept, who looks at them before, and the database that names them."""

    engine: Engine
    store: Store
    scanner: Scanner

    @asynccontextmanager
    async def receiving(
        self, actor: Actor, now: datetime, form_id: int, events: AsyncIterator[Event]
    ) -> AsyncIterator[Reception]:
        """Receive the files of an upload to a form; those that no row names in the end are gone.

        Raises what `attachments.may_attach` does before the first byte, and ScannerUnavailable.
        """
        await to_thread.run_sync(self._ask, actor, form_id)
        reception = Reception(self.store, self.scanner, attachment_policies.policy())
        try:
            await reception.take(events)
            if reception.finds:
                await to_thread.run_sync(self._warn, actor, now, form_id, reception.finds)
            yield reception
        finally:
            # Whoever gave up in the middle leaves nothing behind either.
            with CancelScope(shield=True):
                await reception.close(self.in_use)

    def in_use(self, key: str) -> bool:
        """Whether a row that is stored by now names those bytes."""
        with reading(self.engine) as session:
            return stored.in_use(session, key)

    def sweep(self) -> int:
        """Remove what processes that ended left behind; how many files that were."""
        with reading(self.engine) as session:
            known = stored.keys(session)
        return self.store.sweep(known, self.in_use)

    def taken_out(
        self, actor: Actor, now: datetime, form_id: int, attachment_id: int
    ) -> StreamingResponse:
        """The download of an attachment, recorded before it leaves.

        Raises NotFound, and Damaged for bytes that are not those that were attached.
        """
        with reading(self.engine) as session:
            found = attachments.get(session, actor, form_id, attachment_id)
        if self.store.digest(found.key) != found.sha256:
            raise Damaged
        with writing(self.engine) as session:
            attachments.record_export(session, actor, now, form_id, attachment_id)
        headers = downloads.headers(found.name, found.size)
        return StreamingResponse(
            self.store.pieces(found.key), headers=headers, media_type=media_type(found)
        )

    def _ask(self, actor: Actor, form_id: int) -> None:
        with reading(self.engine) as session:
            attachments.may_attach(session, actor, form_id)

    def _warn(self, actor: Actor, now: datetime, form_id: int, finds: dict[str, str]) -> None:
        with writing(self.engine) as session:
            attachments.record_infected(session, actor, now, form_id, finds)


def depot(settings: Settings, engine: Engine) -> Depot:
    """The depot that the settings describe; raises SettingsError."""
    try:
        scanner = antivirus.scanner(settings.antivirus, settings.antivirus_seconds)
    except ValueError as error:
        raise SettingsError(
            "环境变量 JIXIAO_ANTIVIRUS 应是 clamd://主机:端口、clamd:///套接字路径，"
            f"或一条命令，现在是 {settings.antivirus}"
        ) from error
    return Depot(engine, store(settings), scanner)


def store(settings: Settings) -> Store:
    """Where the settings say that files are kept."""
    return Store(settings.data_dir / FOLDER)


def of_application(app: FastAPI) -> Depot:
    """The depot of a running application."""
    found: Depot = app.state.depot
    return found


async def raw(name: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """A body that is one file, as the events of one that holds several."""
    yield Begin("file", name)
    async for chunk in chunks:
        yield Piece(chunk)


def media_type(row: Attachment) -> str:
    """The media type of an attachment; that of mere bytes where its kind is no longer taken."""
    known = (item for item in attachment_policies.policy().types if item.code == row.kind)
    found = next(known, None)
    return found.media_type if found else "application/octet-stream"


def largest_request() -> int:
    """How large the body of an upload may be."""
    return attachment_policies.policy().largest_upload + ENVELOPE
