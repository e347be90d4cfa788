"""Bluesky against its fake: the contract of every source, and what is Bluesky's own."""

from tests.collectors.contract import SourceContract
from tests.collectors.fake_bluesky import FakeBluesky


class TestBlueskyContract(SourceContract):
    def fake(self, members: int = 250) -> FakeBluesky:
        return FakeBluesky(members)


class TestBlueskyContractAhead(SourceContract):
    """The same with a page fetched while the one before it is written, as live collections do."""

    ahead = True

    def fake(self, members: int = 250) -> FakeBluesky:
        return FakeBluesky(members)
