"""A WebSocket connection as a plain iterator of messages, with what may go wrong in our errors."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, PayloadTooBig, ProtocolError
from websockets.sync.client import connect

from collectors.errors import RetryLater, StopRun

AWAY_SECONDS = 5.0
GLANCE = 0.5  # seconds after which a silent connection is left if we are asked to stop
LARGEST = 8 * 2**20  # bytes of a message; a commit has up to 2 MB of blocks


@contextmanager
def connected(
    url: str, user_agent: str, silence: float, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Iterator[bytes | str]]:
    """Messages until the server closes; a `None` never comes: silence of so many seconds ends the iterator, or `stopped` in a silence.

    Raises:
        RetryLater: it cannot be reached, or the connection broke.
        StopRun: what answers there is no such server.
    """
    try:
        with connect(url, max_size=LARGEST, user_agent_header=user_agent, compression=None) as socket:
            yield _messages(socket, silence, stopped)
    except InvalidURI:
        reason = "the address of the event stream is no ws:// or wss:// address: check the setting"
        raise StopRun(reason) from None
    except (InvalidHandshake, ProtocolError, PayloadTooBig) as error:
        reason = (
            f"the event stream's server answers otherwise than its documentation says ({type(error).__name__}): check its address"
        )
        raise StopRun(reason) from None
    except (OSError, ConnectionClosed) as error:
        reason = f"the event stream broke off ({type(error).__name__})"
        raise RetryLater(reason, AWAY_SECONDS) from None


def _messages(socket: object, silence: float, stopped: Callable[[], bool]) -> Iterator[bytes | str]:
    heard = time.monotonic()
    while (left := heard + silence - time.monotonic()) > 0:
        try:
            yield socket.recv(timeout=min(left, GLANCE))  # type: ignore[attr-defined]
        except TimeoutError:
            if stopped():
                return
        else:
            heard = time.monotonic()
