"""Leaving each clause out: a clause that everybody satisfies changes nothing, the one that sets accounts apart is named."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from scoring.arrays import Attributes, Parameters, ScoringInput
from scoring.errors import PersonaError
from scoring.estimate import Estimate
from scoring.leave_out import Clause, clauses, compared, decides, leave_out, without
from scoring.persona import Persona, parse_persona
from scoring.results import AccountRef, Calibration, FrameCard, Scorecard, Shortlist
from scoring.shortlist import make_shortlist

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PARAMETERS = Parameters(draws=400, top=2)


def persona(*clauses: str, more: str = "") -> Persona:
    return parse_persona("name: p\nmust:\n" + "".join(f"  - {each}\n" for each in clauses) + more)


WOMEN = "{attribute: gender, in: [female]}"
MEMBERS = "{attribute: member, in: ['yes']}"
BUYERS = "{attribute: buyer, in: ['yes']}"


def with_attributes(given: ScoringInput, **holds: np.ndarray) -> ScoringInput:
    """The platform with attributes that everybody declares: yes where `holds`."""
    made = {name: Attributes(name, ("no", "yes"), np.asarray(values, np.int32)) for name, values in holds.items()}
    return replace(given, attributes={**given.attributes, **made})


def scorer(given: ScoringInput):
    return lambda part: make_shortlist(given, part, PARAMETERS, list_name="l", version=1)[0]


@pytest.fixture
def member_platform(platform) -> ScoringInput:
    """Everybody in a sample is a member; a few of the others are not. Buyers are followers of the accounts c0 and c1 only."""
    given = platform()
    sampled = np.zeros(given.people, bool)
    sampled[given.sample_person] = True
    member = np.ones(given.people)
    member[np.flatnonzero(~sampled)[:40]] = 0
    buyer = np.zeros(given.people)
    buyer[given.sample_person[np.isin(given.sample_account, (0, 1))]] = 1
    return with_attributes(given, member=member, buyer=buyer)


def test_a_clause_that_everybody_satisfies_changes_nothing(member_platform) -> None:
    found = leave_out(persona(WOMEN, MEMBERS), scorer(member_platform))
    women, members = found.effects
    assert members.why_not is None
    assert (members.moved, members.entered) == (0, 0)
    assert members.tau == pytest.approx(1)
    assert members.largest < 0.03, "what cannot be told without declared values is calibrated anew"
    for shift in members.shifts:
        assert shift.share_with is not None
        assert shift.share_without is not None
        assert shift.share_with.low <= shift.share_without.value <= shift.share_with.high
    assert women.moved > 0
    assert found.strongest == women


def test_the_clause_that_sets_the_accounts_apart_moves_the_top(member_platform) -> None:
    found = leave_out(persona(BUYERS, MEMBERS, WOMEN), scorer(member_platform))
    buyers = found.effects[0]
    assert found.strongest == buyers
    top = {shift.account.native_id for shift in buyers.shifts if (shift.place_with or 9) <= 2}
    assert top == {"c0", "c1"}, "only their followers buy"
    assert {shift.account.native_id for shift in buyers.shifts if shift.enters} == {"c3", "c4"}, "without it most women win"
    assert {shift.account.native_id for shift in buyers.shifts if shift.leaves} == {"c0", "c1"}
    assert buyers.entered == 2
    assert buyers.tau is not None
    assert buyers.tau < 0
    moved = next(shift for shift in buyers.shifts if shift.account.native_id == "c4")
    assert moved.share_with is not None
    assert moved.share_without is not None
    assert moved.share_with.high < moved.share_without.low
    assert moved.beyond_doubt


def test_labels_of_the_whole_persona_play_no_part(member_platform) -> None:
    gold = np.full(member_platform.people, np.nan)
    gold[:60], gold[60:120] = 1.0, 0.0  # nonsense, so that it would show
    labelled = replace(member_platform, labels={"p": gold})
    with_labels, without_any = (leave_out(persona(WOMEN, MEMBERS), scorer(each)) for each in (labelled, member_platform))
    assert with_labels.effects == without_any.effects


def test_how_far_the_order_is_the_runs_own_is_told(member_platform) -> None:
    score = scorer(member_platform)
    own = score(persona(WOMEN, MEMBERS))
    assert leave_out(persona(WOMEN, MEMBERS), score, ranked=own).as_run == pytest.approx(1)
    turned = replace(own, cards=tuple(replace(card, rank=6 - card.rank) for card in own.cards))
    assert leave_out(persona(WOMEN, MEMBERS), score, ranked=turned).as_run == pytest.approx(-1)


def test_a_single_clause_leaves_nothing_to_compare(member_platform) -> None:
    found = leave_out(persona(WOMEN), scorer(member_platform))
    assert found.single
    assert [each.why_not for each in found.effects] == ["only_one"]
    assert found.strongest is None


def test_the_one_clause_that_decides_is_left_in(member_platform) -> None:
    found = leave_out(persona(WOMEN, more=f"should:\n  - {MEMBERS}\n"), scorer(member_platform))
    assert [(each.part, each.why_not) for each in found.effects] == [("must", "only_one"), ("should", None)]


def test_a_clause_without_which_nothing_can_be_scored_is_told_so(member_platform) -> None:
    score, whole = scorer(member_platform), persona(WOMEN, MEMBERS)

    def failing(part: Persona) -> Shortlist:
        if len(part.must) < 2:
            message = "no"
            raise PersonaError(message)
        return score(part)

    assert [each.why_not for each in leave_out(whole, failing).effects] == ["not_scorable", "not_scorable"]


def test_the_clauses_are_those_of_the_file_and_wishes_ask_no_more_than_is_left() -> None:
    made = persona(
        WOMEN,
        more="must_not:\n  - keywords: [tent]\nshould:\n  - keywords: [stove]\n    weight: 2\n  - keywords: [lamp]\nmin_should: 2.5\n",
    )
    found = clauses(made)
    assert [each.part for each in found] == ["must", "must_not", "should", "should"]
    assert len(without(made, found[0]).must) == 0
    assert len(without(made, found[1]).must_not) == 0
    less = without(made, found[2])
    assert [trait.words for trait in less.should] == [("lamp",)]
    assert (less.min_should, made.min_should) == (1.0, 2.5)
    assert decides(less)
    assert not decides(replace(less, must=(), must_not=(), min_should=0.0))


def card(name: str, place: int, share: float) -> Scorecard:
    frame = FrameCard("complete", "unknown", NOW, 9, 9, 0, 9, "all", 0, None, None, None)
    figure = Estimate(share, max(share - 0.05, 0), share + 0.05, 200, "m")
    return Scorecard(
        AccountRef("weibo", name), frame, "A", place, max(place - 1, 1), place + 1, None, figure, None, (0, 1), 200, 0, None, None, None, None,
        None, None, None, None, None, None, None,
    )  # fmt: skip


def listed(*names: str, top: int = 2) -> Shortlist:
    cards = tuple(card(name, place, 0.5 - place / 20) for place, name in enumerate(names, start=1))
    calibration = Calibration("none", "PCC", 0, None, 0.0, 0.0, ())
    return Shortlist(
        "p",
        1,
        {},
        "l",
        "followers",
        "precision",
        "fitting",
        top,
        None,
        None,
        None,
        calibration,
        cards,
        (),
        (),
        None,
        {},
        (),
        "d",
        "e",
    )


def test_places_are_compared_account_by_account() -> None:
    clause = Clause("must", persona(WOMEN).must[0])
    found = compared(clause, listed("a", "b", "c", "d"), listed("a", "d", "b", "e"))
    told = {
        shift.account.native_id: (shift.place_with, shift.place_without, shift.enters, shift.leaves, shift.beyond_doubt)
        for shift in found.shifts
    }
    assert told == {
        "a": (1, 1, False, False, False), "b": (2, 3, False, True, False), "c": (3, None, False, False, False),
        "d": (4, 2, True, False, True), "e": (None, 4, False, False, False),
    }  # fmt: skip
    assert (found.moved, found.entered) == (4, 1)
    assert found.tau == pytest.approx(1 / 3), "of the pairs ab, ad, bd one turned"
    assert found.largest == pytest.approx(0.1)
    assert compared(clause, listed("a"), listed("b")).tau is None


def test_equal_lists_are_told_to_be_equal() -> None:
    clause = Clause("must", persona(WOMEN).must[0])
    assert compared(clause, listed("a", "b"), listed("a", "b")).nothing
    assert not compared(clause, listed("a", "b"), listed("b", "a")).nothing
