"""A person signs in and out, with JavaScript and without."""

import pytest
from playwright.sync_api import Page, expect


def sign_in(page: Page, password: str = "demo-2024") -> None:
    page.goto("/")
    page.get_by_label("账号").fill("filler")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


@pytest.mark.parametrize("kind", ["page", "page_without_script"])
def test_in_and_out(kind: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(kind)
    sign_in(page)
    expect(page.get_by_text("周晓岚")).to_be_visible()
    expect(page.get_by_text("演示环境")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()


def test_a_wrong_password_is_told_and_the_name_kept(page: Page) -> None:
    sign_in(page, "wrong-2024")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    expect(page.get_by_label("账号")).to_have_value("filler")


def test_a_password_may_be_pasted_and_kept_by_a_manager(page: Page) -> None:
    page.goto("/login")
    name, password = page.get_by_label("账号"), page.get_by_label("密码")
    name.fill("demo-2024")
    name.press("Control+a")
    name.press("Control+c")
    password.press("Control+v")
    expect(password).to_have_value("demo-2024")
    expect(name).to_have_attribute("autocomplete", "username")
    expect(password).to_have_attribute("autocomplete", "current-password")
    name.fill("filler")
    password.press("Enter")
    expect(page.get_by_text("周晓岚")).to_be_visible()
