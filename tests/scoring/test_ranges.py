"""Ranges of grade B: what shares per dimension leave open of a joint share; the truth never lies outside, whatever the joint is."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.audience.ranges import Range, Shares, in_bands, persona_range
from scoring.persona import Persona, parse_persona

WOMEN = "- attribute: gender\n    in: [female]"
YOUNG = '- attribute: age_band\n    in: ["18-24", "25-30"]'
PARIS = "- attribute: region\n    in: [北京]"


def persona(*must: str, must_not: str = "", min_should: float = 0) -> Persona:
    text = "name: p\ntitle: {zh: 人, en: P}\nmust:\n  " + "\n  ".join(must) + "\n"
    if must_not:
        text += f"must_not:\n  {must_not}\n"
    if min_should:
        text += f"should:\n  - interest: camping\nmin_should: {min_should}\n"
    return parse_persona(text)


def test_one_dimension_is_its_share() -> None:
    found = persona_range(persona(WOMEN), [Shares("gender", {"female": 0.6, "male": 0.4})])
    assert (found.low, found.high, found.unknown) == (0.6, 0.6, ())


def test_two_dimensions_leave_what_frechet_leaves() -> None:
    shares = [Shares("gender", {"female": 0.7, "male": 0.3}), Shares("age_band", {"18-24": 0.5, "25-30": 0.1, "31+": 0.4})]
    found = persona_range(persona(WOMEN, YOUNG), shares)
    assert (found.low, found.high) == (pytest.approx(0.3), 0.6)


def test_a_clause_of_which_nothing_is_said_takes_the_lower_end() -> None:
    found = persona_range(persona(WOMEN, "- interest: camping"), [Shares("gender", {"female": 0.7, "male": 0.3})])
    assert (found.low, found.high) == (0.0, 0.7)
    assert len(found.unknown) == 1


def test_buckets_of_another_vendor_reach_beyond_and_are_named() -> None:
    shares = [Shares("age_band", {"18-23岁": 0.3, "24~30": 0.2, "31-40": 0.4, "50以上": 0.1})]
    young = persona('- attribute: age_band\n    in: ["18-24"]')
    found = persona_range(young, shares)
    assert (found.low, found.high) == (0.3, 0.5)
    assert found.clauses[0].partly == ("24~30",)


def test_what_the_vendor_does_not_name_may_be_anything() -> None:
    places = Shares("region", {"广东省": 0.3, "北京市": 0.2, "其他": 0.1})
    found = persona_range(persona(PARIS), [places])
    assert places.sums == "part"
    assert (found.low, found.high) == (0.2, pytest.approx(0.7)), "其他 and what is missing from 1 may be Beijing"


def test_interests_by_any_of_their_names_and_over_one() -> None:
    shares = Shares("interest", {"露营": 0.5, "美妆": 0.9})
    found = persona_range(persona("- interest: camping"), [shares])
    assert shares.sums == "over"
    assert (found.low, found.high) == (0.5, 0.5)


def test_what_must_not_be_counts_the_other_way() -> None:
    shares = [Shares("gender", {"female": 0.7, "male": 0.3}), Shares("region", {"北京": 0.2, "上海": 0.8})]
    found = persona_range(persona(WOMEN, must_not=PARIS), shares)
    assert (found.low, found.high) == (pytest.approx(0.5), 0.7)


def test_a_wish_that_selects_takes_the_lower_end() -> None:
    found = persona_range(persona(WOMEN, min_should=1), [Shares("gender", {"female": 0.7, "male": 0.3})])
    assert (found.low, found.high) == (0.0, 0.7)


def test_few_people_widen_it() -> None:
    widths = []
    for n in (20, 200, 20_000, None):
        found = persona_range(persona(WOMEN), [Shares("gender", {"female": 0.6, "male": 0.4}, n)])
        assert found.low <= 0.6 <= found.high
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.3
    assert widths[-1] == 0


people = st.lists(
    st.tuples(st.sampled_from(["female", "male"]), st.integers(14, 60), st.sampled_from(["北京", "上海", "广东"])),
    min_size=1,
    max_size=60,
)


@given(people, st.sampled_from([5, 7, 10]))
def test_the_true_joint_share_never_lies_outside(crowd: list[tuple[str, int, str]], step: int) -> None:
    """Whoever the people are and however a vendor cuts ages: the share that a person-level count gives lies in the range."""
    wanted = persona(WOMEN, YOUNG, PARIS)
    true = np.mean([gender == "female" and 18 <= age <= 30 and place == "北京" for gender, age, place in crowd])
    of = [
        Shares("gender", shares_of(gender for gender, _, _ in crowd)),
        Shares("age_band", shares_of(f"{age // step * step}-{age // step * step + step - 1}" for _, age, _ in crowd)),
        Shares("region", shares_of(f"{place}市" for _, _, place in crowd)),
    ]
    found = persona_range(wanted, of)
    assert found.low - 1e-9 <= true <= found.high + 1e-9


def shares_of(values: object) -> dict[str, float]:
    counts = Counter(values)  # type: ignore[call-overload]
    return {name: count / sum(counts.values()) for name, count in counts.items()}


@given(people)
def test_both_ends_can_be_reached(crowd: list[tuple[str, int, str]]) -> None:
    """The bounds are sharp: people with the same margins can be arranged so that the joint share is either end."""
    women, places = [gender == "female" for gender, _, _ in crowd], [place == "北京" for _, _, place in crowd]
    of = [
        Shares("gender", shares_of(gender for gender, _, _ in crowd)),
        Shares("region", shares_of(place for _, _, place in crowd)),
    ]
    found = persona_range(persona(WOMEN, PARIS), of)
    most = np.mean(np.sort(women) & np.sort(places))
    least = np.mean(np.sort(women) & np.sort(places)[::-1])
    assert (found.low, found.high) == (pytest.approx(least), pytest.approx(most))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_bands_keep_everybody_and_part_who_surely_differs(ends: list[tuple[float, float]]) -> None:
    rows = [(at, Range(min(pair), max(pair), ())) for at, pair in enumerate(ends)]
    bands = in_bands(rows)
    assert sorted(at for one in bands for at, _ in one) == list(range(len(rows)))
    for better, worse in pairwise(bands):
        assert worse[0][1].high < better[0][1].low
    lows = [row.low for one in bands for _, row in one]
    assert lows == sorted(lows, reverse=True)


def test_the_width_is_what_the_count_of_clauses_makes_it() -> None:
    for one, other in product((0.2, 0.5, 0.9), repeat=2):
        shares = [Shares("gender", {"female": one, "male": 1 - one}), Shares("region", {"北京": other, "上海": 1 - other})]
        found = persona_range(persona(WOMEN, PARIS), shares)
        assert found.low == pytest.approx(max(0, one + other - 1))
        assert found.high == pytest.approx(min(one, other))
