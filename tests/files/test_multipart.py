"""A multipart body in any pieces: fields first, then files; a broken one is refused."""

import pytest

from app.files.multipart import MOST_FIELDS, BadMultipart, Begin, Multipart
from tests import loops

KIND = "multipart/form-data; boundary=XX"


def part(name, content, filename=None):
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


BODY = (
    part("csrf", b"token")
    + part("line", "第一\r\n行".encode())
    + part("file", b"one\r\n--X", "合同.pdf")
    + part("later", b"passed over")
    + part("file", b"", "空.pdf")
    + part("file", b"three", "")
    + b"--XX--\r\n"
)


async def chunks(body, size):
    for place in range(0, len(body), size):
        yield body[place : place + size]


def read(body, size=1 << 20, kind=KIND):
    async def all_of_it():
        multipart = Multipart(kind, chunks(body, size))
        fields = await multipart.fields()
        files = []
        async for event in multipart.files():
            if isinstance(event, Begin):
                files.append([event.filename, b""])
            else:
                files[-1][1] += event.content
        return fields, files

    return loops.run(all_of_it())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 1 << 20])
def test_the_same_whatever_the_pieces(size):
    fields, files = read(BODY, size)
    assert fields == {"csrf": "token", "line": "第一\n行"}
    assert files == [["合同.pdf", b"one\r\n--X"], ["空.pdf", b""], ["", b"three"]]


def test_nothing_behind_the_fields_is_read_before_it_is_asked_for():
    taken = []

    async def watched():
        for chunk in (part("csrf", b"t"), part("file", b"a" * 1000, "a.pdf"), b"--XX--\r\n"):
            taken.append(len(chunk))
            yield chunk

    async def only_fields():
        return await Multipart(KIND, watched()).fields()

    assert loops.run(only_fields()) == {"csrf": "t"}
    assert len(taken) == 2


def test_a_name_in_the_encoding_of_the_office():
    body = part("file", b"x", "NAME").replace(b"NAME", "合同.pdf".encode("gb18030")) + b"--XX--\r\n"
    assert read(body)[1] == [["合同.pdf", b"x"]]


def test_a_body_without_files():
    assert read(part("csrf", b"t") + b"--XX--\r\n") == ({"csrf": "t"}, [])


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", KIND),
        (b"--YY\r\n", KIND),
        (BODY[:-30], KIND),
        (part("file", b"cut", "a.pdf"), KIND),
        (part("a", b"x" * 70_000) + b"--XX--\r\n", KIND),
        (b"".join(part(f"f{n}", b"") for n in range(MOST_FIELDS + 2)) + b"--XX--\r\n", KIND),
        (b"--XX\r\n" + b"A: " + b"x" * 100_000 + b"\r\n\r\n", KIND),
        (BODY, "multipart/form-data"),
        (BODY, "multipart/mixed; boundary=XX"),
        (BODY, "application/json"),
    ],
)
@pytest.mark.parametrize("size", [64, 1 << 20])
def test_a_broken_body_is_refused(body, kind, size):
    with pytest.raises(BadMultipart):
        read(body, size, kind)
