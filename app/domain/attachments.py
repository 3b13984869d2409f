"""What may be attached to a form as evidence (佐证材料): names, kinds, sizes, quotas."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.contents import LABELS, SENTENCES, Content
from app.domain.tables import Table, TableError
from app.domain.text import forbidden_characters

KIB = 1024
MIB = 1024 * KIB
# How much of a file's name a message repeats.
SHOWN_NAME = 24


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file that is taken: `code` is its content, `extensions` are without the dot."""

    code: str
    label: str
    extensions: tuple[str, ...]
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentLimits:
    """How far a file is looked into, in bytes and counts, and what it must not hold."""

    entries: int
    unpacked: int
    ratio: int
    directory: int
    nested: int
    pixels: int
    barred_endings: frozenset[str]
    pdf_refused: frozenset[str]
    pdf_marked: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentPolicy:
    """What is taken as evidence; sizes in bytes."""

    types: tuple[FileType, ...]
    largest_file: int
    files_at_once: int
    largest_upload: int
    files_per_form: int
    form_quota: int
    unit_quota: int
    longest_name: int
    contents: ContentLimits

    def type_of(self, name: str) -> FileType | None:
        """The kind that a file's extension stands for."""
        _, dot, ending = name.lower().rpartition(".")
        known = (item for item in self.types if dot and ending in item.extensions)
        return next(known, None)

    @property
    def kinds(self) -> str:
        """The kinds that are taken, for a sentence."""
        return "、".join(item.label for item in self.types)


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept already: of the form in files and bytes, of the unit's year in bytes."""

    files: int
    form_bytes: int
    unit_bytes: int


def parse(table: Table) -> AttachmentPolicy:
    """The policy of its file; raises TableError for a missing or unknown key."""
    policy = AttachmentPolicy(
        types=tuple(_type(item) for item in table.tables("types")),
        largest_file=table.whole("largest_file") * KIB,
        files_at_once=table.whole("files_at_once"),
        largest_upload=table.whole("largest_upload") * KIB,
        files_per_form=table.whole("files_per_form"),
        form_quota=table.whole("form_quota") * KIB,
        unit_quota=table.whole("unit_quota") * KIB,
        longest_name=table.whole("longest_name"),
        contents=_limits(table),
    )
    table.close()
    unknown = [item.code for item in policy.types if item.code not in LABELS]
    if unknown or not policy.types:
        raise TableError(f"types: expected codes of {', '.join(LABELS)}, got {unknown}")
    return policy


def own_name(given: str) -> str:
    """A file's own name from what a browser sent: without folders, in one Unicode spelling."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    return last.strip(" .")


def name_problem(policy: AttachmentPolicy, name: str) -> str | None:
    """What keeps a file of that name from being taken; None for a good one."""
    if not name:
        return "文件没有名称，请命名后重新选择"
    if forbidden_characters(name) or any(sign in name for sign in "\t\r\n\u200e\u200f"):
        return "文件名含有看不见的控制字符，请重新命名后再上传"
    if len(name) > policy.longest_name:
        return f"文件名有{len(name)}字，请缩短到{policy.longest_name}字以内"
    if policy.type_of(name) is None:
        return f"{quoted(name)}不是可以上传的类型，请上传 {policy.kinds}"
    return None


def size_problem(policy: AttachmentPolicy, name: str, size: int) -> str | None:
    """What is wrong with a file's size; None for a good one."""
    if size == 0:
        return f"{quoted(name)}是空文件，请核对后重新选择"
    if size > policy.largest_file:
        return f"{quoted(name)}超过 {shown_size(policy.largest_file)}，请压缩或拆分后再上传"
    return None


def content_problem(policy: AttachmentPolicy, name: str, content: Content) -> str | None:
    """What is wrong with a file's content beside its name; None for a good one."""
    expected = policy.type_of(name)
    if content.faults:
        worst = min(content.faults, key=list(SENTENCES).index)
        return f"{quoted(name)}{SENTENCES[worst]}"
    if expected is None or content.kind != expected.code:
        ending = name.rpartition(".")[2].lower()
        is_what = LABELS[content.kind]
        return f"{quoted(name)}的内容是{is_what}，与扩展名 .{ending} 不符，请核对后重新选择"
    return None


def quota_problems(policy: AttachmentPolicy, kept: Kept, sizes: tuple[int, ...]) -> Iterator[str]:
    """What keeps files of those sizes from being added to what is kept already."""
    if kept.files + len(sizes) > policy.files_per_form:
        yield (
            f"一张表最多 {policy.files_per_form} 份佐证材料，现有 {kept.files} 份，"
            "请合并或删去不需要的"
        )
    left = policy.form_quota - kept.form_bytes
    if sum(sizes) > left:
        yield f"这张表的佐证材料只剩 {shown_size(max(left, 0))} 可用，请压缩或删去不需要的"
    if kept.unit_bytes + sum(sizes) > policy.unit_quota:
        yield "本单位这一年度的佐证材料空间已满，请删去不需要的，或联系系统管理员"


def shown_size(size: int) -> str:
    """A size for people: `640 KB`, `1.2 MB`; a part of a unit counts as begun."""
    if size < MIB:
        return f"{-(-size // KIB)} KB"
    tenths = -(-size * 10 // MIB)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest} MB" if rest else f"{whole} MB"


def quoted(name: str) -> str:
    """A file's name in a sentence, a long one with its middle left out."""
    if len(name) > SHOWN_NAME:
        half = SHOWN_NAME // 2
        name = f"{name[:half]}…{name[-half:]}"
    return f"“{name}”"


def _type(table: Table) -> FileType:
    made = FileType(
        code=table.text("code"),
        label=table.text("label"),
        extensions=table.texts("extensions"),
        media_type=table.text("media_type"),
    )
    table.close()
    return made


def _limits(table: Table) -> ContentLimits:
    containers, pdf = table.table("containers"), table.table("pdf")
    limits = ContentLimits(
        entries=containers.whole("entries"),
        unpacked=containers.whole("unpacked") * KIB,
        ratio=containers.whole("ratio"),
        directory=containers.whole("directory") * KIB,
        nested=containers.whole("nested"),
        pixels=table.whole("largest_pixels"),
        barred_endings=frozenset(containers.texts("barred_endings")),
        pdf_refused=frozenset(pdf.texts("refused")),
        pdf_marked=frozenset(pdf.texts("marked")),
    )
    containers.close()
    pdf.close()
    return limits
