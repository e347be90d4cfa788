"""What a reader of a list must know of its prices: which are net prices of quotes, which have expired, which format is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from scoring.arrays import Parameters
from scoring.results import Price


def price_warnings(
    prices: Sequence[Price], unchosen: tuple[str, ...], parameters: Parameters, now: datetime
) -> dict[str, dict[str, Any]]:
    """Keys of reports.remarks that hold of the prices that count, with what their sentences name; `unchosen` are formats of unused quotes."""
    net = [price for price in prices if price.quoted_at is not None]
    past = [price for price in prices if price.expired(now)]
    found: dict[str, dict[str, Any]] = {}
    if net:
        key = "net_prices" if parameters.price_format else "net_prices_common"
        found[key] = {"n": len(net), "format": net[0].format}
    if parameters.price_format and not prices:
        found["no_price_of_format"] = {"format": parameters.price_format}
    if unchosen:
        found["formats_differ"] = {"formats": list(unchosen)}
    if past:
        found["expired_prices"] = {"n": len(past)}
    return found
