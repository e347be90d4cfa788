"""Placements in both databases: what is the same placement, which import's figures count, who may see them, what erasing leaves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.engine import Store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageOutcome, PageWriter
from storage.placements import identity, placement_rows
from storage.privacy import forget
from storage.records import PlacementRecord
from storage.undo import undo_import

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 3, 5, tzinfo=UTC)


def placed(account: str = "a", at: datetime = DAY, **said: object) -> PlacementRecord:
    return PlacementRecord("weibo", account, at, **said)  # type: ignore[arg-type]


def bring(store: Store, records: Sequence[PlacementRecord], name: str = "a") -> tuple[int, PageOutcome]:
    state = begin_import(store, ImportRequest("placements", f"{name}.csv", name, {}), now=NOW)
    writer = PageWriter(store, state.import_id, now=NOW, indexer=None)
    outcome = writer.write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)
    return state.import_id, outcome


def orders(store: Store, client: str | None = None) -> list[int | None]:
    return [row.orders for row in placement_rows(store, client=client)]


def test_what_is_brought_is_read_back_as_it_was(store: Store) -> None:
    given = placed(
        post="p1", format="live", currency="JPY", cost_minor=5, impressions=0, campaign="春", source="后台", client="晨茶"
    )
    bring(store, [given])
    (row,) = placement_rows(store, client="晨茶")
    for name in ("placed_at", "format", "post", "client", "currency", "cost_minor", "impressions", "clicks", "orders", "revenue_minor", "campaign", "source"):  # fmt: skip
        assert getattr(row, name) == getattr(given, name)
    assert placement_rows(store) == []


def test_the_last_import_of_a_placement_counts_until_it_is_undone(store: Store) -> None:
    bring(store, [placed(orders=1), placed(post="p", orders=2)])
    later, outcome = bring(
        store, [placed(at=DAY + timedelta(hours=9), orders=5), placed(post="p", at=DAY + timedelta(days=3), orders=6)], "b"
    )
    assert outcome.accepted == 2
    assert sorted(orders(store), key=str) == [5, 6]
    report = undo_import(store, later, now=NOW, indexer=None)
    assert report.deleted["placement"] == 2
    assert sorted(orders(store), key=str) == [1, 2]


def test_an_undo_of_the_only_import_takes_the_account_s_name_back(store: Store) -> None:
    only, _ = bring(store, [placed(orders=1)])
    assert undo_import(store, only, now=NOW, indexer=None).unnamed == 1
    assert orders(store) == []


def test_a_page_written_again_changes_nothing_and_a_contradiction_is_told_by_its_place(store: Store) -> None:
    records = [placed(orders=1), placed("b", orders=2), placed(orders=1), placed(orders=3)]
    state = begin_import(store, ImportRequest("placements", "a.csv", "a", {}), now=NOW)
    writer = PageWriter(store, state.import_id, now=NOW, indexer=None)
    first = writer.write(records, position=4)
    again = writer.write(records, position=4)
    assert (first.accepted, first.duplicates, first.conflicts) == (2, 1, (3,))
    assert (again.accepted, again.duplicates, again.conflicts) == (0, 3, (3,))
    assert sorted(orders(store), key=str) == [1, 2]


def test_forgetting_deletes_its_placements_and_keeps_new_ones_out(store: Store) -> None:
    bring(store, [placed(orders=1), placed("b", orders=2)])
    forget(store, "weibo", "a", now=NOW, workspace=None)
    assert orders(store) == [2]
    _, outcome = bring(store, [placed(orders=7)], "b")
    assert (outcome.accepted, outcome.forgotten) == (0, 1)


@pytest.mark.parametrize("asked", ["春季", " 春季 "])
def test_a_campaign_is_chosen_by_its_name(store: Store, asked: str) -> None:
    bring(store, [placed(orders=1, campaign="春季"), placed("b", orders=2, campaign="夏季"), placed("c", orders=3)])
    assert [row.orders for row in placement_rows(store, campaign=asked)] == [1]


HOURS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes with the draw


@given(HOURS, HOURS, st.sampled_from(["", "live"]), st.sampled_from(["", "live"]))
def test_without_a_post_day_and_format_make_the_placement_with_one_the_post_alone(
    one: datetime, other: datetime, form: str, other_form: str
) -> None:
    first = {"account": b"a", "client": "Acme", "post": "", "placed_at": one, "format": form}
    second = {"account": b"a", "client": "acme ", "post": "", "placed_at": other, "format": other_form}
    assert (identity(first) == identity(second)) is (one.date() == other.date() and form == other_form)
    assert identity(first | {"post": "p"}) == identity(second | {"post": "p"})
    assert identity(first | {"post": "p"}) != identity(second | {"post": "q"})
    assert identity(first | {"client": ""}) != identity(second)
