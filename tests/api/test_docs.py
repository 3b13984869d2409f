"""The page for integrators names every address, filter and problem code that there is."""

import re
from pathlib import Path

from app import errors
from app.api import exact_json, problems
from tests.api.routes import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")


def test_every_address_is_named():
    missing = {path for _, path, _ in OPERATIONS if path.rpartition("/")[2] not in PAGE}
    assert missing == set()


def test_every_filter_is_named():
    filters = {
        parameter["name"]
        for _, _, operation in OPERATIONS
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    }
    assert {name for name in filters if f"`{name}`" not in PAGE} == set()


def test_every_problem_code_is_named():
    refusals = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.code for kind in refusals if issubclass(kind, errors.AppError)}
    for module in (problems, exact_json):
        source = Path(module.__file__).read_text(encoding="utf-8")
        codes |= set(re.findall(r'\b[45]\d\d(?: if .*?)?,\s*"([a-z_]+)"', source))
    assert {"malformed_json", "body_too_large", "busy"} <= codes
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
