"""The AT Protocol network of these tests: started once, skipped (and said so) where it is not set up."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.atproto.network import Network, installed

FOLLOWERS = 2_000


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """A running network whose first account has 2,000 followers and a few more; its PDS limits calls as the real one does."""
    named = os.environ.get("ATPROTO_NETWORK")
    if named is None or not installed(Path(named)):
        pytest.skip("no AT Protocol network is set up (`make test-atproto` sets it up)")
    work = Path(tempfile.mkdtemp(prefix="fanfit-atproto-"))  # not pytest's own folder: the user postgres may not enter that
    made = Network(Path(named), work, FOLLOWERS, accounts=6, limited=True)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(work)
