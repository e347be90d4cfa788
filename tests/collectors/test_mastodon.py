"""The Mastodon source against its fake: the contract of every source, and what is Mastodon's own."""

from collections.abc import Callable

import pytest

from collectors.errors import StopRun
from collectors.paginate import End
from tests.collectors.contract import Rig, SourceContract, answers
from tests.collectors.fake_mastodon import FakeMastodon


class TestMastodonContract(SourceContract):
    def fake(self, members: int = 250) -> FakeMastodon:
        return FakeMastodon(members)

    @pytest.mark.parametrize("body", [b"{}", b"7", b'[{"unexpected": true}]', b'{"error": null}', b'["x"]', b'[{"acct": 7}]'])
    def test_json_of_another_shape_needs_a_human(self, rig: Callable[..., Rig], body: bytes) -> None:
        """Here an empty list is a page like any other."""
        made = rig({1: answers(200, body)})
        with pytest.raises(StopRun, match="API may have changed"):
            made.pull()
        assert made.pull().end is End.LIST
        self.complete(made)
