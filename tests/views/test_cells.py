"""What autosave and the clipboard send, and taking a paste back."""

import pytest


@pytest.fixture
def path(filler):
    return filler.form("信息化建设项目")


@pytest.mark.parametrize(
    "cells",
    ["", "{}", "[]", "[1]", '[{"name":"achieved","text":"x"}]', "[" * 5000,
     '[{"name":"achieved","text":1,"known":[]}]'],
)  # fmt: skip
def test_cells_that_no_page_sends_are_refused(filler, path, cells):
    answer = filler.client.post(f"{path}/cells", data={"cells": cells}, headers=filler.sent)
    assert answer.status_code == 400


class TestUndo:
    """One step back over a paste."""

    PLACES = ("funds.other.initial", "funds.other.adjusted", "achieved")

    def test_a_paste_is_undone_after_a_reload_saved_values_included(self, filler, path):
        before = filler.get(path)
        assert not before.soup.select("#undo button")
        pasted = dict(zip(self.PLACES, ("1,000", "很多", "贴上的"), strict=True))
        answer = filler.cells(path, pasted, before, bulk="paste")
        assert "撤销粘贴（3 格）" in answer.text("#undo")
        page = filler.get(path)
        assert "撤销粘贴（3 格）" in page.text("#undo")
        seen = filler.post(f"{path}/undo", {"version": page.fields()["version"]})
        assert seen.url.endswith(path)
        kept = {name: seen.fields()[name] for name in self.PLACES}
        assert kept == {name: before.fields()[name] for name in self.PLACES}
        assert not seen.soup.select("#undo button")

    def test_a_cell_changed_since_then_stays_and_is_told(self, filler, path):
        filler.cells(path, {"achieved": "第一版"})
        filler.cells(path, {"achieved": "贴上的", "funds.other.initial": "5"}, bulk="paste")
        filler.cells(path, {"achieved": "后来改的"})
        seen = filler.post(f"{path}/undo", {})
        assert seen.status == 409
        assert "第一版" in seen.text("#achieved-note")
        assert seen.fields()["achieved"] == "后来改的"
        assert seen.fields()["funds.other.initial"] == "0.00"

    def test_the_script_is_given_the_restored_texts(self, filler, path):
        before = filler.get(path).fields()["funds.other.initial"]
        filler.cells(path, {"achieved": "贴上的", "funds.other.initial": "5"}, bulk="paste")
        filler.cells(path, {"achieved": "后来改的"})
        answer = filler.htmx(f"{path}/undo", {})
        note = answer.one("#fund-other-initial-note")
        assert (note["data-fate"], note["data-held"]) == ("held", before)
        note = answer.one("#achieved-note")
        assert (note["data-fate"], note["data-held"], note["data-mine"]) == (
            "conflict", "后来改的", "",
        )  # fmt: skip
