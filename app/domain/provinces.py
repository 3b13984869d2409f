"""Provinces and their division codes (GB/T 2260), to tell from a unit's name where it stands."""

_CODES = (
    "北京110000 天津120000 河北130000 山西140000 内蒙古150000 辽宁210000 吉林220000 黑龙江230000"
    " 上海310000 江苏320000 浙江330000 安徽340000 福建350000 江西360000 山东370000 河南410000"
    " 湖北420000 湖南430000 广东440000 广西450000 海南460000 重庆500000 四川510000 贵州520000"
    " 云南530000 西藏540000 陕西610000 甘肃620000 青海630000 宁夏640000 新疆650000"
)
NAMES = {entry[:-6]: entry[-6:] for entry in _CODES.split()}


def province_in(text: str) -> tuple[str, str] | None:
    """Name and code of the province that a text names first, None when it names none."""
    found = [(text.index(name), name) for name in NAMES if name in text]
    if not found:
        return None
    name = min(found)[1]
    return name, NAMES[name]
