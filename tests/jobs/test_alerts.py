"""Rules of alerts: limits of a day that are nearly used up, in money and in calls; gains beyond the usual, and no losses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from cli.opening import day_limits
from cli.settings import load_settings
from cli.wiring import Session
from collectors.errors import RetryLater
from collectors.http import Operator, open_client
from collectors.limits import Limit, Pace, calls_used
from collectors.youtube.client import KEY, UNITS
from collectors.youtube.collector import open_youtube
from jobs.alerts import DayLimits, grown, near_limits
from reports.rescoring import alert_sentences
from scoring.results import AccountRef
from storage import windows
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.pulling import watch
from storage.records import AccountRecord, Count, Provenance
from storage.spending import day_of, reserve
from tests.collectors.fake_youtube import OWNER, SERVICE, FakeYouTube

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUOTA = Limit("youtube units", 100, 86_400.0, "docs", zone="America/Los_Angeles")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/f.db", key=bytes(range(32)), vault_path=tmp_path / "v.db")
    yield made
    made.close()


def counted(store: Store, who: str, counts: list[int]) -> dict[bytes, AccountRef]:
    """One count a day, the last of them at NOW."""
    watch(store, "x", [who], now=NOW)
    rows = [
        AccountRecord("x", who, NOW - timedelta(days=back), handle=who, followers=Count(count))
        for back, count in enumerate(reversed(counts))
    ]
    number = begin_import(store, ImportRequest("accounts", who, who, {}, Provenance("test", "test", NOW)), now=NOW).import_id
    PageWriter(store, number, now=NOW, indexer=None).write(rows, position=len(rows))
    finish_import(store, number, now=NOW)
    return {store.pseudonymiser.one("x", who): AccountRef("x", who, who)}


def line(size: int, at: int, days: int = 40) -> list[int]:
    return [20_000 + 20 * day + (size if day >= at else 0) for day in range(days)]


@pytest.mark.parametrize(
    ("counts", "told"),
    [(line(0, 0), []), (line(3_000, 37), ["3,020"]), (line(-3_000, 37), []), (line(3_000, 20), []), (line(3_000, 37)[-9:], [])],
    ids=["usual", "a gain since then", "a loss since then", "a gain before", "too little history"],
)
def test_a_gain_that_is_not_usual_is_an_alert(store: Store, counts: list[int], told: list[str]) -> None:
    found = grown(store, counted(store, "shanxing", counts), NOW - timedelta(days=7), NOW)
    assert [each.values["people"] for each in found] == told


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "shanxing 有异常增长迹象(2026-10-31,约 3,020 人)"),
        ("en", "shanxing shows signs of unusual growth (2026-10-31, about 3,020 followers)"),
    ],
)
def test_a_gain_in_words(store: Store, lang: str, said: str) -> None:
    found = grown(store, counted(store, "shanxing", line(3_000, 37)), NOW - timedelta(days=7), NOW)
    assert list(alert_sentences(tuple(found), lang)) == [said]  # type: ignore[arg-type]


def test_what_was_counted_after_the_report_is_the_next_ones(store: Store) -> None:
    accounts = counted(store, "shanxing", line(3_000, 37))
    then = NOW - timedelta(days=4)
    assert grown(store, accounts, NOW - timedelta(days=11), then) == []
    assert len(grown(store, accounts, then, NOW)) == 1


@pytest.mark.parametrize(("spent", "alerts"), [(0, 0), (7_999_999, 0), (8_000_000, 1), (10_000_000, 1)])
def test_money_that_is_nearly_spent(store: Store, spent: int, alerts: int) -> None:
    reserve(store, "x", day_of(NOW), spent, limit=10**9)
    found = near_limits(store, [DayLimits("x", micro=10_000_000), DayLimits("bluesky")], NOW)
    assert len(found) == alerts
    assert near_limits(store, [DayLimits("x", micro=10_000_000)], NOW + timedelta(days=1)) == []


def test_money_where_nothing_may_be_bought_is_no_alert(store: Store) -> None:
    assert near_limits(store, [DayLimits("x", micro=0)], NOW) == []


@pytest.mark.parametrize(("calls", "alerts"), [(0, 0), (75, 0), (80, 1), (100, 1)])
def test_a_quota_that_is_nearly_used(store: Store, calls: int, alerts: int) -> None:
    pace = Pace(store, clock=NOW.timestamp)
    for _ in range(calls):
        pace.wait("api.test", QUOTA)
    pace.close()
    limits = [DayLimits("youtube", "api.test", (QUOTA,))]
    assert calls_used(store, "api.test", QUOTA, NOW.timestamp()) == calls
    assert len(near_limits(store, limits, NOW)) == alerts
    assert near_limits(store, limits, NOW + timedelta(days=1)) == [], "the next day is whole again"


def test_a_quota_that_the_platform_says_is_used_up(store: Store) -> None:
    Pace(store, clock=NOW.timestamp).used_up("api.test", QUOTA)
    assert calls_used(store, "api.test", QUOTA, NOW.timestamp()) == 100


def test_the_window_of_a_limit_without_a_zone_ends(store: Store) -> None:
    plain = Limit("calls", 10, 60.0, "docs")
    windows.take(store, plain.scope("h", 0), calls=10, seconds=60, want=4, now=1000.0)
    assert calls_used(store, "h", plain, 1059.0) == 4
    assert calls_used(store, "h", plain, 1060.0) == 0


@pytest.mark.parametrize(("lang", "said"), [("zh", "x 今日已用 $9,上限 $10"), ("en", "x: $9 of today's $10 are used")])
def test_in_words(store: Store, lang: str, said: str) -> None:
    reserve(store, "x", day_of(NOW), 9_000_000, limit=10**9)
    found = near_limits(store, [DayLimits("x", micro=10_000_000)], NOW)
    assert list(alert_sentences(tuple(found), lang)) == [said]  # type: ignore[arg-type]


def limits_of(folder: Path) -> list[DayLimits]:
    (folder / "fanfit.toml").write_text(f'[sources]\nyoutube = "{SERVICE}/"\n[spending]\nrun = 2\nday = 10\n', "utf-8")
    return list(day_limits(Session(load_settings(folder), folder, "en", debug=False)))


def test_the_limits_of_a_workspace(tmp_path: Path) -> None:
    found = {each.platform: each for each in limits_of(tmp_path)}
    assert found["youtube"].host == "youtube.test"
    assert UNITS in found["youtube"].quotas
    assert (found["youtube"].micro, found["x"].micro, found["x"].quotas) == (0, 10_000_000, ())
    assert found["bluesky"].quotas == (), "what is free again within minutes is no limit of a day"


def test_units_that_a_collection_used_are_counted_against_the_workspace_s_limit(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, "planted-key-17")
    fake = FakeYouTube(0)
    with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(fake)) as client:
        pace = Pace(store, clock=NOW.timestamp, patience=0)
        source = open_youtube(client, pace, SERVICE, lambda: NOW)
        list(source.profiles([OWNER]))
        pace.close()
        (mine,) = [each for each in limits_of(tmp_path) if each.platform == "youtube"]
        assert calls_used(store, mine.host, UNITS, NOW.timestamp()) == 1
        assert near_limits(store, [mine], NOW) == []
        fake.quota = 1
        with pytest.raises(RetryLater, match="used up until midnight"):
            list(source.profiles([OWNER]))
    assert [each.values["most"] for each in near_limits(store, [mine], NOW)] == ["10,000 (units)"]
