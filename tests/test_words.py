"""The linter of words (U12): what the program says to people, wherever it is written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "app"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNKIND = re.compile(r"非法|无效|未知错误|系统异常|Traceback|undefined")
# A person has an 账号 and types it; only the mail server and the tables of others have a 用户名.
USERNAME = {"smtp.py", "services/import_users.py"}
LONGEST = 40
# Calls whose second argument tells a person what is wrong with a field.
TELLERS = {"Problem", "add", "problem"}
MENDS = re.compile(
    "请|应|须|不能|最多|已|没有|改|只|超过|不在|不是|有|待|剩|满|能|可|才|与|重复|不一致|放不下|一样"
)


def texts() -> Iterator[tuple[str, str]]:
    """Every Chinese text of the program that is no comment: where it stands, and the text."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            said = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
            if isinstance(said, str) and id(node) not in told and CHINESE.search(said):
                yield name, said
    for path in sorted(ROOT.rglob("templates/**/*.html")):
        yield path.relative_to(ROOT).as_posix(), re.sub(r"{#.*?#}", "", path.read_text("utf-8"))


def messages() -> Iterator[tuple[str, str]]:
    """What is said of a field; each part that is filled in counts as two signs."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and len(node.args) > 1):
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            text = _literal(node.args[1]) if name in TELLERS else ""
            if CHINESE.search(text):
                yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", text


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "□□" for part in node.values
        )
    return ""


def test_nobody_is_blamed():
    assert [(where, text[:60]) for where, text in texts() if UNKIND.search(text)] == []


def test_an_account_is_called_one_thing():
    found = {where for where, text in texts() if "用户名" in text}
    assert found <= USERNAME


def test_what_is_said_of_a_field_is_short_and_tells_the_mend():
    found = list(messages())
    assert len(found) > 30
    assert [item for item in found if len(item[1]) > LONGEST] == []
    whole = [item for item in found if not item[1].endswith("□□")]  # whose end is told elsewhere
    assert [item for item in whole if not MENDS.search(item[1])] == []
    assert [item for item in found if item[1].endswith("不能为空")] == []
