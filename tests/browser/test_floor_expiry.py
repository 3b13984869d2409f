"""A session that ends while somebody types, in a real Chromium 86."""

import pytest
from playwright.sync_api import Browser

from tests.browser import test_expiry as expiry


@pytest.fixture
def browser(floor: Browser) -> Browser:
    return floor


program, page, pass_by = expiry.program, expiry.page, expiry.pass_by
test_saved_after_the_login = expiry.test_typed_text_is_saved_after_the_login_in_place
