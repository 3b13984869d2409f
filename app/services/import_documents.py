"""Documents of imports: templates to fill in, tables of what is stored, reports to work through."""

from collections.abc import Iterable, Iterator, Sequence

from app.domain.import_columns import Column
from app.domain.imports import EFFECT_LABELS, Effect, Report
from app.files import csv_text
from app.files.workbook_writer import NewSheet, SheetColumn, written
from app.services.import_plans import TableKind
from app.services.import_tables import EXAMPLE

UNIT = "元"
PROBLEM_COLUMNS = (
    SheetColumn(heading="工作表", width=14),
    SheetColumn(heading="行", width=8),
    SheetColumn(heading="列", width=8),
    SheetColumn(heading="列名", width=16),
    SheetColumn(heading="现在的内容", width=28),
    SheetColumn(heading="应当填写", width=32),
    SheetColumn(heading="问题和改法", width=56),
)
EFFECT_COLUMNS = (
    SheetColumn(heading="工作表", width=14),
    SheetColumn(heading="行", width=8),
    SheetColumn(heading="结果", width=10),
    SheetColumn(heading="记录", width=44),
    SheetColumn(heading="项目", width=24),
    SheetColumn(heading="变更前", width=32),
    SheetColumn(heading="变更后", width=32),
)


PASSWORD_HEADINGS = ("账号", "姓名", "单位", "初始密码", "有效期至")
PASSWORD_NOTES = (
    "这份名单只能下载一次，系统不保存密码原文。请逐个当面或用安全的方式交给本人，然后删除。",
    "初始密码只能登录一次，登录后须立即修改；岗位经安全管理员确认后才能使用。",
)


def heading(column: Column) -> str:
    """A heading as templates print it: amounts with their unit, a star for what is required."""
    unit = f"（{UNIT}）" if column.money else ""
    return f"{column.label}{unit}{'*' if column.required else ''}"


def headings(kind: TableKind) -> tuple[str, ...]:
    """The headings of a kind's table."""
    return tuple(heading(column) for column in kind.columns)


def template(kind: TableKind) -> bytes:
    """An xlsx to fill in: headings with remarks, lists to choose from, an example, and notes."""
    columns = tuple(
        SheetColumn(
            heading=heading(column),
            remark=_remark(column),
            choices=column.choices,
            width=column.width,
        )
        for column in kind.columns
    )
    notes = [[note] for note in (*kind.notes, *NOTES)]
    return written(
        NewSheet(name=kind.label, columns=columns, rows=[_example(kind)]),
        NewSheet(name="填表说明", columns=[SheetColumn(heading="说明", width=88)], rows=notes),
    )


NOTES = (
    f"以“{EXAMPLE}”开头的行不会导入，可以删去，也可以留着。",
    "列的先后不限；带 * 的列必须有。没有用到的列可以整列删去。",
    "请直接填写数值，不要用公式；代码类的列已设为文本，不会丢失前面的 0。",
    "上传后先预览：逐行列出新增、修改和问题，确认以后才写入；有一处问题就全部不写入。",
)


def template_csv(kind: TableKind) -> str:
    """The same as CSV: headings and the example."""
    return "".join(csv_text.lines([headings(kind), _example(kind)]))


def table(kind: TableKind, rows: Iterable[Sequence[str]]) -> bytes:
    """Stored records as an xlsx that the import reads back."""
    columns = tuple(
        SheetColumn(heading=heading(column), choices=column.choices, width=column.width)
        for column in kind.columns
    )
    return written(NewSheet(name=kind.label, columns=columns, rows=rows))


def table_csv(kind: TableKind, rows: Iterable[Sequence[str]]) -> str:
    """The same as CSV."""
    return "".join(csv_text.lines([headings(kind), *rows]))


def report(found: Report) -> bytes:
    """A report as an xlsx: problems first, then every change, then what was left out."""
    sheets = [
        NewSheet(name="问题", columns=PROBLEM_COLUMNS, rows=_problems(found)),
        NewSheet(name="变更", columns=EFFECT_COLUMNS, rows=_effects(found)),
    ]
    left_out = [[line] for line in found.left_out]
    columns = [SheetColumn(heading="没有读取的内容", width=88)]
    return written(*sheets, NewSheet(name="未读取", columns=columns, rows=left_out))


def passwords(rows: Iterable[Sequence[str]]) -> bytes:
    """First passwords to hand out, as an xlsx."""
    columns = [SheetColumn(heading=heading, width=24) for heading in PASSWORD_HEADINGS]
    notes = [[note] for note in PASSWORD_NOTES]
    about = [SheetColumn(heading="说明", width=72)]
    return written(
        NewSheet(name="初始密码", columns=columns, rows=rows),
        NewSheet(name="说明", columns=about, rows=notes),
    )


def _remark(column: Column) -> str:
    required = "必填。" if column.required else ""
    return f"{required}{column.expected}"


def _example(kind: TableKind) -> tuple[str, ...]:
    first, *others = kind.columns
    return (f"{EXAMPLE}：{first.example}", *(column.example for column in others))


def _problems(found: Report) -> Iterator[tuple[str, ...]]:
    for item in found.problems:
        row = str(item.row) if item.row else ""
        place = (item.sheet, row, item.column, item.heading)
        yield (*place, item.value, item.expected, item.message)


def _effects(found: Report) -> Iterator[tuple[str, ...]]:
    for item in found.effects:
        head = (item.sheet, str(item.row), EFFECT_LABELS[Effect(item.effect)], item.key)
        if not item.changes:
            yield (*head, "", "", "")
        for change in item.changes:
            yield (*head, change.field, change.before or "", change.after or "")
