"""The run's input: what is in it, and that nothing but seed and content decides it."""

import dataclasses
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.arrays import Parameters, ScoringInput
from scoring.audience.overlap import net_reach, overlaps_of
from scoring.engines.duck import DuckEngine
from scoring.errors import NothingToScore, ScoringError
from scoring.inputs import take_snapshot
from scoring.loading import follower_list, load_input, member_lists
from scoring.persona import Persona, Trait
from scoring.sampling import draw_positions, generator
from scoring.snapshot import read_facts

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = Persona(
    name="outdoor",
    title={"en": "Outdoor"},
    must=(Trait("attribute", "gender", attribute="gender", values=("female",)),),
    must_not=(),
    should=(Trait("audience", "outdoor", audience="outdoor"),),
    min_should=0.0,
    digest="x",
    text="",
)


def snapshot(store: Any, folder: Path, **parameters: Any) -> Any:
    return take_snapshot(store, PERSONA, "list", Parameters(**parameters), folder, now=NOW, dictionary="d1")


def loaded(folder: Path, **engine: Any) -> ScoringInput:
    with DuckEngine(**engine) as duck:
        return load_input(folder, PERSONA, Parameters(), duck)


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds and audiences name no account here."""
    monkeypatch.setattr("scoring.inputs.taking._resolve", lambda _store, _text: None)


def test_what_is_in_it(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    facts = snapshot(opened(small_world), tmp_path / "run", sample=10)
    got = loaded(tmp_path / "run")
    assert [each.account.native_id for each in got.candidates] == ["a", "b"]
    assert [(each.given, each.reason) for each in got.not_scored] == [("c", "no_followers"), ("nobody", "unmatched")]
    a, b = got.candidates
    assert (a.frame.sampling, b.frame.sampling, a.followers, b.followers) == ("random", "strata", 40, 500)
    assert (a.frame.source, a.frame.basis) == ("own list", "contract")
    assert a.price is not None
    assert (a.price.amount_minor, b.price) == (120000, None)
    assert np.bincount(got.sample_account).tolist() == [10, 10]
    assert got.list_sizes.tolist() == [40, 30]
    assert (np.diff(got.sample_person[got.sample_account == 0]) > 0).all()
    assert len(got.base_people) == 15
    assert got.attributes["gender"].values == ("female", "male")
    assert (got.attributes["gender"].codes >= 0).sum() == 12, (
        "everyone who declares the persona's attribute is there, sampled or not"
    )
    labels = got.labels["outdoor"]
    assert ((labels == 1).sum(), (labels == 0).sum()) == (1, 1)
    assert got.audiences["outdoor"].tolist() == np.flatnonzero(labels == 1).tolist()
    big = next(f for f, ref in enumerate(got.followees.accounts) if ref is not None and ref.native_id == "big")
    assert got.followees.degree[big] == 30
    terms = got.texts.terms.tolist()
    assert got.followees.texts[big, terms.index(10)] == 4
    assert 11 in terms
    assert not [term for term in terms if 1000 <= term < 1060], "a term that one person uses is left out"
    assert got.texts.spelled == {11: "露营"}
    assert facts.share_at_dictionary < 1
    assert got.complete_lists.keys() == {0}
    assert got.seen_lists.keys() == {0, 1}
    assert facts.expires == NOW + timedelta(days=90)


def test_overlap_of_the_lists(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    snapshot(opened(small_world), tmp_path / "run")
    (pair,) = loaded(tmp_path / "run").overlaps
    assert (pair.a, pair.b, pair.shared_low, pair.shared_high, pair.exact) == ("a", "b", 20, 40, False)
    assert pair.share_of_a == (0.5, 1.0)


def test_chosen_accounts_from_the_loaded_lists(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    snapshot(opened(small_world), tmp_path / "run")
    got, facts = loaded(tmp_path / "run"), read_facts(tmp_path / "run")
    lists, members = [follower_list(each) for each in facts.candidates], member_lists(tmp_path / "run", facts)
    assert overlaps_of(lists, [members[0], members[1]]) == got.overlaps
    net = net_reach([lists[1], lists[0]], [members[1], members[0]])
    assert net is not None
    # 40 and 30 seen with 20 shared, 470 places of b unseen
    assert (net.accounts, net.gross, net.low, net.high, net.exact) == (("b", "a"), 540, 500, 520, False)


def test_counts_add_up_over_weeks_and_pages(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    snapshot(opened(small_world), tmp_path / "run", sample=None)
    got = loaded(tmp_path / "run")
    column = got.texts.terms.tolist().index(11)
    # candidates have no posts; of the people every fifth has 2 + 3, the others 2
    assert np.bincount(got.texts.counts[:, [column]].toarray().ravel()).tolist() == [2, 0, 48, 0, 0, 12]
    assert got.texts.posts.sum() == 72


def test_recent_weeks_only(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    persona = dataclasses.replace(PERSONA, should=(Trait("intent", "i", phrases=("求推荐",), within_days=30),))
    snapshot(opened(small_world), tmp_path / "run", sample=None)
    with DuckEngine() as duck:
        got = load_input(tmp_path / "run", persona, Parameters(), duck)
    assert got.recent_texts[30].shape == got.texts.counts.shape
    assert got.recent_texts[30].sum() == 3 * 12


@pytest.mark.parametrize("engine", [{"batch_rows": 2048}, {"processes": 2}])
def test_engine_settings_change_nothing(
    small_world: Any, opened: Callable[..., Any], tmp_path: Path, engine: dict[str, int]
) -> None:
    snapshot(opened(small_world), tmp_path / "run")
    assert fingerprint(loaded(tmp_path / "run", **engine)) == fingerprint(loaded(tmp_path / "run"))


@pytest.mark.parametrize("shuffle", [1, 2, 3])
def test_row_order_changes_nothing(small_world: Any, opened: Callable[..., Any], tmp_path: Path, shuffle: int) -> None:
    one = snapshot(opened(small_world), tmp_path / "one", sample=12)
    other = snapshot(opened(small_world, shuffle=shuffle), tmp_path / "other", sample=12)
    assert one.digest == other.digest
    assert fingerprint(loaded(tmp_path / "one")) == fingerprint(loaded(tmp_path / "other"))


def test_seed_and_content_change_the_digest(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    store = opened(small_world)
    digests = {snapshot(store, tmp_path / str(seed), sample=12, seed=seed).digest for seed in (0, 1)}
    small_world.text("p45", {10: 1}, page=9)  # of the base sample
    digests.add(snapshot(opened(small_world), tmp_path / "more", sample=12).digest)
    assert len(digests) == 3


def test_one_accounts_sample_does_not_depend_on_the_others(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    snapshot(opened(small_world), tmp_path / "one", sample=12)
    small_world.rows["candidate"].pop(0)
    snapshot(opened(small_world), tmp_path / "other", sample=12)
    one, other = loaded(tmp_path / "one"), loaded(tmp_path / "other")
    assert np.array_equal(np.sort(one.sample_position[one.sample_account == 1]), np.sort(other.sample_position))


def test_the_best_frame_then_the_newest(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    small_world.pull("a", ["p1"], frame="newest", pulled_at=NOW + timedelta(days=1))
    small_world.pull("b", ["p1", "p2"], frame="newest", pulled_at=NOW + timedelta(days=1))
    small_world.pull("c", ["p1", "p2"], status="running")
    snapshot(opened(small_world), tmp_path / "run")
    got = loaded(tmp_path / "run")
    assert got.list_sizes.tolist() == [40, 2]
    assert ("c", "import_unfinished") in [(each.given, each.reason) for each in got.not_scored]


def test_outlived_features_are_left_out_and_the_next_to_go_is_the_expiry(
    small_world: Any, opened: Callable[..., Any], tmp_path: Path
) -> None:
    small_world.text("p5", {77: 1}, page=5, fetched_at=NOW - timedelta(days=91))
    small_world.text("p6", {77: 1}, page=5, fetched_at=NOW - timedelta(days=80))
    facts = snapshot(opened(small_world), tmp_path / "run", sample=None)
    assert 77 not in loaded(tmp_path / "run").texts.terms
    assert facts.expires == NOW + timedelta(days=10)


def test_no_key_and_no_id_of_a_person_in_the_files(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    small_world.named("quitepublic")
    snapshot(opened(small_world), tmp_path / "run", sample=None)
    written = b"".join(
        repr(pq.read_table(path).to_pylist()).encode() if path.suffix == ".parquet" else path.read_bytes()
        for path in (tmp_path / "run").iterdir()
    )
    assert b"big" in written
    for number in range(60):
        assert f"'p{number}'".encode() not in written
        assert repr(small_world.key(f"p{number}"))[2:-1].encode() not in written


def test_refusals_say_what_to_run(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    store = opened(small_world)
    with pytest.raises(NothingToScore, match="fanfit candidates import"):
        take_snapshot(store, PERSONA, "other", Parameters(), tmp_path / "run", now=NOW, dictionary="d1")
    for row in small_world.rows["pull"]:
        row["list_kind"] = "followees"
    with pytest.raises(NothingToScore, match="fanfit import follows"):
        snapshot(opened(small_world), tmp_path / "run")
    with pytest.raises(ScoringError, match="expired"):
        loaded(tmp_path / "nothing")


@pytest.mark.parametrize(("size", "sample"), [(1000, 200), (399, 398), (41, 39), (21, 20), (30, 7)])
def test_strata_take_the_whole_sample_evenly(size: int, sample: int) -> None:
    drawn, how = draw_positions(size, sample, frame="newest", order="newest_first", rng=generator(3, "x"))
    assert how == "strata"
    assert len(set(drawn.tolist())) == sample
    assert drawn.min() >= 0
    assert drawn.max() < size
    assert np.abs(np.searchsorted(drawn, size / 2) - sample / 2) <= max(2, sample / 20)


def test_every_place_has_the_same_chance() -> None:
    hits = np.zeros(97)
    for seed in range(3000):
        hits[draw_positions(97, 25, frame="unknown", order="oldest_first", rng=generator(seed, "x"))[0]] += 1
    assert np.abs(hits / 3000 - 25 / 97).max() < 0.09


def fingerprint(got: ScoringInput) -> str:
    """All arrays of an input as one hash."""
    total = hashlib.sha256()
    parts: list[Any] = [
        got.sample_account,
        got.sample_person,
        got.sample_position,
        got.base_people,
        got.texts.terms,
        got.texts.words,
        got.texts.posts,
        got.followees.degree,
        *(getattr(got.profiles, field.name) for field in dataclasses.fields(got.profiles)),
    ]
    for matrix in (got.texts.counts, got.followees.edges, got.followees.texts, *got.recent_texts.values()):
        parts += [matrix.data, matrix.indices, matrix.indptr]
    for part in parts:
        total.update(np.ascontiguousarray(part).tobytes())
    total.update(
        repr((got.candidates, got.overlaps, got.followees.accounts, got.digest, sorted(got.texts.spelled.items()))).encode()
    )
    return total.hexdigest()


@pytest.mark.parametrize(
    ("shown", "half_width", "contradicted"),
    [(40, 0, False), (49, 0, False), (12_000, 500, True), (60, 30, False), (None, 0, False)],
)
def test_a_complete_list_that_the_profile_belies_is_not_complete(
    shown: int | None, half_width: int, contradicted: bool, small_world: Any, opened: Callable[..., Any], tmp_path: Path
) -> None:
    key = small_world.key("a")
    rows = small_world.rows["count_series"]
    small_world.rows["count_series"] = [row for row in rows if row["account"] != key]
    small_world.add(
        "count_series", account=key, observed_at=NOW, import_id=1, fetched_at=NOW, followers=shown, followers_half_width=half_width,
    )  # fmt: skip
    snapshot(opened(small_world), tmp_path / "run", sample=10)
    a = loaded(tmp_path / "run").candidates[0]
    assert a.frame.contradicted is contradicted
    assert (a.frame.frame, a.followers) == (("unknown", 12_000) if contradicted else ("complete", 40))


def test_an_expired_quote_is_kept_apart(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    small_world.rows["price"][0]["valid_until"] = NOW - timedelta(days=2)
    snapshot(opened(small_world), tmp_path / "run", sample=10)
    a = loaded(tmp_path / "run").candidates[0]
    assert a.price is None
    assert a.expired is not None
    assert a.expired.amount_minor == 120000


@pytest.mark.parametrize(("days", "frame"), [(89, "complete"), (91, "newest")])
def test_an_old_complete_list_gives_way_to_a_new_one(
    days: int, frame: str, small_world: Any, opened: Callable[..., Any], tmp_path: Path
) -> None:
    for row in small_world.rows["pull"]:
        if row["account"] == small_world.key("a") and row["list_kind"] == "followers":
            row["pulled_at"] = NOW - timedelta(days=days)
    small_world.pull("a", ["p1", "p2"], frame="newest", pulled_at=NOW)
    snapshot(opened(small_world), tmp_path / "run", sample=10)
    assert loaded(tmp_path / "run").candidates[0].frame.frame == frame
