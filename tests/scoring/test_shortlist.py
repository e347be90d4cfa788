"""The main path on a designed platform: the truth is found, equals are equal, order of input does not matter."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from scoring.arrays import Parameters
from scoring.errors import NothingToScore, OtherVersion
from scoring.persona import parse_persona
from scoring.results import Price, from_json, to_json
from scoring.shortlist import make_shortlist

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = parse_persona('name: p\ntitle: {en: p, zh: p}\nmust:\n  - attribute: gender\n    in: ["female"]\n')
RATES = (0.1, 0.3, 0.3, 0.6, 0.9)
PARAMETERS = Parameters(draws=500, top=2)


def scored(given, **changes):
    return make_shortlist(given, PERSONA, replace(PARAMETERS, **changes), list_name="l", version=1)


def by_id(shortlist):
    return {card.account.native_id: card for card in shortlist.cards}


def test_the_truth_is_found_and_held_by_the_intervals(platform) -> None:
    shortlist, followers = scored(platform())
    cards = by_id(shortlist)
    assert next(card.account.native_id for card in shortlist.cards) == "c4"
    assert shortlist.cards[-1].account.native_id == "c0"
    for k, rate in enumerate(RATES):
        assert cards[f"c{k}"].precision.value == pytest.approx(rate, abs=0.12)
    assert sum(cards[f"c{k}"].precision.low <= rate <= cards[f"c{k}"].precision.high for k, rate in enumerate(RATES)) >= 4
    assert shortlist.calibration.status == "declared"
    assert sum(card.p_top for card in shortlist.cards) == pytest.approx(2)
    assert cards["c4"].fitting.value == pytest.approx(150 * cards["c4"].precision.value)
    assert len(followers.account) == 300
    assert followers.weight[0] == pytest.approx(2.5)
    assert from_json(to_json(shortlist)) == shortlist


def test_the_gap_says_on_how_many_known_followers_it_was_measured(platform) -> None:
    given = platform()
    made = scored(given)[0].calibration
    declare = given.attributes["gender"].codes >= 0
    follow = np.asarray(given.followees.edges[:, :5].sum(1)).ravel() > 0
    assert made.people == declare.sum()
    assert made.checked == (declare & follow).sum() < made.people
    assert 0 < made.expected_calibration_error < 0.2


def test_one_declared_condition_of_two_is_no_calibration(platform) -> None:
    two = parse_persona(
        'name: p\ntitle: {en: p, zh: p}\nmust:\n  - attribute: gender\n    in: ["female"]\n  - keywords: ["tent"]\n'
    )
    made = make_shortlist(platform(), two, PARAMETERS, list_name="l", version=1)[0]
    assert made.calibration.status == "none"
    assert (made.calibration.expected_calibration_error, made.calibration.checked) == (None, 0)
    assert "not_calibrated" in dict(made.warnings)


@pytest.mark.parametrize(("asked", "told"), [(2, 2), (4, 4), (5, 1), (10, 1)])
def test_the_chance_of_the_top_is_of_fewer_places_than_accounts(platform, asked: int, told: int) -> None:
    made = scored(platform(), top=asked)[0]
    assert made.top == told
    assert sum(card.p_top for card in made.cards) == pytest.approx(told)
    assert min(card.p_top for card in made.cards) < 0.5


def test_one_account_alone_has_no_chance_to_print(platform) -> None:
    given = platform()
    mine = given.sample_account == 0
    alone = replace(
        given, candidates=given.candidates[:1], sample_account=given.sample_account[mine], sample_person=given.sample_person[mine],
        list_sizes=given.list_sizes[:1],
    )  # fmt: skip
    assert [card.p_top for card in scored(alone)[0].cards] == [None]


@pytest.mark.parametrize(("fit", "miss", "status"), [(1, 0, "none"), (10, 9, "none"), (20, 0, "none"), (5, 15, "labels")])
def test_a_handful_of_labels_ties_no_level_to_the_truth(platform, fit: int, miss: int, status: str) -> None:
    given = platform()
    gold = np.full(given.people, np.nan)
    women = given.attributes["gender"].codes == 1
    told = [np.flatnonzero(women)[:fit], np.flatnonzero(~women & (given.attributes["gender"].codes >= 0))[:miss]]
    gold[told[0]], gold[told[1]] = 1.0, 0.0
    given = replace(given, attributes={}, labels={"p": gold})
    words = parse_persona('name: p\ntitle: {en: p, zh: p}\nmust:\n  - keywords: ["tent"]\n')
    made = make_shortlist(given, words, PARAMETERS, list_name="l", version=1)[0]
    assert made.calibration.status == status
    assert ("not_calibrated" in dict(made.warnings)) == (status == "none")


def test_an_order_that_cannot_be_had_is_said(platform) -> None:
    given = platform()
    assert "not_by_cost" in dict(scored(given, rank_by="cost")[0].warnings)
    priced = tuple(replace(each, price=Price(100_00, "CNY", "post", None)) for each in given.candidates)
    made = scored(replace(given, candidates=priced), rank_by="cost")[0]
    assert made.rank_by == "cost"
    assert "not_by_cost" not in dict(made.warnings)
    assert "not_by_fitting" not in dict(scored(given, rank_by="fitting")[0].warnings)


def test_an_expired_quote_is_shown_and_compared_with_nothing(platform) -> None:
    given = platform()
    old = Price(100_00, "CNY", "post", datetime(2026, 1, 3, tzinfo=UTC))
    priced = tuple(replace(each, expired=old) for each in given.candidates)
    card = scored(replace(given, candidates=priced))[0].cards[0]
    assert card.price == old
    assert card.cost_per_thousand is None
    assert "price_expired" in card.notes
    assert "no_price" not in card.notes


def test_a_quote_holds_through_its_last_day() -> None:
    day = Price(1, "CNY", "post", datetime(2026, 12, 31, tzinfo=UTC))
    assert not day.expired(datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert day.expired(datetime(2027, 1, 1, tzinfo=UTC))
    noon = Price(1, "CNY", "post", datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert noon.expired(datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert not Price(1, "CNY", "post", None).expired(NOW)


def test_a_run_of_another_version_is_said_without_repeating_it(platform) -> None:
    document = to_json(scored(platform())[0])
    del document["cards"][0]["precision"]
    with pytest.raises(OtherVersion, match="another version of fanfit") as caught:
        from_json(document)
    assert "c4" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_every_card_is_coherent(platform) -> None:
    for card in scored(platform(silent=300))[0].cards:
        low, high = card.if_unknown
        assert 0 <= low <= card.precision.value <= high <= 1
        assert card.rank_low <= card.rank_high
        assert card.p_lift is None  # the pool is the base: no gate
        assert "authenticity_not_assessed" in card.notes
        assert card.n + card.n_unknown == 60


def test_silent_followers_are_unknown_not_misses(platform) -> None:
    card = by_id(scored(platform(silent=600))[0])["c4"]
    assert card.n_unknown > 5
    assert card.if_unknown[1] - card.if_unknown[0] > 0.05


def test_equal_accounts_share_a_band(platform) -> None:
    cards = by_id(scored(platform())[0])
    assert cards["c1"].band == cards["c2"].band
    assert cards["c4"].band != cards["c0"].band


def test_the_order_of_candidates_and_pairs_changes_nothing(platform) -> None:
    given = platform()
    back = np.array([4, 2, 0, 3, 1])
    turned = np.argsort(back)
    order = np.lexsort((given.sample_person, turned[given.sample_account]))
    other = replace(
        given,
        candidates=tuple(given.candidates[k] for k in back),
        sample_account=turned[given.sample_account][order],
        sample_person=given.sample_person[order],
    )
    a, b = by_id(scored(given)[0]), by_id(scored(other)[0])
    for name, card in a.items():
        assert b[name].precision.value == pytest.approx(card.precision.value, abs=2e-3)
        assert b[name].band == card.band


def test_a_price_orders_inside_bands_and_gives_a_cost(platform) -> None:
    given = platform()
    priced = tuple(replace(each, price=Price(1000 * (k + 1), "CNY", "post", None)) for k, each in enumerate(given.candidates))
    shortlist = scored(replace(given, candidates=priced))[0]
    cards = by_id(shortlist)
    assert shortlist.within_band == "cost"
    assert cards["c1"].rank < cards["c2"].rank
    assert cards["c4"].cost_per_thousand.value == pytest.approx(1000 * 5000 / cards["c4"].fitting.value)


def test_small_accounts_are_filtered_and_say_so(platform) -> None:
    given = platform()
    small = tuple(replace(each, followers=10 if k == 0 else 150) for k, each in enumerate(given.candidates))
    shortlist = scored(replace(given, candidates=small), min_followers=100)[0]
    assert len(shortlist.cards) == 4
    assert [(each.given, each.reason) for each in shortlist.not_scored] == [("@c0", "below_min_followers")]


def test_a_truncated_list_bounds_everyone(platform) -> None:
    given = platform()
    frame = replace(given.candidates[0].frame, frame="newest", total=1500)
    cut = tuple(replace(each, frame=frame, followers=1500) for each in given.candidates)
    for card in scored(replace(given, candidates=cut))[0].cards:
        assert card.everyone[0] <= card.precision.low * 0.1 + 1e-9
        assert card.everyone[1] >= 0.9


def test_nobody_to_score_is_said(platform) -> None:
    given = platform()
    with pytest.raises(NothingToScore):
        scored(replace(given, sample_account=np.empty(0, np.int64), sample_person=np.empty(0, np.int64)))


def test_minors_count_in_the_list_and_never_fit(platform) -> None:
    given = platform()
    before = by_id(scored(given)[0])["c3"].precision
    frame = replace(given.candidates[3].frame, minors=150)  # as many again as the 150 adults whose rows are kept
    with_minors = tuple(replace(each, frame=frame) if k == 3 else each for k, each in enumerate(given.candidates))
    after = by_id(scored(replace(given, candidates=with_minors))[0])["c3"].precision
    assert after.value == pytest.approx(before.value / 2)
    assert (after.low, after.high) == (pytest.approx(before.low / 2), pytest.approx(before.high / 2))


def test_a_small_breakdown_takes_another_one_with_it_against_the_pool_but_not_against_a_base_sample(platform) -> None:
    given = platform()  # of c4's followers 19 declare their gender, of c3's 21
    against_pool = by_id(scored(given, k_anonymity=20)[0])
    told = {name: card.traits[0] for name, card in against_pool.items()}
    assert [(told[name].suppressed, told[name].protects_others) for name in ("c4", "c3", "c2")] == [
        (True, False), (True, True), (False, False),
    ]  # fmt: skip
    assert told["c4"].share is told["c3"].share is told["c3"].base_share is None
    beside_base = by_id(scored(replace(given, base_people=np.arange(900, 1200)), k_anonymity=20)[0])
    assert [beside_base[name].traits[0].suppressed for name in ("c4", "c3", "c2")] == [True, False, False]


def cut(given, account, most):
    """The same platform, of one account only the first `most` followers."""
    mine = np.flatnonzero(given.sample_account == account)
    left = np.delete(np.arange(len(given.sample_account)), mine[most:])
    return replace(given, sample_account=given.sample_account[left], sample_person=given.sample_person[left])


@pytest.mark.parametrize("listed", [150, 9], ids=["of a longer list", "the whole list"])
def test_too_few_followers_are_not_ranked_and_say_so(platform, listed: int) -> None:
    given = cut(platform(), 4, 9)
    given = replace(given, list_sizes=np.array([150, 150, 150, 150, listed]))
    shortlist = scored(given)[0]
    assert len(shortlist.cards) == 4
    [left] = shortlist.not_scored
    assert left.given == "@c4", "what the list says, not what the account is called"
    assert (left.account.native_id, left.reason, left.values["least"]) == ("c4", "too_few", 10)
    assert left.values["n"] <= 9
    assert sum(card.p_top for card in shortlist.cards) == pytest.approx(2), "it takes no part in the chances either"
    assert from_json(to_json(shortlist)) == shortlist
    assert by_id(scored(given, min_sample=left.values["n"])[0])["c4"].n == left.values["n"]


def test_the_unknown_do_not_make_a_sample(platform) -> None:
    shortlist = scored(platform(silent=1200), min_sample=55)[0]  # known of: who declares, or follows another of the five
    assert [each.reason for each in shortlist.not_scored] == ["too_few"] * 5
    assert all(10 < each.values["n"] < 55 for each in shortlist.not_scored), "60 were seen of each"


def test_a_list_of_which_nobody_can_be_ranked_is_still_a_result(platform) -> None:
    shortlist = scored(platform(), min_sample=61)[0]
    assert (shortlist.cards, len(shortlist.not_scored), shortlist.net_reach) == ((), 5, None)


def test_wishes_alone_take_whoever_is_real(platform) -> None:
    wish = parse_persona('name: w\ntitle: {en: w, zh: w}\nshould:\n  - attribute: gender\n    in: ["female"]\n    weight: 1\n')
    cards = make_shortlist(platform(), wish, PARAMETERS, list_name="l", version=1)[0].cards
    assert len(cards) == len(RATES)
    assert all(card.precision.value > 0.95 for card in cards)


def test_the_chosen_quantifier_reaches_the_estimate(platform, monkeypatch) -> None:
    values = {}
    for name in ("CC", "PCC"):
        monkeypatch.setattr("scoring.shortlist.better_quantifier", lambda _accounts, _pairs, name=name: name)
        shortlist = scored(platform())[0]
        assert shortlist.calibration.quantifier == name
        values[name] = [by_id(shortlist)[f"c{k}"].precision.value for k in range(len(RATES))]
        np.testing.assert_allclose(values[name], RATES, atol=0.15)
    assert values["CC"] != values["PCC"]


def test_a_share_that_may_be_nothing_has_no_upper_cost(platform) -> None:
    given = platform()
    gender = given.attributes["gender"]
    codes = gender.codes.copy()
    codes[given.sample_person[given.sample_account == 0]] = gender.values.index("male")
    priced = tuple(replace(each, price=Price(100_000, "CNY", "post", None), followers=10**7) for each in given.candidates)
    changed = replace(given, candidates=priced, attributes={"gender": replace(gender, codes=codes)})
    found = scored(changed)[0]
    cards = by_id(found)
    assert cards["c0"].precision.low < 0.0005
    assert [np.isinf(cards[f"c{k}"].cost_per_thousand.high) for k in range(len(RATES))] == [True, False, False, False, False]
    kept = to_json(found)["cards"]
    assert [card["cost_per_thousand"]["high"] is None for card in kept] == [
        np.isinf(card.cost_per_thousand.high) for card in found.cards
    ]
    assert from_json(json.loads(json.dumps(to_json(found), allow_nan=False))) == found
