"""The program over HTTP on the loopback address, against bare answers of the same size.

Server and client share the cores of one machine, so that only the ratios mean something.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.bare import running_bare
from bench.client import JSON, KEY, Answer, Ask, Site
from bench.database import FILLER, PASSWORD
from bench.forms import ROWS, drafts, standard
from bench.pairs import Measure, Pace, measure
from bench.served import Served

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """A request that is put again and again, and the status that answers it."""

    name: str
    method: str
    request: bytes
    status: int = 200
    body: bytes = b""


def measures(pace: Pace, served: Served) -> Iterator[Measure]:
    """Each question by 8 connections, the program and the bare application taking turns."""
    with running_bare() as limit:
        for question in _questions(served.site, served.place.form_id):
            yield question_measure(question, served.site, Site(limit), pace)


def question_measure(question: Question, site: Site, bare: Site, pace: Pace) -> Measure:
    """One question against bare answers of the same size."""
    size = len(site.fetch(question.request, question.status).body)
    path = f"/{question.status}/{size}"
    same = bare.request(question.method, path, {}, question.body)
    return measure(
        question.name,
        site.asking([_always(question.request)] * CONNECTIONS, question.status),
        bare.asking([_always(same)] * CONNECTIONS, question.status),
        f"a bare ASGI answer of {size:,} bytes on the same server settings",
        pace,
    )


def _always(request: bytes) -> Ask:
    def ask(_: Answer | None) -> bytes:
        return request

    return ask


def _questions(site: Site, form_id: int) -> Iterator[Question]:
    score = f"/api/v1/self-evaluations/{form_id}/score"
    polled = site.request("GET", score, KEY)
    tag = site.fetch(polled).header("etag")
    yield Question("poll a score, 200", "GET", polled)
    unchanged = site.request("GET", score, {**KEY, "If-None-Match": tag})
    yield Question("poll a score, unchanged, 304", "GET", unchanged, status=304)
    yield page_question(site, form_id, "show the form page")
    form = drafts()[0].as_request(standard())
    scoring = site.request("POST", "/api/v1/scorings", KEY | JSON, form)
    yield Question(f"score {ROWS} rows by POST /scorings", "POST", scoring, body=form)


def page_question(site: Site, form_id: int, name: str) -> Question:
    """The page of a form, asked for by its filler."""
    cookie = {"Cookie": signed_in(site)}
    return Question(name, "GET", site.request("GET", f"/self-evaluations/{form_id}", cookie))


def signed_in(site: Site) -> str:
    """The cookie of the filler's session."""
    fields = urlencode({"username": FILLER, "password": PASSWORD}).encode()
    typed = {"Content-Type": "application/x-www-form-urlencoded", "Origin": site.address}
    answer = site.fetch(site.request("POST", "/login", typed, fields), 303)
    return answer.header("set-cookie").partition(";")[0]
