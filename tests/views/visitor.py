"""A client that looks at every page it gets as a careful reader of HTML would."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from bs4 import BeautifulSoup, Tag
from httpx2 import Response
from starlette.testclient import TestClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
HTMX = {"HX-Request": "true"}
BLAMING = re.compile("非法|无效|系统异常|未知错误|Error|error|undefined|None|Traceback")
UNNAMED = ("hidden", "submit")
# Attributes that name elements of the same page by id.
REFERENCES = ("for", "form", "aria-describedby", "aria-labelledby", "data-of")


# Pages that were found sound, without the token that each session has: many tests pass by them.
SOUND: set[int] = set()
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True)
class Seen:
    """An answer, parsed when it is looked into."""

    status: int
    url: str
    html: str
    headers: dict[str, str]
    parser: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        """Its elements."""
        return BeautifulSoup(self.html, self.parser)

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
        # This one adds nothing around parts of a page.
        seen = _seen(answer, "html.parser")
        parts = [part for part in seen.soup.children if isinstance(part, Tag)]
        assert all(part.get("id") and part.get("hx-swap-oob") for part in parts), parts
        assert_sound(seen.soup)
        return seen

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

    def _seen(self, answer: Response) -> Seen:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        if token := TOKEN.search(answer.text):
            self.csrf = token[1]
        seen = _seen(answer, "lxml")
        page = hash(seen.html.replace(self.csrf, "") if self.csrf else seen.html)
        if page not in SOUND:
            assert_page(seen.soup, seen.html)
            SOUND.add(page)
        return seen


def _seen(answer: Response, parser: str) -> Seen:
    told = dict(answer.headers)
    return Seen(answer.status_code, str(answer.url), answer.text, told, parser)


def assert_page(soup: BeautifulSoup, html: str) -> None:
    """A whole page: language, one title, one h1, every reference within it resolved."""
    assert html.startswith("<!doctype html>")
    assert soup.html["lang"] == "zh-CN"
    assert soup.title.get_text(strip=True).removesuffix("- 预算绩效自评").strip()
    assert len(soup.select("h1")) == 1
    assert len(soup.select("main")) == 1
    tags = assert_sound(soup)
    ids = {tag["id"] for tag in tags if tag.has_attr("id")}
    for tag in tags:
        for name in REFERENCES:
            if tag.has_attr(name):
                assert set(str(tag[name]).split()) <= ids, f"{name}={tag[name]}"
        if tag.name == "a" and str(tag.get("href", "")).startswith("#"):
            assert tag["href"][1:] in ids, tag


def assert_sound(soup: BeautifulSoup) -> list[Tag]:
    """What holds for a page and for a part of one; all its tags, which are looked at one by one."""
    kept = {id(tag) for template in soup.find_all("template") for tag in template.find_all(True)}
    tags = [tag for tag in soup.find_all(True) if id(tag) not in kept]
    ids = [tag["id"] for tag in tags if tag.has_attr("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    labelled = {tag.get("for") for tag in tags if tag.name == "label"}
    for tag in tags:
        assert not {"style", "onclick", "onchange"} & set(tag.attrs), tag
        if check := CHECKS.get(tag.name):
            check(tag, labelled)
    words = soup.get_text(" ")
    assert not BLAMING.search(words), BLAMING.search(words)
    return tags


def _form(tag: Tag, _: set[str]) -> None:
    assert tag.get("action", "").startswith("/"), tag
    assert tag.get("method") == ("get" if tag.get("role") == "search" else "post"), tag


def _field(tag: Tag, labelled: set[str]) -> None:
    named = tag.get("aria-label") or tag.get("id") in labelled
    assert tag.get("type") in UNNAMED or named, tag


def _button(tag: Tag, _: set[str]) -> None:
    assert tag.get_text(strip=True) or (tag.name == "a" and not tag.has_attr("href")), tag


def _style(tag: Tag, _: set[str]) -> None:
    raise AssertionError(tag)


def _script(tag: Tag, _: set[str]) -> None:
    assert tag.has_attr("src"), tag


CHECKS = {
    "form": _form,
    "input": _field,
    "select": _field,
    "textarea": _field,
    "button": _button,
    "a": _button,
    "style": _style,
    "script": _script,
}


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
