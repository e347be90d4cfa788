"""Rate limits shared by all processes of a workspace: calls are granted in blocks, and what a platform says of its limit is kept."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.engine import Store
from storage.tables import RATE_WINDOW
from storage.writes import upsert

_COLUMNS = ("started", "used", "closed_until")


@dataclass(frozen=True, slots=True)
class Grant:
    """Calls that may be made now; with none, how many seconds until it pays to ask again."""

    calls: int
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class _Window:
    started: float
    used: int
    closed_until: float


def take(store: Store, scope: str, *, calls: int, seconds: float, want: int, now: float) -> Grant:
    """Up to `want` of the `calls` that the limit allows in `seconds`; `now` in epoch seconds. The window begins with its first call.

    A clock that was set back begins a new window rather than waiting for the old one.
    """
    scope = _sealed(store, scope)
    with store.write("collect") as conn:
        window = _read(conn, scope)
        if window.closed_until > now:
            return Grant(0, window.closed_until - now)
        if not window.started <= now < window.started + seconds:
            window = _Window(now, 0, 0.0)
        granted = min(want, calls - window.used)
        if granted <= 0:
            return Grant(0, window.started + seconds - now)
        _write(conn, scope, _Window(window.started, window.used + granted, 0.0))
    return Grant(granted)


def give_back(store: Store, scope: str, calls: int) -> None:
    """Returns calls that were granted and not made."""
    if calls <= 0:
        return
    scope = _sealed(store, scope)
    with store.write("collect") as conn:
        window = _read(conn, scope)
        _write(conn, scope, _Window(window.started, max(window.used - calls, 0), window.closed_until))


def close(store: Store, scope: str, until: float) -> None:
    """The platform said that nothing more is allowed before `until` (epoch seconds)."""
    scope = _sealed(store, scope)
    with store.write("collect") as conn:
        window = _read(conn, scope)
        _write(conn, scope, _Window(window.started, window.used, max(window.closed_until, until)))


def used(store: Store, scope: str, *, seconds: float, now: float) -> int | None:
    """Calls granted in the window that is open now; None where the platform said that nothing more is allowed."""
    with store.read() as conn:
        window = _read(conn, _sealed(store, scope))
    if window.closed_until > now:
        return None
    return window.used if window.started <= now < window.started + seconds else 0


def _sealed(store: Store, scope: str) -> str:
    """A scope as it is kept: some servers have one inhabitant, whose name their own is."""
    return store.pseudonymiser.keyed_hash("rate window", scope).hex()


def _read(conn: Connection, scope: str) -> _Window:
    row = conn.execute(select(*(RATE_WINDOW.c[name] for name in _COLUMNS)).where(RATE_WINDOW.c.scope == scope)).first()
    return _Window(0.0, 0, 0.0) if row is None else _Window(*row)


def _write(conn: Connection, scope: str, window: _Window) -> None:
    row = {"scope": scope, "started": window.started, "used": window.used, "closed_until": window.closed_until}
    upsert(conn, RATE_WINDOW, [row], key=["scope"], update=_COLUMNS)
