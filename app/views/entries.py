"""From posted fields to what the services take; a field that was not sent stays unchanged."""

from collections.abc import Mapping

from app.services.entries import FormEntry, FundEntry, LineEntry
from app.views.forms import grouped


def line_entry(own: Mapping[str, str]) -> LineEntry:
    """The cells of one indicator row, by column."""
    return LineEntry(own.get("actual"), own.get("judged"), own.get("reason"))


def fund_entry(own: Mapping[str, str]) -> FundEntry:
    """The amounts of one fund source in 元, by column."""
    return FundEntry(own.get("initial"), own.get("adjusted"), own.get("executed"))


def form_entry(fields: Mapping[str, str]) -> FormEntry:
    """Every cell of the sheet."""
    return FormEntry(
        achieved=fields.get("achieved"),
        funds={key: fund_entry(own) for key, own in grouped(fields, "funds").items()},
        lines={
            int(key): line_entry(own)
            for key, own in grouped(fields, "lines").items()
            if key.isascii() and key.isdigit() and len(key) < 19
        },
    )
