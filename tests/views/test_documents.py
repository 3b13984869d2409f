"""Documents of a form: the links beside it, the download, what its history says."""

import pytest

MEDIA = {"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF"}


@pytest.fixture
def path(filler):
    """The path of a form of the list."""
    return filler.get("/").soup.select_one("table.tasks tbody th a")["href"]


def test_each_page_of_a_form_offers_every_kind(filler, path):
    for page in (path, f"{path}/print", f"{path}/receipt"):
        links = filler.get(page).soup.select("nav.exports a")
        assert [link["href"] for link in links] == [f"{path}/documents/{kind}" for kind in MEDIA]


def test_a_document_is_saved_under_its_chinese_name_and_told_in_the_history(filler, path):
    for kind, begins in MEDIA.items():
        answer = filler.client.get(f"{path}/documents/{kind}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        told = answer.headers["content-disposition"]
        assert f'filename="self-evaluation.{kind}"' in told
        assert "filename*=UTF-8''2024%E5%B9%B4%E5%BA%A6_" in told
        assert answer.headers["cache-control"] == "no-store"
        assert int(answer.headers["content-length"]) == len(answer.content)
    newest = filler.get(f"{path}/history").soup.select_one("table.trail tbody tr")
    words = " ".join(newest.get_text(" ", strip=True).split())
    assert "导出" in words
    assert "文件 （空） pdf" in words


def test_an_unknown_kind_is_not_found(filler, path):
    assert filler.client.get(f"{path}/documents/exe").status_code == 404
