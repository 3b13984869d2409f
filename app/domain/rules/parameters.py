"""Reading a rule's figures from an edition (typed) or from a row of a form (text)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.domain.numbers import NotANumber, read_number
from app.domain.scored import Band, Parameters, TierBand


class ParameterError(ValueError):
    """A rule's figures are missing, unknown or not numbers."""


def read(names: Sequence[str], values: Mapping[str, object]) -> Parameters:
    """The figures that a rule takes; a name ending in `?` may be left out."""
    known = {name.rstrip("?"): not name.endswith("?") for name in names}
    for key in values:
        if key not in known:
            raise ParameterError(f"规则没有参数“{key}”，可用：{'、'.join(known) or '无'}")
    for key, required in known.items():
        if required and key not in values:
            raise ParameterError(f"规则缺少参数“{key}”")
    return Parameters(
        figures={
            key: _figure(key, value)
            for key, value in values.items()
            if key not in ("bands", "tiers")
        },
        bands=_bands(values.get("bands", ())),
        tiers=_tiers(values.get("tiers", ())),
    )


def _figure(key: str, value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    try:
        return read_number(str(value))
    except NotANumber as error:
        raise ParameterError(f"参数“{key}”应为数字，现为“{value}”") from error


def _bands(value: Any) -> tuple[Band, ...]:
    """Bands as tables `{limit, share}`, or as text `10:100;15:60` in a row of a form."""
    if isinstance(value, str):
        pairs = [part.partition(":") for part in value.split(";")]
        value = [{"limit": limit, "share": share} for limit, _, share in pairs]
    bands = [Band(_figure("limit", row["limit"]), _figure("share", row["share"])) for row in value]
    if bands != sorted(bands, key=lambda band: band.limit):
        raise ParameterError("bands 应从小到大排列")
    return tuple(bands)


def _tiers(value: Any) -> tuple[TierBand, ...]:
    return tuple(
        TierBand(
            tier=row["tier"],
            label=row["label"],
            low=_figure("low", row["low"]),
            high=_figure("high", row["high"]),
        )
        for row in value
    )
