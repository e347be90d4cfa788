"""Mastodon.py, an independent client, and our source read the same server over HTTP alike; recorded answers of a real server are read too."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mastodon
import pytest
from ruamel.yaml import YAML

from collectors.base import Target
from collectors.http import Operator, open_client
from collectors.limits import Pace
from collectors.mastodon import parse
from collectors.mastodon.collector import Mastodon, open_mastodon
from collectors.mastodon.markup import plain_text
from storage.engine import create_store
from storage.records import EngagementKind, EngagementRecord, PostRecord
from tests.collectors.fake_mastodon import HOST, NOW, OWNER, OWNER_ID, FakeMastodon, served
from tests.collectors.mastodon_network import followers, profiles, read


@pytest.fixture
def fake() -> FakeMastodon:
    made = FakeMastodon(250)
    made.feed = [made.status(number, f"<p>post {number} &amp; tea<br>daily</p>") for number in range(90)]
    made.feed[3] = made.boost(3, "fan00001@far.test", "<p>passed on</p>")
    made.reacted = {("01S0000", "favourited_by"): made.members[20:190], ("01S0000", "reblogged_by"): made.members[100:103]}
    return made


@pytest.fixture
def address(fake: FakeMastodon) -> Iterator[str]:
    with served(fake) as made:
        yield made


@pytest.fixture
def ours(tmp_path: Path, address: str) -> Iterator[Mastodon]:
    store = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    with open_client(Operator("ops@example.org")) as client:
        yield open_mastodon(client, Pace(store), address, lambda: NOW)
    store.close()


@pytest.fixture
def peer(address: str) -> mastodon.Mastodon:
    return mastodon.Mastodon(api_base_url=address, version_check_mode="none", ratelimit_method="throw")


def all_of(peer: mastodon.Mastodon, page: Any) -> list[Any]:
    """Every item of a list, page by page as Mastodon.py goes on."""
    found: list[Any] = []
    while page:
        found += page
        page = peer.fetch_next(page)
    return found


def full(acct: str) -> str:
    return acct if "@" in acct else f"{acct}@{HOST}"


def test_both_look_up_the_same_account(peer: mastodon.Mastodon, ours: Mastodon) -> None:
    theirs = peer.account_lookup(OWNER)
    ((record,),) = list(ours.profiles([OWNER]))
    assert theirs.id == OWNER_ID
    assert record.native_id == full(theirs.acct)
    counts = (record.followers, record.following, record.posts)
    assert [each.value for each in counts if each] == [theirs.followers_count, theirs.following_count, theirs.statuses_count]
    assert record.created_at == theirs.created_at
    assert record.bio == plain_text(theirs.note, {"tent"})


@pytest.mark.parametrize("size", [80, 7, 1])
def test_both_read_the_same_followers_in_the_same_order(
    peer: mastodon.Mastodon, ours: Mastodon, fake: FakeMastodon, size: int
) -> None:
    fake.page_size, fake.members = size, fake.members[: 40 * size]
    theirs = all_of(peer, peer.account_followers(OWNER_ID, limit=80))
    mine = read(ours.stream("followers"))
    assert len(theirs) == len(fake.members)
    assert followers(mine) == [full(each.acct) for each in theirs]
    held = profiles(mine)
    assert [held[full(each.acct)].url for each in theirs] == [each.url for each in theirs]


def test_both_read_the_same_posts_in_the_same_order(peer: mastodon.Mastodon, ours: Mastodon) -> None:
    theirs = all_of(peer, peer.account_statuses(OWNER_ID, exclude_replies=True, limit=40))
    mine: list[PostRecord] = read(ours.stream("posts"))
    assert [post.native_id for post in mine] == [each.uri for each in theirs]
    assert [post.created_at for post in mine] == [each.created_at for each in theirs]
    assert [post.is_repost for post in mine] == [each.reblog is not None for each in theirs]
    assert [post.text for post in mine] == [plain_text((each.reblog or each).content) for each in theirs]


@pytest.mark.parametrize("kind", [EngagementKind.LIKE, EngagementKind.REPOST])
def test_both_read_the_same_engagers_in_the_same_order(peer: mastodon.Mastodon, ours: Mastodon, kind: EngagementKind) -> None:
    ask = peer.status_favourited_by if kind is EngagementKind.LIKE else peer.status_reblogged_by
    theirs = all_of(peer, ask("01S0000"))
    mine = [each for each in read(ours.stream("engagers")) if isinstance(each, EngagementRecord) and each.kind is kind]
    assert [each.engager_id for each in mine] == [full(each.acct) for each in theirs]
    assert len(mine) == (170 if kind is EngagementKind.LIKE else 3)


def test_both_are_refused_alike(peer: mastodon.Mastodon, ours: Mastodon, fake: FakeMastodon) -> None:
    fake.wants_token = "a token"  # noqa: S105 - of the fake
    with pytest.raises(mastodon.MastodonUnauthorizedError):
        peer.account_lookup(OWNER)
    assert list(ours.profiles([OWNER])) == []
    assert "(401)" in str(ours.why_missing(OWNER))


# Recorded answers of a real server: shapes only; they are read where they lie and nothing of them is quoted


@pytest.fixture(scope="session")
def recorded(real_data: Path) -> list[tuple[str, Any, dict[str, Any]]]:
    """Address, body and headers of every recorded answer."""
    folder = real_data / "api_fixtures" / "mastodon_py"
    if not folder.is_dir():
        pytest.skip(f"no recorded answers at {folder}")
    calls = [call for path in sorted(folder.glob("*.yaml")) for call in YAML(typ="safe").load(path)["interactions"]]
    return [
        (call["request"]["uri"], json.loads(call["response"]["body"]["string"]), call["response"]["headers"]) for call in calls
    ]


def accounts(recorded: list[tuple[str, Any, dict[str, Any]]]) -> list[dict[str, Any]]:
    listed = [entity for _, body, _ in recorded for entity in (body if isinstance(body, list) else [body])]
    return [entity for entity in listed if "acct" in entity]


def test_recorded_accounts_are_read(recorded: list[tuple[str, Any, dict[str, Any]]]) -> None:
    found = accounts(recorded)
    assert len(found) >= 16
    for entity in found:
        record = parse.account(entity, "recorded.test", NOW)
        assert record is not None, "a new account, which said nothing about being found"
        assert record.native_id == f"{entity['acct'].lower()}@recorded.test"
        assert (record.name or "") == entity["display_name"]
        assert "<" not in (record.bio or "")
        assert record.has_avatar is not entity["avatar"].endswith("/missing.png")
        assert record.followers is not None
        assert record.followers.value == entity["followers_count"]
        assert record.created_at == datetime(2026, 8, 1, tzinfo=UTC)
        standing = parse.standing(entity, record.native_id, "localhost:3000")
        assert (standing.local_id, standing.local, standing.refused) == (entity["id"], True, "")
        assert standing.posts is entity["indexable"], "false of a new account: it has not opened its posts to search"


def test_recorded_lists_are_read(recorded: list[tuple[str, Any, dict[str, Any]]]) -> None:
    lists = [body for uri, body, _ in recorded if uri.rsplit("/", 1)[-1] in {"followers", "following", "follow_requests"}]
    assert len(lists) >= 4
    for body in lists:
        batch = parse.follow_page(body, None, OWNER, theirs=True, domain="recorded.test", whole=True, now=NOW)
        assert (batch.items, len(followers(list(batch.records)))) == (len(body), len(body))


def test_recorded_headers_are_read(recorded: list[tuple[str, Any, dict[str, Any]]]) -> None:
    from collectors.limits import calls_left, seconds_until_reset
    from collectors.mastodon.client import next_query

    links = [(uri, headers["link"][0]) for uri, _, headers in recorded if "link" in headers]
    assert links
    assert [next_query(link, uri) for uri, link in links] == [None] * len(links), "they have only a page before"
    flat = [{name: values[0] for name, values in headers.items()} for _, _, headers in recorded]
    assert {calls_left(headers) for headers in flat} <= set(range(300))
    begun = datetime(2026, 8, 1, 13, 40, tzinfo=UTC).timestamp()
    assert all(seconds_until_reset(headers, begun) is not None for headers in flat)


def test_the_target_of_a_stream_is_an_address_and_not_a_number(ours: Mastodon) -> None:
    with pytest.raises(Exception, match="user@server"):
        ours.stream("followers").page(Target("mastodon", OWNER_ID), None)
