"""A persona that asks for what the store does not hold is refused with what there is instead."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scoring.arrays import Parameters
from scoring.errors import PersonaError
from scoring.persona import parse_persona
from scoring.shortlist import make_shortlist

HEAD = "name: p\ntitle: {en: p, zh: p}\n"


def scored(given: Any, clause: str, place: str = "must") -> Any:
    must = "must:\n  - {attribute: gender, in: [female]}\n" if place == "must_not" else ""
    persona = parse_persona(f"{HEAD}{must}{place}:\n  - {clause}\n")
    return make_shortlist(given, persona, Parameters(draws=100), list_name="l", version=1)[0]


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("{attribute: gender, in: [femal]}", "nobody declares gender = femal; there is: male, female; did you mean 'female'"),
        ("{attribute: hobby, in: [chess]}", "nobody declares 'hobby' .fanfit import attributes FILE.; there is: gender$"),
        ("{attribute: gendr, in: [female]}", "did you mean 'gender'"),
        ("{seeds: {positive: [nobody_here]}}", "none of its seed accounts is an account of the store"),
        ("{audience: buyers}", "no audience or label set 'buyers' was imported"),
    ],
)
@pytest.mark.parametrize("place", ["must", "must_not", "should"])
def test_what_nobody_holds_is_refused_with_what_there_is(platform: Any, clause: str, said: str, place: str) -> None:
    with pytest.raises(PersonaError, match=said):
        scored(platform(), clause if place != "should" else clause[:-1] + ", weight: 1}", place)


def test_one_known_value_of_several_is_enough(platform: Any) -> None:
    assert scored(platform(), "{attribute: gender, in: [female, femal]}").cards


def test_rare_values_are_not_named(platform: Any) -> None:
    given = platform()
    gender = given.attributes["gender"]
    codes = gender.codes.copy()
    codes[np.flatnonzero(codes >= 0)[:3]] = 2
    rare = replace(given, attributes={"gender": replace(gender, values=(*gender.values, "secret"), codes=codes)})
    with pytest.raises(PersonaError) as caught:
        scored(rare, "{attribute: gender, in: [femal]}")
    assert "female" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_seeds_that_are_missing_beside_known_ones_are_counted(platform: Any) -> None:
    given = replace(platform(), seeds={"@known": 5})
    made = scored(given, "{seeds: {positive: ['@known', gone]}}")
    assert dict(made.warnings)["missing_seeds"] == {"n": 1}


def test_labels_of_another_name_are_said_to_be_unused(platform: Any) -> None:
    given = platform()
    known = next(iter(given.labels.values()), np.full(given.people, np.nan))
    clause = "{attribute: gender, in: [female]}"
    assert "labels_unused" in dict(scored(replace(given, labels={"spring_campaign": known}), clause).warnings)
    assert "labels_unused" not in dict(scored(replace(given, labels={"p": known}), clause).warnings)
    assert "labels_unused" not in dict(scored(replace(given, labels={}), clause).warnings)
