"""The words that published forms print over columns and before values, and what they name."""

import re
from collections.abc import Mapping
from functools import lru_cache

from app.domain.forms import FundSource
from app.domain.text import normalise

Labels = Mapping[str, str]


def _named(table: Mapping[str, str]) -> Labels:
    """Each spelling with the role that it names."""
    return {word: role for role, words in table.items() for word in words.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADS = _named(
    {
        "project": "项目名称 自评项目名称 评价项目名称 专项名称",
        "department": "主管部门 项目主管部门 预算主管部门 主管单位 一级预算单位",
        "unit": "实施单位 项目实施单位 预算单位 单位名称 项目单位 部门名称 填报单位 填报部门"
        " 资金使用单位 部门单位名称 自评单位",
        "office": "具体实施处 实施处室 实施科室",
        "recurring": "是否为经常性项目 是否经常性项目",
        "code": "项目编码 项目代码",
        "category": "项目类型 项目类别 项目性质 项目属性",
        "person": "项目负责人 负责人 填报人 填表人 联系人 评价人",
        "telephone": "联系电话 电话",
        "budget": "当年预算数 本年预算数 年度预算数",
        "prior_budget": "上年预算金额 上年预算数",
        "spent": "预算执行数",
        "spent_rate": "预算执行率",
        "goal": "项目年度总目标 项目总目标 年度总目标",
        "day": "自评时间 自评日期 填报日期 填表日期 评价时间",
        "grade": "评分等级 绩效等级 自评等级 评价等级 等级 自评等次 评定等级",
        "total": "自评得分 自评总分 自评总得分 综合得分",
        "achievements": "主要绩效 主要成效",
        "problems": "主要问题 存在问题",
        "improvements": "改进措施",
        "fiscal_year": "预算年度 评价年度 自评年度 年度",
    }
)
FUND_COLUMNS = _named(
    {
        "initial": "年初预算数 年初预算 年初批复数 年初批复预算数 年初数 年初预算金额",
        "adjustment": "年度调整数 预算调整数 调整数 年中调整数 预算调整",
        "adjusted": "全年预算数 全年预算 调整后预算数 变动后预算数 调整预算数 预算数 全年预算金额",
        "executed": "全年执行数 执行数 全年支出数 实际支出数 实际支出 支出数 全年执行 实际执行数"
        " 决算数 全年执行金额",
        "received": "到位资金 实际到位资金 实际到位数 到位数 资金到位数",
        "full": "分值 分数 权重 标准分",
        "rate": "执行率 预算执行率 资金执行率",
        "points": "得分 自评得分 自评分",
        "method": "得分计算方法 评分标准 计分方法",
        "reason": "偏差原因分析及改进措施 未完成原因 偏差原因",
        "aside": "资金来源 资金性质 项目资金 年度资金 预算执行情况 项目 科目",
    }
)
GOAL_COLUMNS = _named(
    {
        "expected": "预期目标 年度预期目标 年初设定目标 年度目标 年初目标 目标 预期总体目标"
        " 年度总体预期目标 总体目标",
        "achieved": "实际完成情况 全年实际完成情况 目标完成情况 完成情况 目标实际完成情况"
        " 年度总体目标完成情况 全年完成情况 年度目标完成情况",
    }
)
LINE_COLUMNS = _named(
    {
        "level1": "一级指标 一级",
        "level2": "二级指标 二级",
        "level3": "三级指标 三级",
        "name": "指标名称 四级指标 评价指标 指标 具体指标 绩效指标名称",
        "explanation": "指标解释 指标说明 指标内容 指标含义",
        "target": "年度指标值 指标值 年度目标值 目标值 年初目标值 预期指标值 计划指标值"
        " 年度绩效指标值 绩效目标值 年初设定指标值 预期值 指标目标值 计划值 年初指标值 预期目标值"
        " 全年指标值 年度预期指标值 年度目标",
        "actual": "实际完成值 全年实际值 完成值 实际值 全年完成值 实际完成指标值 实际完成情况"
        " 完成情况 指标完成值 实际完成 全年实际完成值 完成指标值 指标实际完成值 全年实际完成情况"
        " 实际完成数",
        "full": "分值 权重 标准分值 标准分 指标分值 权重分值 满分 分数 指标权重 分值权重 权重分",
        "points": "得分 自评得分 自评分 实际得分 评分 自评分值 单位自评得分 自评分数 指标得分",
        "reason": "偏差原因分析及改进措施 偏差原因分析 偏差原因 未完成原因 未完成原因分析"
        " 偏差原因分析及整改措施 偏差分析及改进措施 未完成原因及改进措施 偏差原因及改进措施"
        " 未完成原因分析及改进措施 原因分析及改进措施 未达标原因及改进措施 偏离原因分析及改进措施"
        " 未完成原因和改进措施 未完成原因及拟采取的改进措施",
        "note": "备注 说明",
        "method": "得分计算方法 评分标准 评分细则 计分方法 评分规则 扣分标准 赋分规则 评价标准",
        "nature": "指标性质 指标方向 比较符 运算符号 指标符号",
        "measure": "度量单位 计量单位 指标单位 单位",
        "achievement": "完成率 完成比例 指标完成率 完成程度",
        "number": "序号 编号",
        "code": "指标编码 指标代码",
        "aside": "绩效指标 年度绩效指标 指标体系 绩效指标完成情况 年度绩效指标完成情况",
    }
)
# What stands for itself beside a block, printed downwards.
SIDES = _words(
    "项目资金 年度资金 资金 资金情况 项目预算执行情况 预算执行情况 项目支出预算执行情况 部门资金"
    " 年度总体目标 总体目标 年度目标 年度总体目标完成情况 绩效指标 年度绩效指标 绩效目标 指标体系"
    " 整体支出 部门整体支出 年度预算执行情况 资金使用情况 项目资金情况"
)
GOAL_SIDES = frozenset(word for word in SIDES if "目标" in word)
TOTALS = _words("总分 合计 总计 得分合计 总得分 自评总分 合计得分 总分合计")
SUBTOTALS = _words("小计 分项小计 本级小计")
EXECUTION = _words("预算执行率 预算执行情况 资金执行率 预算执行 预算资金执行率")
UNIT_LABELS = _words("单位 金额单位 计量单位 货币单位") | {""}
DASHES = frozenset({"", "-", "--", "/", "/-"})
# Words that open a target written in words, so that they part it from a name before it.
STARTERS = re.compile(
    "[≥≤<>=]|不(?:高|低|多|少|大|小|长|短|超|得|差)|(?:高|低|大|小|多|少)于|控制在"
)
_FUNDS = (
    (FundSource.CARRIED_OVER, ("上年结转", "结转资金", "结转结余", "结余结转")),
    (FundSource.TOTAL, ("资金总额", "总额", "合计", "总计", "年度资金", "全年预算")),
    (FundSource.APPROPRIATION, ("财政拨款", "财政资金", "本级拨款", "财政安排", "预算内")),
    (FundSource.OTHER, ("其他", "其它")),
)
_LONGEST_LABEL = 60
_BRACKETS = re.compile(r"\([^()]*\)")
_COLUMN_LETTERS = re.compile(r"[A-Za-z0-9/×*÷=%+.\-]+$")
_UNIT = re.compile(r"(?:单位[::]?|[(])\s*(百万元|千元|万元|亿元|元)\s*\)?")
_YEAR = re.compile(r"(?<![0-9])((?:19|20|21)[0-9]{2})\s*(?:预算|财政)?年")


def label_of(text: str) -> str:
    """A label in its bare form: one spelling, no blanks, colon, bracket or column letter.

    No label is long: of a narrative only the beginning is looked at.
    """
    return _label(text[:_LONGEST_LABEL])


@lru_cache(maxsize=4096)
def _label(text: str) -> str:
    bare = _BRACKETS.sub("", normalise(text)).replace(" ", "").rstrip(":")
    cut = _COLUMN_LETTERS.sub("", bare)
    return cut.replace("(", "").replace(")", "") or bare


def column(text: str, columns: Labels) -> str:
    """The role of a heading over a column, "" when it is none."""
    label = label_of(text)
    role = columns.get(label, "")
    if not role and columns is LINE_COLUMNS and "原因" in label and len(label) <= 24:
        return "reason"
    return role


def fund_source(label: str) -> str:
    """The fund source that a row's label names; the bare label itself for any other."""
    bare = label_of(label).removeprefix("其中").lstrip(":、,")
    for source, words in _FUNDS:
        if any(word in bare for word in words):
            return source.value
    return bare


def money_unit(text: str) -> str:
    """The unit of amounts that a label declares (（万元）, 单位：元), "" when it declares none."""
    found = _UNIT.search(normalise(text))
    return found[1] if found else ""


def year_in(text: str) -> str:
    """The year that a heading names (（2024年度）), "" when it names none."""
    found = _YEAR.search(normalise(text))
    return found[1] if found else ""
