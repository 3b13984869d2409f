"""A client that looks at every page it gets as a careful reader of HTML would."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true"}
BLAMING = re.compile("非法|无效|系统异常|未知错误|Error|error|undefined|None|Traceback")
UNNAMED = ("hidden", "submit")
# Attributes that name elements of the same page by id.
REFERENCES = ("for", "form", "aria-describedby", "aria-labelledby", "data-of")


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer that passed the checks, parsed."""

    status: int
    url: str
    html: str
    soup: BeautifulSoup
    headers: dict[str, str]

    def one(self, selector: str) -> Tag:
        """The only element that the selector finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{selector}: {len(found)}"
        return found[0]

    def text(self, selector: str) -> str:
        """Its text, spaces evened out."""
        return " ".join(self.one(selector).get_text(" ", strip=True).split())

    def fields(self, form: str = "sheet") -> dict[str, str]:
        """What a browser would send for a form, whose fields may stand outside it."""
        own = self.soup.select(f"form#{form} [name], [form={form}][name]")
        return {field["name"]: _value(field) for field in own if field.name != "button"}


class Visitor:
    """Somebody with a browser at the pages."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = ""

    @property
    def sent(self) -> dict[str, str]:
        """What a browser adds to a form of a page it has seen: the origin and the page's token."""
        return SAME_ORIGIN | {"X-CSRF-Token": self.csrf}

    def sign_in(self, username: str = "filler", password: str = "demo-2024") -> Seen:
        return self.post("/login", {"username": username, "password": password})

    def get(self, path: str, **options) -> Seen:
        """A page, redirects followed, checked."""
        return self._seen(self.client.get(path, **options))

    def form(self, project: str) -> str:
        """The path of a project's form, from the task list."""
        links = self.get("/").soup.select("table.tasks th a")
        return next(link["href"] for link in links if link.get_text() == project)

    def post(self, path: str, fields: dict[str, str], **options) -> Seen:
        """A form as a browser without JavaScript sends it: the page it ends on, checked."""
        return self._seen(self.client.post(path, data=fields, headers=self.sent, **options))

    def htmx(self, path: str, fields: dict[str, str]) -> Seen:
        """A form as htmx sends it: parts of a page, each with an id, checked as parts."""
        answer = self.client.post(path, data=fields, headers=self.sent | HTMX)
        soup = BeautifulSoup(answer.text, "html.parser")
        parts = [part for part in soup.children if isinstance(part, Tag)]
        assert all(part.get("id") and part.get("hx-swap-oob") for part in parts), parts
        assert_sound(soup)
        return Seen(answer.status_code, str(answer.url), answer.text, soup, dict(answer.headers))

    def cells(
        self, path: str, typed: dict[str, str], page: Seen | None = None, bulk: str = ""
    ) -> Seen:
        """Cells as autosave sends them, typed on that page or on the one now shown."""
        shown = (page or self.get(path)).fields()
        fields = typed_cells(shown, **typed) | {"bulk": bulk, "version": shown["version"]}
        return self.htmx(f"{path}/cells", fields)

    def retype(self, path: str, name: str, texts: Iterable[str]) -> None:
        """One cell typed again and again, each time saved upon the text before."""
        shown = {name: self.get(path).fields()[name]}
        for text in texts:
            sent = typed_cells(shown, **{name: text})
            assert self.client.post(f"{path}/cells", data=sent, headers=self.sent | HTMX).is_success
            shown[name] = text

    def _seen(self, answer) -> Seen:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        soup = BeautifulSoup(answer.text, "html.parser")
        assert_page(soup, answer.text)
        token = soup.select_one("input[name=csrf]")
        self.csrf = str(token["value"]) if token else self.csrf
        return Seen(answer.status_code, str(answer.url), answer.text, soup, dict(answer.headers))


def assert_page(soup: BeautifulSoup, html: str) -> None:
    """A whole page: language, one title, one h1, every reference within it resolved."""
    assert html.startswith("<!doctype html>")
    assert soup.html["lang"] == "zh-CN"
    assert soup.title.get_text(strip=True).removesuffix("- 预算绩效自评").strip()
    assert len(soup.select("h1")) == 1
    assert len(soup.select("main")) == 1
    assert_sound(soup)
    ids = {element["id"] for element in soup.select("[id]")}
    for name in REFERENCES:
        for element in soup.select(f"[{name}]"):
            assert set(str(element[name]).split()) <= ids, f"{name}={element[name]}"
    for link in soup.select("a[href^='#']"):
        assert link["href"][1:] in ids, link


def assert_sound(soup: BeautifulSoup) -> None:
    """What holds for a page and for a part of one."""
    ids = [element["id"] for element in soup.select("[id]")]
    assert sorted(ids) == sorted(set(ids)), "an id stands twice"
    for form in soup.select("form"):
        assert form.get("action", "").startswith("/"), form
        assert form.get("method") == ("get" if form.get("role") == "search" else "post"), form
    for field in soup.select("input, select, textarea"):
        assert field.get("type") in UNNAMED or _named(soup, field), field
    for button in soup.select("button, a[href]"):
        assert button.get_text(strip=True), button
    assert not soup.select("[style], style, [onclick], [onchange], script:not([src])")
    words = soup.get_text(" ")
    assert not BLAMING.search(words), BLAMING.search(words)


def _named(soup: BeautifulSoup, field: Tag) -> bool:
    return bool(field.get("aria-label") or soup.select(f"label[for='{field.get('id')}']"))


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]")
        return chosen.get("value", chosen.get_text()) if chosen else ""
    return field.get("value", "")


def typed_cells(shown: Mapping[str, str] = MappingProxyType({}), **typed: str) -> dict[str, str]:
    """What autosave posts for cells typed on a page that showed those texts."""
    entries = [
        {"name": name, "text": text, "known": [shown.get(name, "")]} for name, text in typed.items()
    ]
    return {"cells": json.dumps(entries)}
