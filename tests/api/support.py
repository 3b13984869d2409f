"""What every test of the API says again and again."""

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
PREFIX = "/api/v1"
UNKIND = ("非法", "无效", "系统异常", "Traceback", "Error")


def bearer(key: str) -> dict[str, str]:
    """The header that names the caller."""
    return {"Authorization": f"Bearer {key}"}


def based_on(answer: Any) -> dict[str, str]:
    """The header that guards a write by what was read."""
    return {"If-Match": answer.headers["etag"]}


def assert_problem(answer: Any, status: int, code: str = "", pointer: str | None = None) -> Any:
    """The answer is a problem document in Chinese, of the one shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "etag" not in answer.headers
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:jixiao:problem:{problem['code']}"
    assert in_chinese(problem["title"])
    assert in_chinese(problem["detail"])
    for error in problem["errors"]:
        assert set(error) == {"pointer", "message", "given"}
        assert in_chinese(error["message"])
    if code:
        assert problem["code"] == code
    if pointer is not None:
        assert pointer in [error["pointer"] for error in problem["errors"]], problem
    return problem


def in_chinese(text: str) -> bool:
    """Whether a sentence is in Chinese and in the house's manner."""
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    return chinese and not any(word in text for word in UNKIND)
