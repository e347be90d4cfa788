"""A WebSocket connection as a plain iterator of messages, with what may go wrong in our errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, PayloadTooBig, ProtocolError
from websockets.sync.client import connect

from collectors.errors import RetryLater, StopRun

AWAY_SECONDS = 5.0
LARGEST = 8 * 2**20  # bytes of a message; a commit has up to 2 MB of blocks


@contextmanager
def connected(url: str, user_agent: str, silence: float) -> Iterator[Iterator[bytes | str]]:
    """Messages until the server closes; a `None` never comes: silence of so many seconds ends the iterator.

    Raises:
        RetryLater: it cannot be reached, or the connection broke.
        StopRun: what answers there is no such server.
    """
    try:
        with connect(url, max_size=LARGEST, user_agent_header=user_agent, compression=None) as socket:
            yield _messages(socket, silence)
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


def _messages(socket: object, silence: float) -> Iterator[bytes | str]:
    while True:
        try:
            yield socket.recv(timeout=silence)  # type: ignore[attr-defined]
        except TimeoutError:
            return
