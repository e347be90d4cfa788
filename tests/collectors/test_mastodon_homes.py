"""Mastodon: accounts are asked at their home servers, tokens go to their own host, one server's refusal is no other's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.base import Target
from collectors.errors import RetryLater, SkipTarget, StopRun
from collectors.mastodon.client import token_name
from collectors.mastodon.collector import HOME
from collectors.paginate import End
from collectors.run import collect
from storage.engine import Store, create_store
from storage.pulling import StreamKey, begin_pull
from storage.records import (
    Frame,
    Order,
    Provenance,
    PullFacts,
)
from storage.tables import PULL
from tests.collectors.fake_mastodon import HOST, NOW, OWNER, OWNER_ID, SERVICE, FakeMastodon
from tests.collectors.mastodon_network import TARGET, Network, Opened, followers, opener, read

TOKEN = "planted-token-91bc"  # noqa: S105 - planted, to be searched for


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield made
    made.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Opened]:
    with opener(store) as made:
        yield made


# Homes


def test_a_list_is_read_at_the_home_server_with_one_lookup_and_nobody_elses_server_is_asked(opened: Opened) -> None:
    network = Network()
    found = read(opened(network).stream("followers"))
    assert followers(found) == network.home.members
    assert network.asked == [f"{HOST}/accounts/lookup", *[f"{HOST}/accounts/{OWNER_ID}/followers"] * 3]


def test_the_local_id_is_remembered_between_streams(opened: Opened) -> None:
    network = Network()
    source = opened(network)
    assert [record.native_id for page in source.profiles([f"@{OWNER.title()}"]) for record in page] == [OWNER]
    for name in ("followers", "followees", "posts"):
        read(source.stream(name))
    assert network.asked.count(f"{HOST}/accounts/lookup") == 1


def test_another_server_may_be_named_and_what_it_knows_is_no_complete_list(opened: Opened, store: Store) -> None:
    class Elsewhere(FakeMastodon):
        def lookup(self, acct: str) -> httpx.Response:
            return httpx.Response(200, json={**self.entity(OWNER), "acct": acct})

    network = Network(**{"other.test": Elsewhere(100)})
    stream = opened(network, "https://other.test").stream("followers")
    facts = PullFacts(stream.list_kind, Frame.UNKNOWN, NOW, Order.NEWEST_FIRST)  # type: ignore[arg-type]
    pull = begin_pull(
        store, StreamKey("mastodon", "followers", OWNER), Provenance("a", "b", NOW), now=NOW, facts=facts, indexer=None
    )
    assert collect(stream, TARGET, pull, items=None, clock=lambda: NOW).end is End.LIST
    with store.read() as conn:
        assert [(row.frame, row.seen) for row in conn.execute(PULL.select())] == [("unknown", 100)]
    assert {each.partition("/")[0] for each in network.asked} == {"other.test"}


def test_a_local_account_of_another_server_gets_that_servers_host(opened: Opened) -> None:
    class Elsewhere(FakeMastodon):
        def lookup(self, acct: str) -> httpx.Response:
            return httpx.Response(200, json={**self.entity(OWNER), "acct": acct})

    found = followers(read(opened(Network(**{"other.test": Elsewhere(4)}), "https://other.test").stream("followers")))
    assert found == ["fan00000@other.test", "fan00001@far.test", "fan00002@other.test", "fan00003@far.test"]


def test_an_answer_about_somebody_else_is_not_taken(opened: Opened) -> None:
    network = Network()
    network.home.traits[OWNER] = {"acct": "another"}
    with pytest.raises(SkipTarget, match="another account"):
        opened(network).stream("followers").page(TARGET, None)


@pytest.mark.parametrize(
    "address", ["brand", "brand@localhost", "brand@127.0.0.1", "brand@10.0.0.7:8080", "a/b@social.test", "@", ""]
)
def test_what_is_no_public_address_is_never_asked(opened: Opened, address: str) -> None:
    network = Network()
    source = opened(network)
    assert list(source.profiles([address])) == []
    assert source.why_missing(address) == "no address of the form user@server"
    with pytest.raises(SkipTarget):
        source.stream("posts").page(Target("mastodon", address), None)
    assert network.asked == []


def test_a_server_that_is_away_costs_its_own_accounts_and_is_not_asked_again(opened: Opened) -> None:
    network = Network()
    source = opened(network)
    found = [record.native_id for page in source.profiles(["a@away.test", OWNER, "b@away.test"]) for record in page]
    assert found == [OWNER]
    assert "away.test did not answer" in str(source.why_missing("a@away.test"))
    assert source.why_missing("a@away.test") == source.why_missing("b@away.test")
    assert sum("away" in each for each in network.asked) == 3, "the attempts of one call"
    with pytest.raises(SkipTarget, match=r"away\.test did not answer"):
        source.stream("posts").page(Target("mastodon", "c@away.test"), None)


@pytest.mark.parametrize("name", ["followers", "followees", "posts", "engagers"])
@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(200, json={"odd": 1})])
def test_a_server_that_fails_after_the_lookup_ends_no_run(opened: Opened, name: str, answer: httpx.Response) -> None:
    fake = FakeMastodon(200)
    network = Network(**{HOST: lambda request: fake(request) if "lookup" in request.url.path else answer})
    with pytest.raises(SkipTarget):
        opened(network).stream(name).page(TARGET, None)
    with pytest.raises((RetryLater, StopRun)):
        opened(network, SERVICE).stream(name).page(TARGET, None)


def test_in_the_middle_of_a_list_a_server_is_waited_for(opened: Opened) -> None:
    fake = FakeMastodon(200)
    network = Network(**{HOST: lambda request: httpx.Response(500) if "max_id" in request.url.params else fake(request)})
    stream = opened(network).stream("followers")
    cursor = stream.page(TARGET, None).cursor
    with pytest.raises(RetryLater):
        stream.page(TARGET, cursor)


@pytest.mark.parametrize("service", [HOME, "https://away.test"])
def test_the_only_server_being_away_is_a_reason_to_come_back_later(opened: Opened, service: str) -> None:
    with pytest.raises(RetryLater, match=r"away\.test did not answer"):
        list(opened(Network(), service).profiles(["a@away.test", "b@away.test"]))


def test_the_named_server_being_away_stops_a_stream_too(opened: Opened) -> None:
    with pytest.raises(RetryLater):
        opened(Network(), "https://away.test").stream("followers").page(TARGET, None)


# Tokens and refusals


def test_a_server_that_wants_a_token_is_skipped_with_the_name_of_the_secret(opened: Opened) -> None:
    network = Network()
    network.home.wants_token = TOKEN
    source = opened(network)
    with pytest.raises(SkipTarget) as caught:
        source.stream("followers").page(TARGET, None)
    assert (
        caught.value.reason
        == f"{HOST} answers only readers who are signed in (401): set FANFIT_MASTODON_TOKEN_SOCIAL_TEST to a token with read access"
    )
    assert list(source.profiles([OWNER])) == []
    assert source.why_missing(OWNER) == caught.value.reason


def test_a_token_goes_to_its_host_and_to_no_other(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network(**{"far.test": FakeMastodon(3)})
    network.home.wants_token = TOKEN
    monkeypatch.setenv("FANFIT_MASTODON_TOKEN_SOCIAL_TEST", TOKEN)
    source = opened(network)
    assert followers(read(source.stream("followers"))) == network.home.members
    list(source.profiles([OWNER, "fan00001@far.test"]))
    far: Any = network.servers["far.test"]
    assert set(network.home.tokens) == {f"Bearer {TOKEN}"}
    assert set(far.tokens) == {None}


def test_a_token_that_is_refused_is_named_and_not_shown(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    network.home.wants_token = TOKEN
    monkeypatch.setenv("FANFIT_MASTODON_TOKEN_SOCIAL_TEST", "planted-old-token")
    source = opened(network)
    with pytest.raises(SkipTarget, match="does not accept the token in FANFIT_MASTODON_TOKEN_SOCIAL_TEST") as caught:
        source.stream("followers").page(TARGET, None)
    assert "planted" not in f"{caught.value!r} {caught.value.__context__!r} {source!r}"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, b'{"error": "This API requires an authenticated user"}', "FANFIT_MASTODON_TOKEN"),
        (401, b"<html>", "FANFIT_MASTODON_TOKEN"),
        (403, b'{"error": "This action is not allowed"}', "social.test refuses this call"),
        (403, b"<html>checking your browser", "social.test refuses this call"),
        (404, b'{"error": "Record not found"}', "not found"),
        (410, b'{"error": "Gone"}', "not found"),
        (422, b'{"error": "Validation failed"}', "422"),
        (301, b"", "sources.mastodon"),
    ],
)
def test_one_servers_refusal_is_about_its_accounts(opened: Opened, status: int, body: bytes, said: str) -> None:
    network = Network(**{HOST: lambda _: httpx.Response(status, content=body)})
    with pytest.raises(SkipTarget) as caught:
        opened(network).stream("followers").page(TARGET, None)
    assert said in caught.value.reason
    assert "brand" not in str(caught.value)


def test_an_odd_home_server_costs_its_own_accounts_and_the_named_one_needs_a_human(opened: Opened) -> None:
    network = Network(**{"odd.test": lambda _: httpx.Response(200, json=["not an account"])})
    source = opened(network)
    assert [record.native_id for page in source.profiles(["a@odd.test", OWNER]) for record in page] == [OWNER]
    assert "API may have changed" in str(source.why_missing("a@odd.test"))
    with pytest.raises(StopRun):
        list(opened(network, "https://odd.test").profiles([OWNER]))


@given(host=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9-]{1,5}){1,2}(:\d{2,4})?", fullmatch=True))
def test_a_secrets_name_is_an_environment_variables_name(host: str) -> None:
    name = token_name(host)
    assert name.startswith("FANFIT_MASTODON_TOKEN_")
    assert name.isidentifier()
    assert name == name.upper()
