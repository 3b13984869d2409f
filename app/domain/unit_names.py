"""The names of units that forms use, by kind; the factor leads to the base unit of the kind."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

# kind -> {factor to the base unit: names that mean the same}
_FAMILIES: dict[str, dict[str, str]] = {
    "percent": {"1": "% 百分比 百分数", "0.1": "‰ 千分比"},
    "percentage_point": {"1": "百分点"},
    "money": {"1": "元 圆 人民币元 元人民币 元钱"},
    "duration": {
        "1": "秒 秒钟 s",
        "60": "分钟 min",
        "3600": "小时 钟头 h",
        "86400": "天 日 日历日 日历天 自然日",
        "604800": "周 星期",
    },
    "workday": {"1": "工作日 工作天"},
    "months": {"1": "月 月份", "3": "季 季度", "6": "半年", "12": "年 年度"},
    "length": {
        "0.001": "毫米 mm",
        "0.01": "厘米 cm",
        "1": "米 m 延米",
        "500": "里 华里",
        "1000": "公里 千米 km",
    },
    "area": {"1": "平方米 平米 ㎡ m² m2", "10000": "公顷", "1000000": "平方公里 平方千米 km² km2"},
    "volume": {"0.001": "毫升 ml mL", "1": "升 L", "1000": "立方米 m³ m3"},
    "mass": {
        "0.001": "毫克 mg",
        "1": "克 g",
        "500": "斤 市斤",
        "1000": "公斤 千克 kg",
        "1000000": "吨 t",
    },
    "energy": {"1": "千瓦时 kWh"},
    "data": {"1": "MB 兆字节", "1024": "GB", "1048576": "TB"},
    "age": {"1": "岁 周岁"},
    "person": {"1": "人 名 位"},
}
# Units that are a kind each: measure words, and products such as 人次.
_ALONE = (
    "亩 人次 人天 人日 人月 人年 户 户次 家 家次 个 项 件 件次 起 宗 例 例次 份 篇 套 台 台次"
    " 台套 台班 辆 辆次 艘 架 架次 批 批次 期 班 班次 场 场次 次 回 轮 条 条次 处 座 座次 所 间"
    " 栋 幢 层 块 张 本 册 部 枚 只 头 匹 羽 尾 株 棵 盆 束 袋 箱 盒 瓶 支 根 把 片 面 组 对 双"
    " 副 类 种 级 度 分 字 页 门 节 节次 课时 学时 标段 村 镇 乡 县 区 市 省 校 车 车次 船次 列"
    " 路 单 幅 床 床位 床日 样 样次 倍 ℃ °C dB 分贝 千瓦 kW 兆瓦 MW 瓦 伏 安 帕 兆帕 MPa 米/秒"
    " Mbps 美元 港元 欧元 日元"
)
# Measure words that a noun may follow without a change of meaning: 5家医疗机构 are 5家.
CLASSIFIERS = "人次|批次|场次|班次|[人名位户家个项件份篇套台辆艘场条座所间栋幢块张本册只头株棵]"
# What a noun behind a measure word does not hold; with one of these the text tells a story.
STORY = (
    "完成|达|未|已|不|无|均|全部|按|健全|完善|合格|及时|提升|提高|优化|落实|建成|验收|覆盖|正常|良好|优秀"
    "|有效|规范|通过|下降|增长|增加|减少|左右|以|内|率|满意|等|有|是|为|超|低|高|余|多|近|约|在"
)

POWERS: Mapping[str, Decimal] = MappingProxyType(
    {
        "十": Decimal(10),
        "百": Decimal(100),
        "千": Decimal(1000),
        "万": Decimal(10_000),
        "十万": Decimal(100_000),
        "百万": Decimal(1_000_000),
        "千万": Decimal(10_000_000),
        "亿": Decimal(100_000_000),
        "十亿": Decimal(1_000_000_000),
        "百亿": Decimal(10_000_000_000),
        "千亿": Decimal(100_000_000_000),
        "万亿": Decimal(1_000_000_000_000),
    }
)
KINDS: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {name: (name, Decimal(1)) for name in _ALONE.split()}
    | {
        name: (kind, Decimal(factor))
        for kind, sizes in _FAMILIES.items()
        for factor, names in sizes.items()
        for name in names.split()
    }
)
