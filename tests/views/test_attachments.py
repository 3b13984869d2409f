"""The page of evidence: upload without JavaScript and with htmx, refusals, download, deletion."""

import pytest

from app.files.plain_pdf import made as plain_pdf
from tests.files import made
from tests.views.visitor import HTMX, SAME_ORIGIN

DRAFT, WARNED, SENT = "信息化建设项目", "医疗保险个人账户管理经费", "参保人员就医凭证制作费"
PDF = plain_pdf(["验收单"])
EXE = b"MZ\x90\x00" + bytes(99)


@pytest.fixture
def path(filler):
    return f"{filler.form(DRAFT)}/attachments"


def upload(visitor, path, *files, line="0", headers=None, csrf=None):
    """As a browser sends the form: the fields first, in the order of the page."""
    given = [("file", file) for file in files]
    fields = {"csrf": visitor.csrf if csrf is None else csrf, "line": line}
    return visitor.client.post(path, data=fields, files=given, headers=headers or SAME_ORIGIN)


def rows(page):
    return [row["id"] for row in page.soup.select(".evidence tbody tr")]


def stored(views):
    folder = views.state.depot.store.folder
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def test_every_row_has_its_place(filler, path):
    page = filler.get(path)
    assert rows(page)[0] == "whole"
    assert len(rows(page)) == 21
    assert page.soup.select("#upload-form[enctype='multipart/form-data'] [type=file][multiple]")
    assert "可以上传 PDF、OFD、Word（.docx）" in page.text("#upload-hint")


def test_uploaded_it_stands_at_its_row_and_everywhere_else(filler, path):
    line = rows(filler.get(path))[3].removeprefix("line-")
    seen = filler._seen(
        upload(filler, path, ("验收单.pdf", PDF), ("图.png", made.png()), line=line)
    )
    assert seen.url.endswith(f"?line={line}&added=2")
    assert seen.text(".uploaded") == "已上传 2 份"
    assert [
        link.get_text(strip=True) for link in seen.soup.select(f"#line-{line} .files > li > a")
    ] == [
        "验收单.pdf",
        "图.png",
    ]
    form = path.removesuffix("/attachments")
    sheet = filler.get(form)
    assert "佐证 2 份" in sheet.text(f"#line-{line}-name")
    assert "佐证材料 2 份" in sheet.text(".head")
    assert "佐证 2 份" in filler.get(f"{form}/check").text(f"#line-{line}-name")
    assert "：验收单.pdf" in filler.get(f"{form}/print").text(".annex")
    history = filler.get(f"{form}/history")
    assert "上传佐证材料" in history.text("main")
    assert "验收单.pdf" in history.text("main")
    assert "sha256" not in history.text("main")


def test_what_is_not_taken_is_told_and_the_rest_is_kept(filler, path, views):
    answer = upload(filler, path, ("好.pdf", PDF), ("合同.pdf", EXE)) if filler.get(path) else None
    page = filler._seen(answer)
    assert page.status == 422
    assert page.soup.title.get_text().startswith("错误：")
    assert "“合同.pdf”的内容是可执行程序，与扩展名 .pdf 不符" in page.text(".refused")
    assert page.text(".uploaded") == "已上传 1 份"
    assert len(stored(views)) == 1


def test_htmx_gets_the_evidence_alone(filler, path, views):
    filler.get(path)
    headers = SAME_ORIGIN | HTMX
    answer = upload(filler, path, ("a.pdf", PDF), headers=headers)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div class="frame evidence-frame" id="evidence"')
    refused = upload(filler, path, ("b.pdf", EXE), headers=headers)
    assert refused.status_code == 422
    assert "<html" not in refused.text
    assert len(stored(views)) == 1


@pytest.mark.parametrize("files", [(), (("", b""),)])
def test_nothing_chosen_is_told(filler, path, files):
    filler.get(path)
    given = upload(filler, path, *files)
    page = filler._seen(given)
    assert (page.status, "请选择要上传的文件" in page.text(".refused")) == (422, True)


def test_a_name_is_shown_as_text(filler, path):
    filler.get(path)
    name = "<img src=x onload='alert(1)'>&amp;.pdf"
    page = filler._seen(upload(filler, path, (name, PDF)))
    assert not page.soup.select("img")
    assert name in page.text(".files > li > a")


def test_files_are_not_taken_without_the_token_of_a_page(filler, path, views):
    filler.get(path)
    for csrf in ("", "forged"):
        assert upload(filler, path, ("a.pdf", PDF), csrf=csrf).status_code == 403
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert upload(filler, path, ("a.pdf", PDF), headers=elsewhere).status_code == 403
    assert stored(views) == []


def test_nor_from_somebody_who_did_not_sign_in(stranger, filler, path, views):
    filler.get(path)
    assert upload(stranger, path, ("a.pdf", PDF)).status_code == 401
    assert stored(views) == []


def test_nor_when_the_file_comes_before_the_token(filler, path, views):
    filler.get(path)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        + PDF
        + b'\r\n--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n'
        + filler.csrf.encode()
        + b"\r\n--x--\r\n"
    )
    headers = SAME_ORIGIN | {"Content-Type": "multipart/form-data; boundary=x"}
    assert filler.client.post(path, content=body, headers=headers).status_code == 403
    assert stored(views) == []


def test_a_broken_body_is_told(filler, path, views):
    filler.get(path)
    headers = filler.sent | {"Content-Type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for body in (b"", b"--y", head + PDF):
        answer = filler.client.post(path, content=body, headers=headers)
        assert answer.status_code == 400
        assert "不完整" in answer.text
    assert stored(views) == []


def test_a_download_leaves_under_its_name_and_stands_in_the_history(filler, path):
    filler.get(path)
    page = filler._seen(upload(filler, path, ("验收单.pdf", PDF)))
    answer = filler.client.get(page.one(".files > li > a")["href"])
    assert answer.content == PDF
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "%E9%AA%8C" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    form = path.removesuffix("/attachments")
    assert "导出" in filler.get(f"{form}/history").text("main")


def test_deleted_it_is_gone_with_its_bytes(filler, path, views):
    filler.get(path)
    page = filler._seen(upload(filler, path, ("验收单.pdf", PDF)))
    form = page.one(".files form")
    again = filler.post(form["action"], {"line": "0"})
    assert not again.soup.select(".files")
    assert stored(views) == []
    gone = filler.post(form["action"], {"line": "0"})
    assert (gone.status, "已不存在" in gone.text("main")) == (404, True)


def test_reviewers_read_and_nobody_changes_what_was_sent(visit, filler, views):
    path = filler.form(SENT)
    lead = visit()
    lead.sign_in("unit-lead")
    page = lead.get(f"{path}/attachments")
    assert not page.soup.select("#upload-form, .files form")
    assert "不能增删" in page.text("#upload")
    sent = upload(filler, f"{path}/attachments", ("a.pdf", PDF))
    assert sent.status_code == 409
    assert upload(lead, f"{path}/attachments", ("a.pdf", PDF)).status_code == 403
    assert stored(views) == []


@pytest.mark.parametrize("what", ["attachments/999", "attachments/999/delete"])
def test_what_is_not_there(filler, what):
    path = f"{filler.form(DRAFT)}/{what}"
    answer = filler.post(path, {}) if what.endswith("delete") else filler.get(path)
    assert answer.status == 404


def test_evidence_stands_in_the_review(visit, filler):
    path = f"{filler.form(DRAFT)}/attachments"
    line = rows(filler.get(path))[1].removeprefix("line-")
    upload(filler, path, ("行.pdf", PDF), line=line)
    upload(filler, path, ("表.pdf", made.pdf("<< /Type /EmbeddedFile >>")))
    page = filler.get(path.replace("attachments", "review"))
    assert "行.pdf" in page.text(f"#line-{line}-actual")
    assert "内含附件" in page.text(".whole-evidence")
