"""What pydantic finds, said in Chinese: the field, what was given, and the mend."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.errors import Problem
from app.schemas.labels import label

GIVEN_LENGTH = 200
PLACES = ("path", "query", "header", "cookie")

Sentence = Callable[[str, Mapping[str, Any]], str]

SENTENCES: dict[str, Sentence] = {
    "missing": lambda name, _: f"请填写{name}。",
    "extra_forbidden": lambda name, _: f"这里没有{name}这一项，请去掉或核对拼写。",
    "string_type": lambda name, _: f"{name}应写成文字（加引号的字符串）。",
    "string_unicode": lambda name, _: f"{name}含有无法显示的字符，请重新输入。",
    "string_too_short": lambda name, ctx: f"{name}至少要写 {ctx['min_length']} 个字。",
    "string_too_long": lambda name, ctx: f"{name}最多 {ctx['max_length']} 个字，请精简。",
    "list_type": lambda name, _: f"{name}应写成列表（方括号）。",
    "tuple_type": lambda name, _: f"{name}应写成列表（方括号）。",
    "dict_type": lambda name, _: f"{name}应写成“名称: 值”的对象（花括号）。",
    "model_type": lambda name, _: f"{name}应写成“名称: 值”的对象（花括号）。",
    "model_attributes_type": lambda name, _: f"{name}应写成“名称: 值”的对象（花括号）。",
    "too_long": lambda name, ctx: f"{name}最多 {ctx['max_length']} 行，请分批提交。",
    "bool_type": lambda name, _: f"{name}请写 true 或 false。",
    "bool_parsing": lambda name, _: f"{name}请写 true 或 false。",
    "int_type": lambda name, _: f"{name}应是整数。",
    "int_parsing": lambda name, _: f"{name}应是整数。",
    "int_parsing_size": lambda name, _: f"{name}的位数太多，请核对。",
    "greater_than_equal": lambda name, ctx: f"{name}不能小于 {ctx['ge']}。",
    "less_than_equal": lambda name, ctx: f"{name}不能大于 {ctx['le']}。",
    "literal_error": lambda name, ctx: f"{name}只能是：{_choices(ctx['expected'])}。",
    "enum": lambda name, ctx: f"{name}只能是：{_choices(ctx['expected'])}。",
}


def problems_of(errors: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Every pydantic error as a problem with a JSON pointer."""
    return tuple(_problem(error) for error in errors)


def _problem(error: Mapping[str, Any]) -> Problem:
    place, *steps = error["loc"]
    name = _name(steps)
    sentence = SENTENCES.get(error["type"])
    if sentence is not None:
        message = sentence(name, error.get("ctx", {}))
    elif error["type"].startswith("cell."):
        message = str(error["msg"]).replace("{name}", name)
    else:
        message = f"{name}的写法需要改正。"
    prefix = (place,) if place in PLACES else ()
    return Problem(pointer((*prefix, *steps)), message, shown(error.get("input")))


def pointer(steps: Iterable[Any]) -> str:
    """A JSON pointer (RFC 6901) of the steps."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def shown(value: Any) -> str:
    """What was given, short enough to be read in a message."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return "（对象）"
    if isinstance(value, list | tuple):
        return f"（列表，{len(value)} 项）"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= GIVEN_LENGTH else f"{text[:GIVEN_LENGTH]}…（共 {len(text)} 字）"


def _name(steps: list[Any]) -> str:
    """`第 4 行的实际完成值（actual）` for ("indicators", 3, "actual")."""
    fields = [step for step in steps if isinstance(step, str)]
    rows = [step for step in steps if isinstance(step, int)]
    if not fields:
        return "请求内容"
    said = label(fields[-1])
    named = said if said == fields[-1] else f"{said}（{fields[-1]}）"
    if not rows:
        return named
    if isinstance(steps[-1], int):
        return f"{named}第 {rows[-1] + 1} 行"
    return f"{label(fields[0])}第 {rows[-1] + 1} 行的{named}"


def _choices(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", "、").replace(", ", "、")
