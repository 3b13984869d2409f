"""A small form of our own, for layouts and for tests of everything around it."""

from typing import Any

ROWS = [
    {
        "level1": "产出指标", "level2": "数量指标", "name": "培训人次", "target": "≥200人次",
        "actual": "210人次", "full": "30", "points": "30", "reason": "",
    },
    {
        "level1": "产出指标", "level2": "时效指标", "name": "完成时间", "target": "12月31日前",
        "actual": "12月20日", "full": "20", "points": "20", "reason": "",
    },
    {
        "level1": "效益指标", "level2": "社会效益指标", "name": "政策知晓率", "target": "≥90%",
        "actual": "81%", "full": "30", "points": "27", "reason": "宣传不足，下年加强。",
    },
    {
        "level1": "满意度指标", "level2": "服务对象满意度指标", "name": "学员满意度",
        "target": "≥90%", "actual": "95%", "full": "10", "points": "10", "reason": "",
    },
]  # fmt: skip
FORM: dict[str, Any] = {
    "fiscal_year": 2022,
    "project": "培训经费",
    "unit": "某县教育局",
    "department": "某县人民政府",
    "funds": [
        {
            "source": "total", "initial": "10.00", "adjusted": "12.00", "executed": "11.40",
            "full": "10", "rate": "95.00", "points": "9.50", "unit": "万元",
        }
    ],
    "indicators": ROWS,
    "claimed": {"total": "96.50", "full": "100", "grade": "优"},
    "expected": "开展培训。",
    "achieved": "培训已经开展。",
}  # fmt: skip
