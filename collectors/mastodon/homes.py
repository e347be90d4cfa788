"""Where an account is asked, and under which local id: looked up at its home server when needed, remembered as long as this lives."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from collectors.errors import RetryLater, SkipTarget, StopRun
from collectors.mastodon import parse
from collectors.mastodon.addresses import as_address
from collectors.mastodon.client import Client
from collectors.mastodon.parse import Standing
from storage.records import AccountRecord


@dataclass(slots=True)
class Homes:
    """Accounts by address. `service` is the one server that is asked for all of them, "" for each account's home.

    At home servers, one that is away or answers oddly costs its own accounts only, and is not asked again.
    """

    client: Client
    clock: Callable[[], datetime]
    service: str = ""
    _known: dict[str, Standing] = field(default_factory=dict)
    _away: dict[str, str] = field(default_factory=dict)

    def base(self, address: str) -> str:
        """The server at which an address is asked."""
        return self.service or f"https://{address.rpartition('@')[2]}"

    def read(self, given: str) -> AccountRecord:
        """The profile under an address, asked for anew.

        Raises:
            SkipTarget: it is not to be read: gone, suspended, asks not to be, or its server refuses.
            RetryLater, StopRun: its server is away, or answers oddly.
        """
        address = as_address(given)
        if address is None:
            reason = "no address of the form user@server"
            raise SkipTarget(reason)
        base = self.base(address)
        if base in self._away:
            raise SkipTarget(self._away[base])
        entity = self.client.lookup(base, address)
        found = parse.standing(entity, address, urlsplit(base).netloc)
        self._known[address] = found
        record = parse.account(entity, found.domain, self.clock())
        if found.refused or record is None:
            raise SkipTarget(found.refused)
        return record

    def read_apart(self, given: str) -> AccountRecord:
        """As `read`, but a home server that is away or answers oddly is a reason to leave out this account only.

        Raises:
            SkipTarget: it is not to be read, or its server cannot be.
        """
        with self.apart(as_address(given) or given):
            return self.read(given)

    @contextmanager
    def apart(self, address: str, *, first: bool = True) -> Iterator[None]:
        """What a call to an address's home server raises concerns that server only: no other account waits for it.

        Not so in the middle of a list (not `first`), which goes on where it stopped, nor at the one server that a setting names.
        """
        try:
            yield
        except (RetryLater, StopRun) as error:
            if self.service or not first:
                raise
            self._away[self.base(address)] = error.reason
            raise SkipTarget(error.reason) from None

    def find(self, address: str) -> Standing:
        """How an account stands at the server that is asked for it.

        Raises:
            SkipTarget: it is not to be read, or its server cannot be.
        """
        if address not in self._known:
            self.read_apart(address)
        found = self._known[address]
        if found.refused:
            raise SkipTarget(found.refused)
        return found
