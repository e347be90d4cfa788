"""Wishes (`should` without `min_should`): they are measured, shown from k people on, and order only what is equal."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.arrays import Attributes, Parameters
from scoring.audience.order import put_in_order
from scoring.persona import parse_persona
from scoring.results import AccountRef
from scoring.shortlist import make_shortlist

MUST = 'name: p\ntitle: {en: p, zh: p}\nmust:\n  - attribute: gender\n    in: ["female"]\n'
WISH = (
    MUST
    + 'should:\n  - attribute: region\n    in: ["north"]\n    weight: 3\n  - attribute: region\n    in: ["south"]\n    weight: 1\n'
)


@pytest.fixture
def lived_in(platform):
    """All live somewhere: of those who fit and follow the account `north` nearly all in the north, of the others nearly none."""

    def make(north: int):
        given = platform()
        fits = given.attributes["gender"].codes == 1
        of_account = np.zeros(given.people, np.bool_)
        of_account[given.sample_person[given.sample_account == north]] = True
        codes = np.where(of_account & fits, 0, 1).astype(np.int32)
        return replace(given, attributes=given.attributes | {"region": Attributes("region", ("north", "south"), codes)})

    return make


def scored(given, text=WISH, **changes):
    parameters = replace(Parameters(draws=300, k_anonymity=2), **changes)
    return make_shortlist(given, parse_persona(text), parameters, list_name="l", version=1)[0]


def place_of(shortlist, name):
    return next(place for place, card in enumerate(shortlist.cards) if card.account.native_id == name)


def uncounted(given):
    return replace(given, candidates=tuple(replace(each, followers=None) for each in given.candidates))


@pytest.mark.parametrize(("north", "other"), [(1, 2), (2, 1)])
def test_wishes_order_what_nothing_else_does(lived_in, north: int, other: int) -> None:
    shortlist = scored(uncounted(lived_in(north)))
    cards = {card.account.native_id: card for card in shortlist.cards}
    assert cards[f"c{north}"].band == cards[f"c{other}"].band
    assert place_of(shortlist, f"c{north}") < place_of(shortlist, f"c{other}")
    assert cards[f"c{north}"].should.value > cards[f"c{other}"].should.value
    assert 0.25 <= cards[f"c{other}"].should.value <= cards[f"c{north}"].should.value <= 0.75, "a quarter of the weight or three"


@pytest.mark.parametrize("north", [1, 2])
def test_fitting_followers_go_before_wishes(lived_in, north: int) -> None:
    given = lived_in(north)
    sizes = [100_000, 1_000, 900_000, 100_000, 100_000]
    counted = tuple(replace(each, followers=size) for each, size in zip(given.candidates, sizes, strict=True))
    shortlist = scored(replace(given, candidates=counted))
    assert place_of(shortlist, "c2") < place_of(shortlist, "c1")


def test_wishes_change_no_share(lived_in) -> None:
    given = lived_in(1)
    for card, other in zip(scored(given).cards, scored(given, MUST).cards, strict=True):
        assert (card.precision, card.n, other.should) == (other.precision, other.n, None)


def test_wishes_that_decide_are_not_told_apart(lived_in) -> None:
    assert {card.should for card in scored(lived_in(1), WISH + "min_should: 1\n").cards} == {None}


def test_wishes_of_few_fitting_followers_are_not_shown_but_said(lived_in) -> None:
    cards = {card.account.native_id: card for card in scored(lived_in(1), k_anonymity=30).cards}
    assert cards["c0"].should is None
    assert "few_wishes" in cards["c0"].notes
    assert cards["c4"].should.n >= 30
    assert "few_wishes" not in cards["c4"].notes


def test_three_digits_decide_what_is_equal(platform) -> None:
    given = platform()
    candidates = tuple(
        replace(each, account=AccountRef("sim", f"c{k}"), followers=size) for k, (each, size) in enumerate(zip(given.candidates, (10_004, 10_001, 10_100, 1, 1), strict=True))
    )  # fmt: skip
    draws = np.full((100, 5), 0.5)
    wishes = np.array([0.1, 0.9, 0.0, np.nan, 0.0])
    order = put_in_order(candidates, [0, 1, 2, 3, 4], draws, wishes, Parameters())
    assert order.accounts == [2, 1, 0, 4, 3]
