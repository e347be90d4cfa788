"""What an account costs in a ranking: the list's own price, else the net price of a quote of one format that still holds."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.quoting import exact_money, format_name, ppm_text, price_basis
from reports.remarks import WARNINGS, warning
from scoring.arrays import CandidateInput, Parameters
from scoring.engines.duck import DuckEngine
from scoring.inputs import take_snapshot
from scoring.loading import load_input
from scoring.persona import Persona, Trait
from scoring.results import Price, from_json, to_json
from scoring.shortlist import make_shortlist
from storage.net_price import Money, Terms
from storage.quotes import QuoteRow, best_quote, common_format

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PAST, FUTURE = NOW - timedelta(days=30), NOW + timedelta(days=30)
PERSONA = Persona(
    name="women", title={"en": "Women"}, must=(Trait("attribute", "gender", attribute="gender", values=("female",)),), must_not=(),
    should=(), min_should=0.0, digest="x", text="",
)  # fmt: skip

Ranked = Callable[..., Any]


def quote(world: Any, account: str, form: str, price: int, **cells: Any) -> None:
    number = len(world.rows.get("quote", ())) + 1
    values = {"declared": "yes", "client": "", "import_id": number, "currency": "CNY", "observed_at": PAST, "valid_until": None}
    world.add("quote", account=world.key(account), format=form, price_minor=price, **{**values, **cells})


def without_own(world: Any) -> Any:
    world.rows["price"] = []
    return world


@pytest.fixture
def ranked(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> Ranked:
    """The candidates' inputs by their ids, and the shortlist, with the quotes that stand in `small_world` by then."""

    def make(**parameters: Any) -> tuple[dict[str, CandidateInput], Any]:
        asked = Parameters(sample=10, min_sample=1, draws=50, **parameters)
        take_snapshot(opened(small_world), PERSONA, "list", asked, tmp_path / "run", now=NOW, dictionary="d1")
        with DuckEngine() as duck:
            given = load_input(tmp_path / "run", PERSONA, asked, duck)
        made = make_shortlist(given, PERSONA, asked, list_name="list", version=1)[0]
        return {each.account.native_id: each for each in given.candidates}, made

    return make


def amount(each: CandidateInput) -> int | None:
    return each.price.amount_minor if each.price else None


def test_without_a_format_the_lists_own_prices_stand_as_before(small_world: Any, ranked: Ranked) -> None:
    quote(small_world, "a", "live", 500)
    quote(small_world, "b", "live", 700)
    found, made = ranked()
    assert (amount(found["a"]), found["b"].price) == (120_000, None)
    assert found["a"].price is not None
    assert found["a"].price.quoted_at is None
    assert not {key for key, _ in made.warnings} & {"net_prices", "net_prices_common", "formats_differ"}


def test_a_format_takes_the_lists_own_price_of_it_else_the_quotes_net_price(small_world: Any, ranked: Ranked) -> None:
    small_world.add(
        "price", account=small_world.key("a"), format="直播", import_id=1, amount_minor=90_000, currency="CNY", observed_at=PAST, valid_until=FUTURE,
    )  # fmt: skip
    quote(small_world, "a", "live", 500)
    quote(small_world, "b", "live", 100_000, rebate_ppm=300_000, platform_fee_minor=5_000)
    found, made = ranked(price_format="live")
    assert (amount(found["a"]), amount(found["b"])) == (90_000, 75_000)
    a, b = found["a"].price, found["b"].price
    assert a is not None
    assert b is not None
    assert (a.quoted_at, b.quoted_at, b.declared, b.format) == (None, PAST, "yes", "live")
    assert dict(made.warnings)["net_prices"] == {"n": 1, "format": "live"}
    card = next(card for card in made.cards if card.account.native_id == "b")
    assert card.price == b
    assert card.cost_per_thousand is not None
    assert card.cost_per_thousand.value == pytest.approx(1000 * 75_000 / card.fitting.value)


def test_the_own_price_of_another_format_is_no_price_of_this_one(ranked: Ranked) -> None:
    found, made = ranked(price_format="live")
    assert [each.price for each in found.values()] == [None, None]
    assert dict(made.warnings)["no_price_of_format"] == {"format": "live"}


def test_where_the_list_states_none_the_one_format_of_all_quoted_accounts_is_taken_and_said(
    small_world: Any, ranked: Ranked
) -> None:
    without_own(small_world)
    quote(small_world, "a", "live", 500)
    quote(small_world, "a", "repost", 100)
    quote(small_world, "b", "live", 700)
    found, made = ranked()
    assert (amount(found["a"]), amount(found["b"])) == (500, 700)
    assert dict(made.warnings)["net_prices_common"] == {"n": 2, "format": "live"}


@pytest.mark.parametrize("more", [("b", "repost"), ("b", "live", "repost")])
def test_no_format_or_more_than_one_in_common_gives_no_price_and_says_which_there_are(
    small_world: Any, ranked: Ranked, more: tuple[str, ...]
) -> None:
    without_own(small_world)
    for form in ("live", "repost") if len(more) == 3 else ("live",):
        quote(small_world, "a", form, 500)
    for form in more[1:]:
        quote(small_world, more[0], form, 700)
    found, made = ranked()
    assert [each.price for each in found.values()] == [None, None]
    assert dict(made.warnings)["formats_differ"] == {"formats": ["live", "repost"]}


def test_an_expired_quote_is_shown_and_compared_with_nothing_unless_asked(small_world: Any, ranked: Ranked) -> None:
    quote(small_world, "a", "live", 500, valid_until=PAST)
    quote(small_world, "b", "live", 700, valid_until=FUTURE)
    found, made = ranked(price_format="live")
    cards = {card.account.native_id: card for card in made.cards}
    assert (found["a"].price, amount(found["b"])) == (None, 700)
    assert cards["a"].price.amount_minor == 500
    assert cards["a"].cost_per_thousand is None
    assert "price_expired" in cards["a"].notes
    asked, made = ranked(price_format="live", expired_prices=True)
    card = next(card for card in made.cards if card.account.native_id == "a")
    assert amount(asked["a"]) == 500
    assert card.cost_per_thousand is not None
    assert "price_expired" in card.notes
    assert dict(made.warnings)["expired_prices"] == {"n": 1}


def test_a_quote_that_holds_goes_before_an_own_price_that_has_expired(small_world: Any, ranked: Ranked) -> None:
    small_world.rows["price"][0] |= {"format": "live", "valid_until": PAST}
    quote(small_world, "a", "live", 500)
    found, _ = ranked(price_format="live")
    assert amount(found["a"]) == 500


def test_another_clients_quote_is_no_price(small_world: Any, ranked: Ranked) -> None:
    quote(small_world, "a", "live", 500, client="晨茶")
    quote(small_world, "b", "live", 700)
    assert [amount(each) for each in ranked(price_format="live")[0].values()] == [None, 700]
    assert [amount(each) for each in ranked(price_format="live", client="暮咖")[0].values()] == [None, 700]
    assert [amount(each) for each in ranked(price_format="live", client="晨茶")[0].values()] == [500, 700]


def row(net: int, **cells: Any) -> QuoteRow:
    made = QuoteRow(b"a", "live", "yes", "", Terms(Money(net, "CNY")), None, PAST, None, 1)
    return replace(made, **cells)


CHOICES = [
    row(1, valid_until=PAST, client="晨茶", observed_at=NOW),
    row(2, declared="no", observed_at=NOW),
    row(3, declared="unknown", observed_at=NOW),
    row(4),
    row(5, client="晨茶", declared="no"),
    row(6, client="晨茶", declared="unknown"),
    row(7, client="晨茶"),
]


@given(st.lists(st.sampled_from(CHOICES), unique_by=lambda each: each.net.net))
def test_the_quote_whose_price_counts_does_not_depend_on_their_order(quotes: list[QuoteRow]) -> None:
    """Holding before expired, the client's own before anybody's, ordered on the platform first: as CHOICES stand, from the last."""
    best = best_quote(quotes, NOW)
    assert (best.net.net if best else None) == max((each.net.net for each in quotes), default=None)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["live", "repost", "video"]))))
def test_a_common_format_is_everybodys_and_the_only_one(pairs: list[tuple[str, str]]) -> None:
    found = common_format([row(1, account=account.encode(), format=form) for account, form in pairs])
    accounts = {account for account, _ in pairs}
    shared = [form for form in ("live", "repost", "video") if accounts and all((account, form) in pairs for account in accounts)]
    assert found == (shared[0] if len(shared) == 1 else None)


def test_a_run_from_before_there_were_quotes_still_opens(ranked: Ranked) -> None:
    _, made = ranked()
    document = json.loads(json.dumps(to_json(made)))
    for card in document["cards"]:
        if card["price"]:
            del card["price"]["quoted_at"], card["price"]["declared"]
    for name in ("price_format", "client", "expired_prices"):
        del document["parameters"][name]
    opened = from_json(document)
    assert [card.price for card in opened.cards] == [card.price for card in made.cards]


def test_an_input_without_quotes_keeps_the_digest_that_it_had(small_world: Any, ranked: Ranked) -> None:
    before = ranked()[1].input_digest
    assert ranked(client="晨茶")[1].input_digest == before
    quote(small_world, "a", "post", 1)
    assert ranked()[1].input_digest == before, "the list's own prices are used"
    assert ranked(price_format="live")[1].input_digest != before


def test_where_a_price_comes_from_in_words() -> None:
    own = Price(1, "CNY", "post", None)
    net = Price(1, "CNY", "live", PAST, PAST, "no")
    assert price_basis(None, "en", expired=False) == price_basis(own, "zh", expired=False) == ""
    assert price_basis(net, "en", expired=True) == "net price of the quote of 2025-12-06 (not declared) · expired on 2025-12-06"
    assert price_basis(net, "zh", expired=False) == "净价(2025-12-06 报价,非报备)"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_warning_of_prices_has_its_words(lang: Any) -> None:
    values = {"n": 1, "format": "video_1_20", "formats": ["live", "快闪"]}
    for key in ("net_prices", "net_prices_common", "no_price_of_format", "formats_differ", "expired_prices"):
        said = warning(key, {name: values[name] for name in WARNINGS[key].placeholders(lang)}, lang)
        assert "video_1_20" not in said
        assert "{" not in said
    assert format_name("快闪", lang) == "快闪"


@given(minor=st.integers(0, 10**14), currency=st.sampled_from(["CNY", "JPY", "KWD", "USD"]))
def test_an_exact_amount_loses_no_minor_unit(minor: int, currency: str) -> None:
    shown = exact_money(minor, currency, "en")
    digits = {"JPY": 0, "KWD": 3}.get(currency, 2)
    number = "".join(sign for sign in shown if sign.isdigit() or sign == ".")
    whole, _, rest = number.partition(".")
    assert int(whole + rest.ljust(digits, "0")) == minor


@given(st.integers(0, 1_000_000))
def test_a_share_in_percent_is_exact(ppm: int) -> None:
    assert round(float(ppm_text(ppm, "zh").removesuffix("%")) * 10_000) == ppm
