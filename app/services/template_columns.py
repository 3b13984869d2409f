"""The columns of a filling template (填报模板), part by part; the reader knows them by heading."""

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.filling_templates import Part, Sense
from app.domain.import_columns import Column
from app.services.entries import FUND_LABELS, LONGEST

REASON = "偏差原因分析及改进措施"
NUMBER = "数字，单位见表头"
COLUMNS: Mapping[Part, tuple[Column, ...]] = MappingProxyType(
    {
        Part.LINES: (
            Column(name="number", label="序号", reading=True, width=5),
            Column(name="level1", label="一级指标", reading=True, width=12),
            Column(name="level2", label="二级指标", reading=True, width=14),
            Column(name="name", label="三级指标", aliases=("指标名称",), reading=True, width=27),
            Column(name="target", label="年度指标值", reading=True, width=17),
            Column(name="actual", label="实际完成值", width=17,
                   expected="定量指标填数字（可以带单位，如 95%），时效填日期，定性指标从列表选择"),
            Column(name="full", label="分值", reading=True, width=8),
            Column(name="judged", label="人工评分", width=10,
                   expected="只有白底的格子可以填：0 至分值之间的数字；其余由系统计分"),
            Column(name="points", label="系统得分", reading=True, width=10),
            Column(name="reason", label=REASON, aliases=("偏差原因", "原因"), width=42,
                   expected=f"未达标或超出较多时必填，不超过 {LONGEST['reason']} 字"),
        ),
        Part.GOAL: (
            Column(name="expected", label="预期目标", reading=True),
            Column(name="achieved", label="实际完成情况",
                   expected=f"对照预期目标逐条说明，不超过 {LONGEST['achieved']} 字"),
        ),
        Part.FUNDS: (
            Column(name="source", label="资金来源", reading=True),
            *(
                Column(name=name, label=label, money=True,
                       expected=f"{NUMBER}，没有的填 0，最多两位小数")
                for name, label in FUND_LABELS.items()
            ),
            Column(name="rate", label="预算执行率", reading=True),
        ),
    }
)  # fmt: skip
# Every column that can be filled in, by name, and how its texts are compared.
SENSES: Mapping[str, Sense] = MappingProxyType(
    {
        "actual": Sense.TEXT,
        "judged": Sense.FIGURE,
        "reason": Sense.TEXT,
        "achieved": Sense.TEXT,
        **dict.fromkeys(FUND_LABELS, Sense.FIGURE),
    }
)


def column(name: str) -> Column:
    """A column by its name, which no other part has."""
    return next(item for items in COLUMNS.values() for item in items if item.name == name)


def heading(wanted: Column) -> str:
    """A heading as templates print it, amounts with their unit."""
    return f"{wanted.label}（元）" if wanted.money else wanted.label
