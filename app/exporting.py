"""The maker of exports: a thread beside the requests that writes one file after the other.

Several processes may run one each: a job is claimed with a lease, so that each is made by one.
"""

import logging
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from app.db.regions import TIME_ZONE
from app.db.session import reading, writing
from app.domain.exports import MEBIBYTE, ExportPolicy
from app.errors import AppError, Conflict
from app.export_files import Shelf
from app.files.archives import Sink, ZipArchive
from app.files.store import Incoming
from app.services import export_jobs, export_writers
from app.services.export_jobs import Finished, Job, Lost
from app.services.export_writers import Step, Writer
from app.sweeping import Sweeping

log = logging.getLogger(__name__)
STOPS_WITHIN = 30  # seconds; some documents are being made at that moment
ZONE = ZoneInfo(TIME_ZONE)  # names in a ZIP carry the clock of the office
TOO_LARGE = "导出的文件超过 {largest} MB，没有生成。请按下级单位或办理状态分开导出。"
FAULT = "服务没能完成这次导出，已记录在案。请稍后再导出一次；仍不成功时请联系系统管理员。"
NO_ROOM = "服务器上写不下这个文件，导出没有完成。请联系系统管理员清理磁盘后再导出。"


class Stopped(Exception):
    """The process is about to end: the job stays as it is, and is begun anew later."""


class Exporting(Sweeping):
    """Makes the exports that wait."""

    def __init__(
        self, shelf: Shelf, clock: Callable[[], datetime], policy: ExportPolicy, public_url: str
    ) -> None:
        super().__init__("exporting", policy.look_every, STOPS_WITHIN)
        self._shelf, self._engine, self._clock = shelf, shelf.engine, clock
        self._policy, self._public_url = policy, public_url
        self._worker = f"{os.getpid()}-{secrets.token_hex(8)}"

    def sweep(self) -> int:
        """Make every export that waits and delete those whose days are over; how many were made."""
        made = 0
        while not self.stopping and self._any_due():
            with writing(self._engine) as session:
                gone = export_jobs.expire(session, self._clock(), self._shelf.store)
            with writing(self._engine) as session:
                job = export_jobs.claim(session, self._clock(), self._worker, self._policy)
            if job is not None:
                self._make(job)
                made += 1
            elif not gone:
                break
        return made

    def _any_due(self) -> bool:
        with reading(self._engine) as session:
            return export_jobs.any_due(session, self._clock())

    def _make(self, job: Job) -> None:
        """One job to its end, whatever that is; without its row a file is thrown away."""
        incoming = self._shelf.store.begin()
        try:
            if not self._made(job, incoming):
                incoming.throw_away()
        finally:
            incoming.close()

    def _made(self, job: Job, incoming: Incoming) -> bool:
        try:
            self._write(job, incoming)
            self._keep(job, incoming)
        except Lost:
            return False
        except Stopped:
            self._settle(export_jobs.release, job)
            return False
        except AppError as refusal:
            self._settle(export_jobs.fail, job, refusal.message)
            return False
        except OSError:
            log.exception("export %s: the file could not be written", job.id)
            self._settle(export_jobs.fail, job, NO_ROOM)
            return False
        except SQLAlchemyError:
            incoming.throw_away()
            raise
        except Exception:
            # A form that cannot be rendered must not stop the exports of everybody else.
            log.exception("export %s: not made", job.id)
            self._settle(export_jobs.fail, job, FAULT)
            return False
        return True

    def _write(self, job: Job, incoming: Incoming) -> None:
        """The whole file, a few forms at a time."""
        with writing(self._engine) as session:
            ids = export_jobs.plan(session, self._clock(), job, self._policy)
        sink = Sink(incoming.write, self._policy.largest)
        archive = ZipArchive(sink, self._clock().astimezone(ZONE))
        folder = self._shelf.store.incoming
        writer = export_writers.writer(job.kind, archive, folder, self._public_url)
        try:
            self._take_all(job, writer, ids, sink)
            writer.finish()
        finally:
            writer.close()
            archive.close()
        self._require_room(sink)

    def _take_all(self, job: Job, writer: Writer, ids: Sequence[int], sink: Sink) -> None:
        size = self._policy.at_a_time(job.kind)
        for at in range(0, len(ids), size):
            if self.stopping:
                raise Stopped
            some, now = ids[at : at + size], self._clock()
            with writing(self._engine) as session:
                actor = export_jobs.proceed(session, now, job, at, self._policy)
                writer.prepare(Step(session, actor, now, some))
            with reading(self._engine) as session:
                writer.take(Step(session, actor, now, some))
            self._require_room(sink)

    def _require_room(self, sink: Sink) -> None:
        if sink.full:
            raise Conflict(TOO_LARGE.format(largest=self._policy.largest // MEBIBYTE))

    def _keep(self, job: Job, incoming: Incoming) -> None:
        """The file to its place, then its row: locked in between, so that no sweep takes it."""
        incoming.finish()
        incoming.keep()
        file = Finished(incoming.key, incoming.size, incoming.sha256)
        with writing(self._engine) as session:
            export_jobs.finish(session, self._clock(), job, file, self._policy)

    def _settle(self, end: Callable[..., None], job: Job, *told: object) -> None:
        """End a job of ours; one that was deleted meanwhile has nothing to be told."""
        with suppress(Lost), writing(self._engine) as session:
            end(session, self._clock(), job, *told)
