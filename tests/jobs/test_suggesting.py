"""Accounts suggested out of a store: the planted one is found, the listed never, wishes and lists hold, a list can be written and undone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.suggesting import Ask, Suggestions, Wanted, add_to_list, suggest
from scoring.arrays import Parameters
from scoring.errors import NothingToScore
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.errors import NotFound
from storage.imports import ImportRequest, begin_import, finish_import, list_imports
from storage.ingest import PageWriter
from storage.queries import candidate_list
from storage.records import (
    AccountRecord,
    AttributeRecord,
    BaseRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    Order,
    PriceRecord,
    Provenance,
    PullFacts,
)
from storage.runs import list_runs
from storage.undo import undo_import

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = """
name: women
title: {zh: 女性, en: Women}
must:
  - attribute: gender
    in: [female]
"""
SEEDED = """
name: seeded
title: {zh: 种子, en: Seeded}
must:
  - seeds: {positive: [star]}
"""
OTHERS = ("star", "planted", "second", "faith", "flat", "flat2", "rare")
ASK = Ask(PERSONA, "women.yaml", "list")


def bring_in(store: Store, kind: str, records: Sequence[Any], **writer: Any) -> None:
    provenance = Provenance("test", "consent", NOW)
    state = begin_import(
        store, ImportRequest(kind, f"{kind}.csv", f"{kind}{len(records)}{writer.get('list_name')}", {}, provenance), now=NOW
    )
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


def follows_of() -> dict[str, list[str]]:
    """Two candidates of 120 followers, every second one a woman: `planted` has 60 of the women and 6 of the men, `flat` both alike."""
    fans = {name: [f"{name}-fan{number}" for number in range(120)] for name in ("a", "b")}
    everyone = [fan for names in fans.values() for fan in names]
    women, men = everyone[1::2], everyone[0::2]
    return fans | {
        "planted": [*women[:60], *men[:6]], "second": [*women[10:65], *men[20:30]], "faith": [*women[:55], *men[:3]],
        "star": [*women[:70], *men[:8]], "flat": everyone[:100], "flat2": everyone[50:], "rare": women[:12],
    }  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    folder = tmp_path_factory.mktemp("suggesting")
    store = fill(folder, follows_of())
    yield store, folder
    store.close()


def fill(folder: Path, follows: dict[str, list[str]]) -> Store:
    """A store of these lists, with the gender of the followers of a and b, sizes, a list, a second list, prices."""
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    accounts = [
        AccountRecord("sim", name, NOW, handle=name, name=name.title(), followers=Count(size), category="宗教" if name == "faith" else "露营")
        for name, size in zip(("a", "b", *OTHERS), (9000, 9000, 80_000, 60_000, 6000, 6000, 7000, 7000, 7000), strict=True)
    ]  # fmt: skip
    bring_in(store, "accounts", accounts)
    bring_in(store, "candidates", [CandidateRecord(name, "sim", name) for name in ("a", "b")], list_name="list")
    bring_in(store, "candidates", [CandidateRecord("@second", handle="second")], list_name="rivals")
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW - timedelta(days=1), Order.UNKNOWN)
    bring_in(store, "follows", [FollowRecord("sim", name, fan) for name, fans in follows.items() for fan in fans], pull=facts)
    everyone = [*follows["a"], *follows["b"]]
    bring_in(
        store,
        "attributes",
        [AttributeRecord("sim", fan, "gender", "female" if place % 2 else "male", NOW) for place, fan in enumerate(everyone)],
    )
    prices = [
        PriceRecord("sim", "planted", 500_000, "CNY", observed_at=NOW),
        PriceRecord("sim", "second", 900_000, "CNY", observed_at=NOW),
    ]
    bring_in(store, "prices", prices)
    return store


def found(filled: tuple[Store, Path], ask: Ask = ASK) -> Suggestions:
    return suggest(*filled, ask, Parameters(draws=100), now=NOW, code_version="test")


def names(given: Suggestions) -> list[str]:
    return [each.account.native_id for each in given.rows]


def test_planted_accounts_are_found_those_followed_by_all_alike_and_by_few_are_not(filled: tuple[Store, Path]) -> None:
    told = found(filled)
    assert set(names(told)) == {"star", "planted", "second"}
    assert told.tested == 5, "rare has fewer than k followers, faith is of a sensitive category, a and b are listed"
    planted = told.rows[names(told).index("planted")]
    assert (round(planted.found.hits), planted.found.base_hits, planted.found.users) == (60, 66, 66)
    assert planted.declared == (60, round(planted.found.group), 6, planted.found.base - round(planted.found.group))
    assert {ref.native_id for ref in planted.through} <= {"a", "b"}
    assert planted.followers == 60_000
    assert told.base == "pool"
    assert told.sampled == 240 >= told.readable > 150


def test_listed_accounts_never_appear_nor_those_of_other_lists_given(filled: tuple[Store, Path]) -> None:
    told = found(filled, replace(ASK, not_in=("rivals",)))
    assert set(names(told)) == {"star", "planted"}
    with pytest.raises(NotFound, match="no candidate list"):
        found(filled, replace(ASK, not_in=("nowhere",)))


def test_a_kept_run_is_used_again_and_a_changed_persona_is_scored_anew(filled: tuple[Store, Path]) -> None:
    store, _ = filled
    first = found(filled)
    before = len(list_runs(store))
    again = found(filled)
    assert (again.run_id, again.made, len(list_runs(store))) == (first.run_id, False, before)
    other = found(filled, replace(ASK, persona_text=PERSONA.replace("Women", "Only women")))
    assert other.made
    with pytest.raises(NotFound, match="is not of the persona"):
        found(filled, replace(ASK, run_id=other.run_id))
    with pytest.raises(NotFound, match="There is no run"):
        found(filled, replace(ASK, run_id=9999))


@pytest.mark.parametrize(
    ("wanted", "kept", "uncounted", "unpriced"),
    [
        (Wanted(followers=(50_000, None)), {"star", "planted"}, 0, 0),
        (Wanted(followers=(None, 60_000)), {"second"}, 0, 0),
        (Wanted(max_price=(600_000, "CNY")), {"planted"}, 0, 1),
        (Wanted(max_price=(600_000, "USD")), set(), 0, 3),
        (Wanted(platform="weibo"), set(), 0, 0),
        (Wanted(platform="sim", followers=(60_000, 60_001)), {"planted"}, 0, 0),
    ],
)
def test_wishes_leave_out_what_does_not_meet_them_and_count_what_is_not_known(
    filled: tuple[Store, Path], wanted: Wanted, kept: set[str], uncounted: int, unpriced: int
) -> None:
    told = found(filled, replace(ASK, wanted=wanted))
    assert (set(names(told)), told.uncounted, told.unpriced) == (kept, uncounted, unpriced)
    assert told.tested == 5, "wishes come after the test: they do not make it easier"


def test_beside_a_base_sample_it_is_the_base_that_counts(tmp_path: Path) -> None:
    """What all of the candidates' followers follow, women or not, stands out against a base that does not."""
    outside = [f"outside{number}" for number in range(300)]
    follows = follows_of()
    more = {"flat": outside[:30], "planted": outside[:90], "second": outside[60:], "star": outside[:5], "flat2": outside[200:260]}
    store = fill(tmp_path, follows | {name: [*follows[name], *fans] for name, fans in more.items()})
    bring_in(store, "base", [BaseRecord("sim", each) for each in outside], pull=PullFacts(ListKind.BASE, Frame.RANDOM, NOW))
    told = found((store, tmp_path))
    assert told.base == "base"
    assert "flat" in names(told)
    assert "second" not in names(told), "four in five of the base follow it"
    flat = told.rows[names(told).index("flat")]
    assert (flat.found.base_hits, flat.found.base) == (30, len(set().union(*more.values())))
    assert (round(flat.found.hits), flat.found.users) == (50, 80), "men do not fit: none of them counts"
    store.close()


def test_the_first_of_them_are_the_surest_multiples(filled: tuple[Store, Path]) -> None:
    every = found(filled)
    lows = [each.found.lift.low for each in every.rows]
    assert lows == sorted(lows, reverse=True)
    assert names(found(filled, replace(ASK, wanted=Wanted(top=1)))) == names(every)[:1]


def test_by_seeds_it_is_their_followers_who_speak_and_seeds_are_not_suggested(filled: tuple[Store, Path]) -> None:
    told = found(filled, Ask(SEEDED, "seeded.yaml", "list", seeds=True))
    assert "star" not in names(told)
    assert "planted" in names(told)
    assert told.of == "seeds"
    assert told.rows[0].through[0].native_id == "star"
    with pytest.raises(NothingToScore, match="names no seed account"):
        found(filled, replace(ASK, seeds=True))


def test_too_few_people_say_so(filled: tuple[Store, Path]) -> None:
    with pytest.raises(NothingToScore, match="bring in whom they follow"):
        suggest(*filled, ASK, Parameters(draws=100, k_anonymity=150), now=NOW, code_version="test")


def test_they_are_appended_to_a_list_once_and_undo_takes_them_back(filled: tuple[Store, Path]) -> None:
    store, _ = filled
    told = found(filled)
    notes = [f"why {place}" for place in range(len(told.rows))]
    assert add_to_list(store, told, "more", notes, now=NOW) == 3
    rows = candidate_list(store, "more")
    assert [(row.given, row.note) for row in rows] == list(zip(names(told), notes, strict=True))
    assert all(row.account is not None for row in rows)
    assert add_to_list(store, told, "more", notes, now=NOW) == 0
    assert names(found(filled, replace(ASK, not_in=("more",)))) == []
    undo_import(store, list_imports(store)[0].import_id, now=NOW, indexer=None)
    with pytest.raises(NotFound):
        candidate_list(store, "more")
    assert add_to_list(store, told, "more", notes, now=NOW) == 3
    undo_import(store, list_imports(store)[0].import_id, now=NOW, indexer=None)
