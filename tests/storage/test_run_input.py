"""A run's input is the same whichever database held the data."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scoring.arrays import Parameters
from scoring.inputs import take_snapshot
from scoring.persona import parse_persona
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import (
    AccountRecord,
    AttributeRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    LabelRecord,
    ListKind,
    Order,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
)

NOW = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
PERSONA = (
    "name: campers\nmust:\n  - interest: camping\n  - attribute: gender\n    in: [female]\n"
    "should:\n  - seeds: {positive: [b], negative: [nobody]}\n"
)


def fill(store: Store, indexer: Any) -> None:
    def bring_in(kind: str, records: list[Any], **writer: Any) -> None:
        state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind, {}, Provenance("test", "consent", NOW)), now=NOW)
        PageWriter(store, state.import_id, now=NOW, indexer=indexer, **writer).write(records, position=len(records))
        finish_import(store, state.import_id, now=NOW)

    people = [f"p{number}" for number in range(50)]
    named = [AccountRecord("sim", name, NOW, handle=name, followers=Count(9000), verified=True) for name in ("a", "b")]
    bring_in(
        "accounts", [*named, *(AccountRecord("sim", name, NOW, bio="tents", has_avatar=True, created_at=NOW) for name in people)]
    )
    bring_in("candidates", [CandidateRecord(name, "sim", name) for name in ("a", "b")], list_name="list")
    pull = PullFacts(ListKind.FOLLOWERS, Frame.NEWEST, NOW, Order.NEWEST_FIRST, {"a": 900})
    lists = {"a": people[:40], "b": people[15:]}
    bring_in("follows", [FollowRecord("sim", name, fan) for name, fans in lists.items() for fan in fans], pull=pull)
    bring_in("posts", [PostRecord("sim", f"{name}-1", name, NOW, "camping with tents") for name in people])
    bring_in("attributes", [AttributeRecord("sim", name, "gender", "female", NOW) for name in people[::2]])
    bring_in("labels", [LabelRecord("sim", name, "campers", name == "p1", NOW) for name in people[1:4]])
    bring_in("prices", [PriceRecord("sim", "a", 5, "CNY", observed_at=NOW, valid_until=NOW)])


def test_the_same_input_from_either_database(store: Store, store_key: bytes, plain_indexer: Any, tmp_path: Path) -> None:
    other = create_store(f"sqlite:///{tmp_path / 'other.db'}", key=store_key, vault_path=tmp_path / "other-vault.db")
    digests = set()
    for number, each in enumerate((store, other)):
        fill(each, plain_indexer)
        asked = Parameters(sample=20)
        facts = take_snapshot(
            each, parse_persona(PERSONA), "list", asked, tmp_path / str(number), now=NOW, dictionary=plain_indexer.dictionary
        )
        assert [candidate.frame.sampling for candidate in facts.candidates] == ["strata", "strata"]
        assert facts.seeds["b"] >= 0
        assert facts.seeds["nobody"] == -1
        assert facts.share_at_dictionary == 1
        digests.add(facts.digest)
    other.close()
    assert len(digests) == 1
