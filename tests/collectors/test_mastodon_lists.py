"""Mastodon: pages and their limits, hidden lists, who asks not to be read, what a page carries, engagers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.errors import LiveError, SkipTarget
from collectors.http import Operator, open_client
from collectors.limits import Pace
from collectors.mastodon.client import next_query
from collectors.mastodon.collector import HOME, open_mastodon
from storage.engine import Store, create_store
from storage.records import (
    EngagementKind,
    EngagementRecord,
    PostRecord,
)
from storage.tables import RATE_WINDOW
from tests.collectors.contract import Clock
from tests.collectors.fake_mastodon import HOST, NOW, OWNER, SERVICE, FakeMastodon, refused
from tests.collectors.mastodon_network import TARGET, Network, Opened, followers, opener, profiles, read


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield made
    made.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Opened]:
    with opener(store) as made:
        yield made


# Paging


def test_a_list_longer_than_the_paging_limit_is_read_without_being_refused_once(store: Store) -> None:
    network, clock = Network(), Clock()
    network.home.members, network.home.page_size = network.home.members * 4, 2
    network.home.clock = clock.now
    with open_client(Operator("ops@example.org"), transport=httpx.MockTransport(network)) as client:
        clock.seconds -= clock.seconds % 900  # the server's windows begin where ours do
        source = open_mastodon(client, Pace(store, clock=clock, sleep=clock.sleep, patience=1000), HOME, clock.now)
        assert len(followers(read(source.stream("followers")))) == 800
    assert network.home.refused == 0
    assert sum(clock.slept) == pytest.approx(900, abs=1), "401 pages: a second window"


def test_calls_that_page_count_against_both_limits_and_the_servers_name_is_kept_nowhere(
    opened: Opened, store: Store, tmp_path: Path
) -> None:
    source = opened(Network())
    list(source.profiles([OWNER]))
    with store.read() as conn:
        assert len(conn.execute(RATE_WINDOW.select()).all()) == 1, "a call that does not page counts against one"
    read(source.stream("followers"))
    with store.read() as conn:
        assert [row.used for row in conn.execute(RATE_WINDOW.select())] == [15, 15], "a block each: of 300 a twentieth"
    store.close()
    assert [path for path in tmp_path.iterdir() if HOST.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("", None),
        ('<https://a.test/x?since_id=3>; rel="prev"', None),
        ('<https://a.test/x?max_id=3>; rel="next"', "max_id=3"),
        ("<https://a.test/x?max_id=3>; rel=next", "max_id=3"),
        ('<https://a.test/x?a=b,c&max_id=3>; title="x"; rel="next", <https://a.test/x?since_id=9>; rel="prev"', "a=b,c&max_id=3"),
        ('<http://a.test/x?max_id=3>; rel="next"', "max_id=3"),
        ('</x?max_id=3>; rel="next"', "max_id=3"),
        ('<https://a.test/x>; rel="nextish"', None),
        ("garbage", None),
    ],
)
def test_links_are_read_as_they_are_written(link: str, found: str | None) -> None:
    assert next_query(link, "https://a.test/x") == found


@pytest.mark.parametrize("target", ["https://evil.test/x?max_id=3", "//evil.test/x?a", "https://a.test/y?max_id=3", "https://a.test:444/x?a", "ftp://a.test/x?a", "https://a.test@evil.test/x?a"])  # fmt: skip
def test_a_next_page_elsewhere_is_refused(target: str) -> None:
    with pytest.raises(SkipTarget, match=r"a\.test names a page of another server"):
        next_query(f'<{target}>; rel="next"', "https://a.test/x")


def test_a_link_to_another_host_is_not_followed(opened: Opened) -> None:
    network = Network(**{"evil.test": FakeMastodon(200)})
    network.home.next_host = "evil.test"
    with pytest.raises(SkipTarget):
        read(opened(network).stream("followers"))
    assert {each.partition("/")[0] for each in network.asked} == {HOST}


# Hidden lists


@pytest.mark.parametrize("name", ["followers", "followees"])
def test_an_empty_list_of_an_account_with_followers_is_hidden_not_empty(opened: Opened, name: str) -> None:
    network = Network()
    network.home.hidden = True
    with pytest.raises(SkipTarget) as caught:
        opened(network).stream(name).page(TARGET, None)
    assert caught.value.reason == (
        "its follower list is hidden" if name == "followers" else "the list of whom it follows is hidden"
    )


def test_an_account_without_followers_has_an_empty_list(opened: Opened) -> None:
    assert read(opened(Network(**{HOST: FakeMastodon(0)})).stream("followers")) == []


def test_pleroma_says_that_a_list_is_hidden_where_it_hides_the_count_too(opened: Opened) -> None:
    network = Network()
    network.home.hidden = True
    network.home.traits[OWNER] = {"followers_count": 0, "pleroma": {"hide_followers": True, "hide_followers_count": True}}
    source = opened(network)
    ((record,),) = list(source.profiles([OWNER]))
    assert record.followers is None
    with pytest.raises(SkipTarget, match="hidden"):
        source.stream("followers").page(TARGET, None)


# Who asks not to be read

REFUSALS: list[dict[str, Any]] = [
    {"noindex": True}, {"discoverable": False}, {"note": "<p>hi <b>#nobots</b></p>"}, {"note": "<p>camper. No bots, please</p>"},
    {"display_name": "Anna #NoBot"}, {"fields": [{"name": "crawlers", "value": "<span>no-bots</span>"}]}, {"note": "#NoIndex #NoSearch"},
    {"suspended": True}, {"memorial": True},
]  # fmt: skip
NO_REFUSALS: list[dict[str, Any]] = [
    {"noindex": None}, {"discoverable": None}, {"note": "I build robots; no botany here"}, {"note": "nobotsford"}, {"limited": True},
    {"indexable": False}, {"bot": True},
]  # fmt: skip


@pytest.mark.parametrize("trait", REFUSALS, ids=str)
def test_of_who_asks_not_to_be_read_only_the_follow_is_kept(opened: Opened, trait: dict[str, Any]) -> None:
    network = Network()
    quiet = network.home.members[4]
    network.home.traits[quiet] = trait
    found = read(opened(network).stream("followers"))
    assert followers(found) == network.home.members
    assert set(profiles(found)) == set(network.home.members) - {quiet}


@pytest.mark.parametrize("trait", REFUSALS, ids=str)
def test_who_asks_not_to_be_read_is_no_target(opened: Opened, trait: dict[str, Any]) -> None:
    network = Network()
    network.home.traits[OWNER] = trait
    source = opened(network)
    assert list(source.profiles([OWNER])) == []
    why = source.why_missing(OWNER)
    for name in ("followers", "followees", "posts", "engagers"):
        with pytest.raises(SkipTarget) as caught:
            source.stream(name).page(TARGET, None)
        assert caught.value.reason == why
    assert network.asked == [f"{HOST}/accounts/lookup"]


@pytest.mark.parametrize("trait", NO_REFUSALS, ids=str)
def test_what_is_no_refusal_is_not_taken_for_one(opened: Opened, trait: dict[str, Any]) -> None:
    network = Network()
    network.home.traits = {network.home.members[4]: trait, OWNER: trait}
    source = opened(network)
    found = read(source.stream("followers"))
    assert set(profiles(found)) == set(network.home.members)
    assert [record.native_id for page in source.profiles([OWNER]) for record in page] == [OWNER]


def test_a_moved_account_is_no_target_and_stays_a_follower(opened: Opened) -> None:
    network = Network()
    network.home.traits = {each: {"moved": {"acct": "new@far.test"}} for each in (OWNER, network.home.members[0])}
    source = opened(network)
    with pytest.raises(SkipTarget, match="moved") as caught:
        source.stream("followers").page(TARGET, None)
    assert "new@" not in caught.value.reason
    del network.home.traits[OWNER]
    assert network.home.members[0] in profiles(read(opened(network).stream("followers")))


def test_posts_that_may_not_be_searched_are_not_asked_for(opened: Opened) -> None:
    network = Network()
    network.home.feed = [network.home.status(0, "<p>hello</p>")]
    network.home.traits[OWNER] = {"indexable": False}
    source = opened(network)
    assert read(source.stream("posts")) == []
    assert followers(read(source.stream("followers"))) == network.home.members
    assert not any("statuses" in each for each in network.asked)


# What a page carries


def test_profiles_of_a_list_are_text_and_counts_as_the_server_knows_them(opened: Opened) -> None:
    network = Network()
    network.home.traits = {
        "fan00001@far.test": {"followers_count": 0, "statuses_count": 0},
        f"fan00002@{HOST}": {"statuses_count": 0},
    }
    found = profiles(read(opened(network).stream("followers")))
    local, far, none = found[f"fan00000@{HOST}"], found["fan00001@far.test"], found[f"fan00002@{HOST}"]
    assert (local.name, local.bio, local.handle) == ("Fan00000", "about fan00000 & camping\ndaily", f"fan00000@{HOST}")
    assert (local.followers, local.following, local.posts) != (None, None, None)
    assert local.has_avatar is True
    assert local.created_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert (far.followers, far.posts) == (None, None), "a zero from afar is not known to be one"
    assert none.posts is not None
    assert none.posts.value == 0


def test_posts_are_own_and_boosted_and_only_public_ones(opened: Opened) -> None:
    fake = FakeMastodon(6)
    fake.traits = {"fan00003@far.test": {"discoverable": False}, "fan00005@far.test": {"indexable": False}}
    fake.feed = [
        fake.status(0, "<p>周末去<a>#<span>露营</span></a></p>"),
        fake.status(1, "<p>for followers</p>", visibility="private"),
        fake.status(2, "<p>between us</p>", visibility="direct"),
        fake.status(3, "<p>quietly :tent:</p>", visibility="unlisted", spoiler_text="gear", emojis=[{"shortcode": "tent"}]),
        fake.boost(4, "fan00001@far.test", "<p>a tent</p>"),
        fake.boost(5, "fan00003@far.test", "<p>of the quiet</p>"),
        fake.boost(6, "fan00005@far.test", "<p>not to be searched</p>"),
        fake.boost(7, "fan00001@far.test", "<p>for followers, boosted</p>", visibility="private"),
        fake.status(8, "<p>no visibility</p>", visibility=None),
    ]  # fmt: skip
    found: list[PostRecord] = read(opened(Network(**{HOST: fake})).stream("posts"))
    assert [(post.text, post.is_repost) for post in found] == [
        ("周末去#露营", False),
        ("gear\n\nquietly", False),
        ("a tent", True),
    ]
    assert found[0].native_id == f"https://{HOST}/users/brand/statuses/01S0000"
    assert {post.author_id for post in found} == {OWNER}
    assert found[0].created_at == datetime(2026, 11, 1, 11, tzinfo=UTC)


def test_posts_are_paged_to_their_end_newest_first(opened: Opened) -> None:
    fake = FakeMastodon(2)
    fake.feed = [fake.status(number, f"<p>post {number}</p>") for number in range(95)]
    found: list[PostRecord] = read(opened(Network(**{HOST: fake})).stream("posts"))
    assert [post.text for post in found] == [f"post {number}" for number in range(95)]
    batch = opened(Network(**{HOST: fake})).stream("posts").page(TARGET, None)
    assert (batch.newest, batch.items) == (datetime(2026, 11, 1, 11, tzinfo=UTC), 40)


# Engagers


def test_engagers_are_read_post_by_post_with_their_profiles(opened: Opened) -> None:
    fake = FakeMastodon(200)
    fake.feed = [fake.status(0, "<p>one</p>"), fake.boost(1, "fan00001@far.test", "<p>another's</p>"),
                 fake.status(2, "<p>hidden</p>", visibility="private"), fake.status(3, "<p>two</p>")]  # fmt: skip
    fake.reacted = {("01S0000", "favourited_by"): fake.members[:170], ("01S0000", "reblogged_by"): fake.members[5:9],
                    ("01S0003", "context"): [fake.members[0], OWNER, fake.members[0]]}  # fmt: skip
    fake.traits[fake.members[3]] = {"discoverable": False}
    found = read(opened(Network(**{HOST: fake})).stream("engagers"))
    reactions = [record for record in found if isinstance(record, EngagementRecord)]
    of = {kind: [record.engager_id for record in reactions if record.kind is kind] for kind in EngagementKind}
    assert of[EngagementKind.LIKE] == fake.members[:170]
    assert of[EngagementKind.REPOST] == fake.members[5:9]
    assert of[EngagementKind.REPLY] == [fake.members[0], OWNER, fake.members[0]]
    assert of[EngagementKind.QUOTE] == []
    assert {record.post_id for record in reactions} == {
        f"https://{HOST}/users/brand/statuses/{number}" for number in ("01S0000", "01S0003")
    }
    assert {record.account_id for record in reactions} == {OWNER}
    assert fake.members[3] not in profiles(found)
    assert set(fake.members[:170]) - set(profiles(found)) == {fake.members[3]}
    assert all((record.at is not None) == (record.kind is EngagementKind.REPLY) for record in reactions)


def test_answers_deeper_down_or_not_public_are_none(opened: Opened) -> None:
    fake = FakeMastodon(9)
    fake.feed = [fake.status(0, "<p>one</p>")]
    first, other, quiet = (fake.answer(fake.members[at], "01S0000", at) for at in range(3))
    below = {"ancestors": [fake.answer(fake.members[5], "01S0000", 9)], "descendants": [first, {**other, "in_reply_to_id": "01R0000"}, {**quiet, "visibility": "private"}]}  # fmt: skip
    network = Network(
        **{HOST: lambda request: httpx.Response(200, json=below) if "context" in request.url.path else fake(request)}
    )
    found = [record for record in read(opened(network).stream("engagers")) if isinstance(record, EngagementRecord)]
    assert [record.engager_id for record in found] == [fake.members[0]]


def test_a_post_that_is_gone_has_no_engagers_and_the_others_have(opened: Opened) -> None:
    fake = FakeMastodon(9)
    fake.feed = [fake.status(0, "<p>one</p>"), fake.status(1, "<p>two</p>")]
    fake.reacted = {(each, "favourited_by"): fake.members for each in ("01S0000", "01S0001")}
    network = Network(
        **{HOST: lambda request: refused(404, "Record not found") if "01S0000" in request.url.path else fake(request)}
    )
    found = [record for record in read(opened(network).stream("engagers")) if isinstance(record, EngagementRecord)]
    assert [record.engager_id for record in found] == fake.members
    assert {record.post_id for record in found} == {f"https://{HOST}/users/brand/statuses/01S0001"}


JSON = st.recursive(st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["id", "acct", "note", "fields", "emojis", "reblog", "account", "visibility", "uri", "created_at", "moved", "pleroma"]), inner, max_size=6), max_leaves=12)  # fmt: skip


@settings(max_examples=150)
@given(entity=JSON)
def test_whatever_a_server_says_it_is_read_or_refused_in_our_words(entity: Any) -> None:
    from collectors.mastodon import parse

    for attempt in (
        lambda: parse.standing(entity, OWNER, HOST),
        lambda: parse.follow_page([entity], None, OWNER, theirs=True, domain=HOST, whole=True, now=NOW),
        lambda: parse.status_page([entity], None, OWNER, NOW),
        lambda: parse.reply_page({"descendants": [entity]}, "1", OWNER, "u", HOST, NOW),
    ):
        try:
            attempt()
        except LiveError as error:
            assert len(str(error)) < 200  # noqa: PT017 - an answer's own text is not quoted


def test_the_same_account_spelled_otherwise_is_the_same(opened: Opened) -> None:
    network = Network()
    network.home.traits = {network.home.members[1]: {"acct": "Fan00001@FAR.test"}}
    assert followers(read(opened(network, SERVICE).stream("followers"))) == network.home.members
