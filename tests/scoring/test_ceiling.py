"""Ceiling prices: at or below one an account is chosen, above it not, by the chooser itself; designed cases with known answers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.arrays import CandidateInput
from scoring.audience.ceiling import NO_END, Choice, Field, ceilings, choose, cost_ceilings, highest
from scoring.results import AccountRef, Price

ORDERS = ("precision", "cost", "fitting")


def candidate(k: int, followers: int | None, price: int | None, currency: str = "CNY") -> CandidateInput:
    cost = None if price is None else Price(price, currency, "", None)
    return CandidateInput(AccountRef("weibo", f"c{k}"), None, followers, cost, k, k, f"c{k}")


def exactly(shares: list[float], followers: list[int | None], prices: list[int | None], draws: int = 40) -> Field:
    """A field whose shares are known without any doubt."""
    made = tuple(candidate(k, *both) for k, both in enumerate(zip(followers, prices, strict=True)))
    return Field(made, tuple(range(len(shares))), np.tile(shares, (draws, 1)), np.full(len(shares), np.nan))


def doubtful(seed: int, accounts: int = 12, draws: int = 300, *, unpriced: int = 0) -> Field:
    """Accounts of 10 to 90 thousand followers whose shares are about 5 to 30 % and overlap."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.05, 0.3, accounts)
    made = tuple(
        candidate(k, int(rng.integers(10_000, 90_000)), None if k < unpriced else int(rng.integers(50_000, 900_000)))
        for k in range(accounts)
    )
    return Field(
        made, tuple(range(accounts)), rng.beta(share * 80, (1 - share) * 80, (draws, accounts)), np.full(accounts, np.nan)
    )


@st.composite
def fields(draw: st.DrawFn) -> Field:
    """Few accounts, coarse shares (so that some are equal), followers and prices of which some are missing, wishes now and then."""
    accounts = draw(st.integers(1, 6))
    shares = [draw(st.sampled_from([0.0, 0.02, 0.1, 0.101, 0.3])) for _ in range(accounts)]
    followers = [
        draw(st.sampled_from([None, 1_000, 20_000, 20_010, 500_000] if draw(st.integers(0, 4)) == 0 else [1_000, 20_000]))
        for _ in shares
    ]
    prices = [draw(st.one_of(st.integers(0, 5_000), st.integers(10_000, 10_000_000), st.none())) for _ in shares]
    wishes = [draw(st.sampled_from([np.nan, 0.2, 0.8])) for _ in shares] if draw(st.booleans()) else [np.nan] * accounts
    spread = draw(st.sampled_from([0.0, 0.02]))
    noise = np.random.default_rng(draw(st.integers(0, 99))).normal(0, spread, (30, accounts))
    made = exactly(shares, followers, prices, 30)
    return replace(made, draws=np.clip(made.draws + noise, 0, 1), wishes=np.array(wishes))


choices = st.builds(Choice, st.sampled_from(ORDERS), st.integers(1, 4), st.one_of(st.none(), st.integers(0, 2_000_000)))


@settings(max_examples=150, deadline=None)
@given(fields(), choices)
def test_at_or_below_the_ceiling_an_account_is_chosen_and_above_it_is_not(field: Field, choice: Choice) -> None:
    for k, found in ceilings(field, choice).items():
        edge = -1 if found.state == "none" else NO_END if found.price is None else int(found.price.value)
        near = {0, 1, 777, 10**4, 10**6, 10**8, 10**12, edge - 1, edge, edge + 1, edge // 2, int(edge * 1.2)}
        for amount in (each for each in near if 0 <= each <= NO_END):
            chosen = k in choose(field.priced(k, amount, found.currency), choice)
            assert chosen == (amount <= edge), (k, amount, found)
        own = field.candidates[k].price
        assert found.chosen == (None if own is None else k in choose(field, choice))


@settings(max_examples=60, deadline=None)
@given(fields(), st.integers(1, 4))
def test_by_cost_the_law_holds_among_those_that_have_a_price(field: Field, top: int) -> None:
    priced = tuple(k for k in field.kept if field.candidates[k].price is not None and field.candidates[k].followers)
    for k, found in cost_ceilings(field, Choice("precision", top)).items():
        among = replace(field, kept=tuple(sorted({*priced, k})))
        edge = -1 if found.state == "none" else NO_END if found.price is None else int(found.price.value)
        assert found.others == len(among.kept) - 1
        for amount in (each for each in (0, 500, 10**5, 10**7, edge, edge + 1) if 0 <= each <= NO_END):
            assert (k in choose(among.priced(k, amount, found.currency), Choice("cost", top))) == (amount <= edge)


def test_by_cost_the_ceiling_is_what_makes_the_account_as_cheap_as_the_last_of_the_list() -> None:
    # fitting followers 1000, 2000, 500, 4000; cost of a thousand 100, 150, 300: the second place costs 150 a thousand
    field = exactly([0.1, 0.2, 0.05, 0.4], [10_000] * 4, [10_000, 30_000, 15_000, None])
    found = cost_ceilings(field, Choice("precision", 2))
    assert found[3].state == "up_to"
    assert found[3].price is not None
    assert found[3].price.value == pytest.approx(60_000, abs=1)  # 4000 at 150 a thousand
    assert found[3].chosen is None
    assert found[2].price is not None
    assert found[2].price.value == pytest.approx(7_500, abs=1)
    assert found[2].chosen is False
    assert found[0].price is not None
    assert found[0].price.value == pytest.approx(30_000, abs=1)  # until it costs as much as the third, 300 a thousand
    assert found[0].chosen is True
    assert [found[k].others for k in range(4)] == [2, 2, 2, 3]


def test_where_precision_decides_no_price_does() -> None:
    field = exactly([0.5, 0.4, 0.1], [10_000] * 3, [10_000, 10_000, 10_000])
    found = ceilings(field, Choice("precision", 2))
    assert [found[k].state for k in range(3)] == ["any", "any", "none"]
    assert all(found[k].price_counts for k in range(3))


def test_inside_a_band_the_price_decides_about_the_last_place() -> None:
    field = exactly([0.5, 0.1, 0.1, 0.1], [10_000] * 4, [10**6, 3_000, 2_000, 5_000])
    found = ceilings(field, Choice("precision", 2))
    assert found[0].state == "any"
    assert [found[k].price.value for k in (1, 2, 3)] == pytest.approx([2_000, 3_000, 2_000], abs=1)
    assert [found[k].chosen for k in (1, 2, 3)] == [False, True, False]


def test_where_another_account_has_no_price_prices_take_no_part() -> None:
    field = exactly([0.5, 0.1, 0.1], [10_000, 30_000, 20_000], [10_000, 10_000, None])
    found = ceilings(field, Choice("precision", 2))
    assert (found[1].state, found[1].price_counts) == ("any", False)
    assert (found[2].state, found[2].price_counts) == ("up_to", True)  # priced itself, it is the last that lacked one


def test_a_budget_ends_what_may_be_asked() -> None:
    field = exactly([0.5, 0.4, 0.3], [10_000] * 3, [60_000, 50_000, 40_000])
    found = ceilings(field, Choice("precision", 3, budget=100_000))
    # the first takes 60,000 of it; the second is passed over at 50,000; the third gets the 40,000 that are left
    assert [found[k].price.value for k in range(3)] == [100_000, 40_000, 40_000]
    assert [found[k].chosen for k in range(3)] == [True, False, True]
    assert [(found[k].price.low, found[k].price.high) for k in range(3)] == [(100_000,) * 2, (40_000,) * 2, (40_000,) * 2]


@pytest.mark.parametrize("currencies", [("CNY", "USD"), (None, None)])
def test_without_one_currency_there_is_no_ceiling(currencies: tuple[str | None, str | None]) -> None:
    made = tuple(candidate(k, 1_000, None if each is None else 500, each or "") for k, each in enumerate(currencies))
    field = Field(made, (0, 1), np.full((10, 2), 0.1), np.full(2, np.nan))
    assert ceilings(field, Choice("cost", 1)) == {}
    assert cost_ceilings(field, Choice("cost", 1)) == {}


def test_a_list_with_a_free_place_takes_an_account_at_any_price() -> None:
    field = exactly([0.1, 0.2], [10_000] * 2, [10_000, None])
    assert cost_ceilings(field, Choice("precision", 2))[1].state == "any"


def test_an_account_that_nobody_fits_enters_by_cost_at_no_price() -> None:
    found = cost_ceilings(exactly([0.1, 0.0], [10_000] * 2, [10_000, 10]), Choice("cost", 1))
    assert found[1].state == "none"


def test_without_followers_nothing_can_be_said_by_cost() -> None:
    assert set(cost_ceilings(exactly([0.1, 0.2], [10_000, None], [10_000, 10_000]), Choice("cost", 1))) == {0}


def one_by_one(field: Field, choice: Choice, k: int) -> list[int]:
    """The slow exact way: each draw as if it were the truth, its ceiling by bisection over the chooser."""

    def of(at: int) -> int:
        known = replace(field, draws=field.draws[at : at + 1])
        return highest(lambda amount: k in choose(known.priced(k, amount, "CNY"), choice), 0.0) or 0

    return [of(at) for at in range(len(field.draws))]


def test_the_interval_by_cost_is_that_of_choosing_anew_in_every_draw() -> None:
    field = doubtful(3, accounts=9, draws=40, unpriced=1)
    for k, found in cost_ceilings(field, Choice("cost", 4)).items():
        single = one_by_one(replace(field, kept=tuple(sorted({k, *range(1, 9)}))), Choice("cost", 4), k)
        assert found.price is not None
        assert found.price.low == pytest.approx(min(np.quantile(single, 0.025, method="lower"), found.price.value), abs=1.01)
        assert found.price.high == pytest.approx(max(np.quantile(single, 0.975, method="higher"), found.price.value), abs=1.01)


def test_with_a_budget_the_interval_is_that_of_choosing_anew_in_every_draw() -> None:
    field, choice = doubtful(5, accounts=8, draws=40), Choice("cost", 4, budget=1_500_000)
    for k, found in ceilings(field, choice).items():
        single = one_by_one(field, choice, k)
        assert found.price is not None
        assert found.price.low == pytest.approx(min(np.quantile(single, 0.025, method="lower"), found.price.value), abs=1.01)
        assert found.price.high == pytest.approx(max(np.quantile(single, 0.975, method="higher"), found.price.value), abs=1.01)


def test_more_doubt_widens_the_interval() -> None:
    sure, unsure = (
        replace(doubtful(1), draws=np.random.default_rng(2).beta(share * size, (1 - share) * size, (2_000, 12)))
        for share in [np.linspace(0.1, 0.2, 12)]
        for size in (1_000, 50)
    )
    for k in range(12):
        one, other = (cost_ceilings(each, Choice("cost", 4))[k].price for each in (sure, unsure))
        assert one is not None
        assert other is not None
        assert other.high / other.low > one.high / one.low


@settings(max_examples=200)
@given(st.integers(-1, NO_END), st.floats(-1, 1e18, allow_nan=False))
def test_bisection_finds_the_edge_from_any_guess(edge: int, guess: float) -> None:
    assert highest(lambda amount: amount <= edge, guess) == (None if edge < 0 else edge)


def test_intervals_hold_the_true_ceiling_as_often_as_they_say() -> None:
    """Shares drawn from a known prior, 100 followers seen of each account, draws of the exact posterior: about 95 in 100."""
    hits = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth = rng.beta(2, 18, 16)
        seen = rng.binomial(100, truth)
        field = replace(doubtful(seed, accounts=16), draws=rng.beta(2 + seen, 118 - seen, (800, 16)))
        known = cost_ceilings(replace(field, draws=truth[None, :]), Choice("cost", 5))
        for k, found in cost_ceilings(field, Choice("cost", 5)).items():
            right = known[k].price
            assert found.price is not None
            assert right is not None
            hits.append(found.price.low - 1 <= right.value <= found.price.high + 1)
    assert 0.92 < np.mean(hits) < 0.98
