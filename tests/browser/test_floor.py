"""The journeys of filling and reviewing once more, in a real Chromium 86."""

import pytest
from playwright.sync_api import Browser

from tests.browser import test_cells as cells
from tests.browser import test_reviewing as reviewing
from tests.browser.floor import floor_path


@pytest.fixture
def browser(floor: Browser) -> Browser:
    return floor


@pytest.fixture
def browser_path() -> str:
    return floor_path()


test_the_whole_course = reviewing.test_the_whole_course
test_states_and_drafts = cells.test_a_cell_says_how_it_fares_and_keeps_what_it_cannot_hold
test_keys = cells.test_keys_of_a_spreadsheet
test_pasting = cells.test_a_block_is_pasted_counted_saved_as_one_and_undone
test_pasting_a_table = cells.test_a_table_with_merged_cells_is_pasted_and_undone_by_a_key
test_a_cut = cells.test_after_a_minute_without_network_everything_is_saved_once_and_in_order
test_leaving = cells.test_leaving_asks_only_when_something_is_unsaved
test_two_people = cells.test_two_people_at_one_cell_choose_and_nothing_is_overwritten
test_killed = cells.test_a_browser_killed_after_it_said_saved_loses_nothing
test_printed = cells.test_the_printed_form_says_what_the_cells_say
