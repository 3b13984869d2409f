"""The page of review settings: steps, branches that share one, the catalogue of reasons."""

import pytest

PAGE = "/workflow-settings"


@pytest.fixture
def finance(visit):
    visitor = visit()
    visitor.sign_in("finance")
    return visitor


def steps_form(page, **more):
    """The fields of the first form as the browser would send them."""
    form = page.soup.select_one(f"form[action$='{PAGE}']")
    fields = {}
    for field in form.select("input, select"):
        if field.name == "select":
            fields[field["name"]] = field.select_one("option[selected]")["value"]
        elif field.get("type") != "checkbox" or field.has_attr("checked"):
            fields[field["name"]] = field.get("value", "")
    return fields | more


def reason_form(page, number):
    found = page.soup.select(f"[form=reason-{number}], #reason-{number} input")
    return {
        field["name"]: field.get("value", "")
        for field in found
        if field.get("type") != "checkbox" or field.has_attr("checked")
    }


def test_steps_are_left_out_and_taken_in_again(finance):
    fields = steps_form(finance.get(PAGE))
    del fields["steps.department_review"]
    saved = finance.post(PAGE, fields)
    assert saved.status == 200
    assert "steps.department_review" not in steps_form(saved)
    again = finance.post(PAGE, steps_form(saved) | {"steps.department_review": "on"})
    assert "steps.department_review" in steps_form(again)


def test_no_step_at_all_is_refused_with_what_was_typed(finance):
    fields = steps_form(finance.get(PAGE))
    kept = {name: text for name, text in fields.items() if not name.startswith("steps.")}
    refused = finance.post(PAGE, kept | {"branches.0.name": "绩效处"})
    assert refused.status == 422
    assert "请至少保留一个审核环节" in refused.text("[role=alert].message")
    assert steps_form(refused)["branches.0.name"] == "绩效处"


def test_branches_are_refused_row_by_row(finance):
    typed = {"branches.0.name": "绩效处", "branches.0.members": "finance、nobody"}
    refused = finance.post(PAGE, steps_form(finance.get(PAGE), **typed))
    assert refused.status == 422
    message = refused.text("#branch-0")
    assert "至少要有两个处室" in message
    assert "账号“nobody”没有登记或已停用" in message
    assert refused.one("[name='branches.0.members']")["value"] == "finance、nobody"


def test_a_stale_page_changes_nothing(finance):
    old = steps_form(finance.get(PAGE))
    finance.post(PAGE, old)
    assert finance.post(PAGE, old).status == 412


def test_a_reason_is_added_changed_and_retired(finance):
    page = finance.get(PAGE)
    count = len(page.soup.select("form[action$='/reasons']"))
    new = reason_form(page, count) | {"code": "blurred", "label": "附件不清晰"}
    added = finance.post(f"{PAGE}/reasons", new)
    assert len(added.soup.select("form[action$='/reasons']")) == count + 1
    retired = reason_form(added, count) | {"label": "扫描件不清晰"}
    del retired["active"]
    seen = finance.post(f"{PAGE}/reasons", retired)
    assert seen.one(f"[form=reason-{count}][name=label]")["value"] == "扫描件不清晰"
    assert not seen.one(f"[form=reason-{count}][name=active]").has_attr("checked")


def test_a_reason_that_does_not_fit_says_why_at_its_row(finance):
    page = finance.get(PAGE)
    count = len(page.soup.select("form[action$='/reasons']"))
    refused = finance.post(f"{PAGE}/reasons", reason_form(page, count) | {"code": "A 1"})
    assert refused.status == 422
    told = refused.text(f"#reason-{count}-note")
    assert "小写字母" in told
    assert "请填写退回原因" in told
    assert refused.one(f"[form=reason-{count}][name=code]")["value"] == "A 1"


@pytest.mark.parametrize("who", ["filler", "unit-lead", "department", "auditor"])
def test_others_neither_see_nor_change_it(visit, who):
    visitor = visit()
    visitor.sign_in(who)
    assert visitor.get(PAGE).status == 403
    assert visitor.post(PAGE, {"version": "0", "steps.unit_review": "on"}).status == 403
    assert "审核设置" not in visitor.get("/").html
