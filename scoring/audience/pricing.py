"""What a reader of a list must know of its prices: which are net prices of quotes, which have expired, which format is missing."""

from typing import Any

from scoring.arrays import Parameters, ScoringInput


def price_warnings(given: ScoringInput, parameters: Parameters) -> dict[str, dict[str, Any]]:
    """Keys of reports.remarks that hold, with what their sentences name."""
    prices = [each.price for each in given.candidates if each.price is not None]
    net = [price for price in prices if price.quoted_at is not None]
    past = [price for price in prices if price.expired(given.now)]
    found: dict[str, dict[str, Any]] = {}
    if net:
        key = "net_prices" if parameters.price_format else "net_prices_common"
        found[key] = {"n": len(net), "format": net[0].format}
    if parameters.price_format and not prices:
        found["no_price_of_format"] = {"format": parameters.price_format}
    if given.unchosen_formats:
        found["formats_differ"] = {"formats": list(given.unchosen_formats)}
    if past:
        found["expired_prices"] = {"n": len(past)}
    return found
