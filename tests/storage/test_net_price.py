"""What a quote comes to: whole minor units, one currency, each part in its place, nothing made up and nothing lost."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.results import Price
from storage.errors import StorageError
from storage.net_price import MILLION, Money, Part, Terms, is_over, net_price, share_of

AMOUNTS = st.integers(0, 10**12)
SHARES = st.integers(0, MILLION)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


parts = st.none() | st.builds(Part, amount=st.builds(cny, AMOUNTS)) | st.builds(Part, ppm=SHARES)
fees = st.none() | st.builds(cny, AMOUNTS)


@st.composite
def quotes(draw: st.DrawFn) -> Terms:
    """Terms whose rebate is at most the price."""
    price = draw(AMOUNTS)
    rebate = draw(st.none() | st.builds(Part, amount=st.builds(cny, st.integers(0, price))) | st.builds(Part, ppm=SHARES))
    commission = draw(st.none() | SHARES)
    return Terms(cny(price), draw(parts), draw(parts), rebate, draw(fees), draw(fees), draw(fees), commission)


@given(quotes())
def test_the_net_price_is_the_sum_of_its_parts_the_rebate_taken_off(terms: Terms) -> None:
    found = net_price(terms)
    values = {name: value or 0 for name, value in asdict(found).items() if name != "currency"}
    assert found.net == sum(values.values()) - 2 * values["rebate"]
    assert found.net >= 0
    assert found.currency == "CNY"


@given(minor=AMOUNTS, ppm=SHARES)
def test_a_share_is_the_nearest_minor_unit_and_half_goes_to_even(minor: int, ppm: int) -> None:
    exact = Fraction(minor * ppm, MILLION)
    assert share_of(minor, ppm) == round(exact)  # Python rounds a fraction half to even
    assert 0 <= share_of(minor, ppm) <= minor


@given(terms=quotes(), more=AMOUNTS)
def test_what_comes_on_top_adds_what_it_is_and_commission_changes_nothing(terms: Terms, more: int) -> None:
    without = net_price(replace(terms, boost=None)).net
    assert net_price(replace(terms, boost=cny(more))).net == without + more
    assert net_price(replace(terms, commission_ppm=None)) == net_price(replace(terms, commission_ppm=200_000)) == net_price(terms)


@given(terms=quotes(), ppm=SHARES)
def test_a_higher_rebate_never_makes_a_quote_dearer(terms: Terms, ppm: int) -> None:
    lower, higher = (net_price(replace(terms, rebate=Part(ppm=share))).net for share in (ppm // 2, ppm))
    assert higher <= lower


def test_a_known_quote() -> None:
    terms = Terms(
        cny(1_000_000), Part(ppm=50_000), Part(ppm=60_000), Part(ppm=300_000), cny(200_000), None, cny(100_000), 200_000
    )
    found = net_price(terms)
    assert (found.platform_fee, found.tax, found.rebate, found.rights, found.exclusivity, found.boost) == (
        50_000, 60_000, 300_000, 200_000, None, 100_000,
    )  # fmt: skip
    assert found.net == 1_110_000


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Terms(cny(100), Part(Money(1, "USD"))), "one currency"),
        (Terms(cny(100), rights=Money(1, "USD")), "one currency"),
        (Terms(cny(100), rebate=Part(cny(101))), "more than its price"),
        (Terms(cny(-1)), "not below 0"),
    ],
)
def test_what_does_not_add_up_is_refused(terms: Terms, said: str) -> None:
    with pytest.raises(StorageError, match=said):
        net_price(terms)


@pytest.mark.parametrize("wrong", [{}, {"amount": cny(1), "ppm": 1}, {"ppm": -1}, {"amount": cny(-1)}])
def test_a_part_is_an_amount_or_a_share_and_never_negative(wrong: dict[str, object]) -> None:
    with pytest.raises(StorageError, match="an amount or a share"):
        Part(**wrong)  # type: ignore[arg-type]


@given(
    until=st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9)) | st.sampled_from([datetime(2026, 1, 5)]),  # noqa: DTZ001 - the zone comes next
    hours=st.integers(0, 240),
)
def test_an_offer_ends_as_a_price_does(until: datetime | None, hours: int) -> None:
    until = None if until is None else until.replace(tzinfo=UTC)
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert is_over(until, now) == Price(1, "CNY", "post", until).expired(now)


def test_a_day_without_a_time_counts_to_its_end() -> None:
    day = datetime(2026, 6, 30, tzinfo=UTC)
    assert not is_over(day, day + timedelta(hours=23))
    assert is_over(day, day + timedelta(days=1))
    assert is_over(day + timedelta(hours=9), day + timedelta(hours=9))
