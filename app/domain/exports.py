"""Exports (导出): what can be taken out, the states of a job, and the limits of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.domain.tables import Table, TableError

MEBIBYTE = 1024 * 1024


class ExportKind(StrEnum):
    """What the file holds: forms as documents, or their data as tables or text for programs."""

    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    CSV = "csv"
    JSON = "json"


KIND_LABELS: Mapping[ExportKind, str] = MappingProxyType(
    {
        ExportKind.XLSX: "Excel 表格",
        ExportKind.DOCX: "Word 文档",
        ExportKind.PDF: "PDF 文档",
        ExportKind.CSV: "CSV 数据",
        ExportKind.JSON: "JSON 数据",
    }
)
DOCUMENTS = frozenset({ExportKind.XLSX, ExportKind.DOCX, ExportKind.PDF})


class ExportState(StrEnum):
    """Where a job stands; a finished file is there until it expires."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


EXPORT_LABELS: Mapping[ExportState, str] = MappingProxyType(
    {
        ExportState.WAITING: "等待中",
        ExportState.RUNNING: "生成中",
        ExportState.DONE: "可以下载",
        ExportState.FAILED: "没有完成",
        ExportState.EXPIRED: "已过期",
    }
)
UNFINISHED = (ExportState.WAITING, ExportState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPolicy:
    """Limits and times; sizes in bytes."""

    keep: timedelta
    most_forms: int
    most_chosen: int
    largest: int
    most_unfinished: int
    documents_at_a_time: int
    records_at_a_time: int
    lease: timedelta
    look_every: timedelta
    most_tries: int

    def at_a_time(self, kind: ExportKind) -> int:
        """How many forms are taken out in one step."""
        return self.documents_at_a_time if kind in DOCUMENTS else self.records_at_a_time


def parse(document: Mapping[str, Any]) -> ExportPolicy:
    """The policy of a file; raises TableError for one that cannot work."""
    table = Table(document, "exports.toml")
    policy = ExportPolicy(
        keep=timedelta(days=table.whole("keep_days")),
        most_forms=table.whole("most_forms"),
        most_chosen=table.whole("most_chosen"),
        largest=table.whole("largest_mebibytes") * MEBIBYTE,
        most_unfinished=table.whole("most_unfinished"),
        documents_at_a_time=table.whole("documents_at_a_time"),
        records_at_a_time=table.whole("records_at_a_time"),
        lease=timedelta(seconds=table.whole("lease_seconds")),
        look_every=timedelta(seconds=table.whole("look_every_seconds")),
        most_tries=table.whole("most_tries"),
    )
    table.close()
    counts = (
        policy.most_forms, policy.most_chosen, policy.largest, policy.most_unfinished,
        policy.documents_at_a_time, policy.records_at_a_time, policy.most_tries,
    )  # fmt: skip
    times = (policy.keep, policy.lease, policy.look_every)
    if min(counts) < 1 or min(times) <= timedelta():
        raise TableError("exports.toml: every limit and every time begins at 1")
    return policy
