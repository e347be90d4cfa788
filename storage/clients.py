"""Whose a thing is: the one rule that keeps rival clients of an agency apart. What names no client is shared by all."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from storage.engine import Store
from storage.errors import ClientMismatch
from storage.tables import CANDIDATE, IMPORT_RUN, LABEL

_SPACES = re.compile(r"\s+")
_ADVICE = "nothing of one client is used for another; take one of the same client, or one that names no client"


def client_key(name: str) -> str:
    """A client's name as it is compared: width, case and spaces do not count.

    >>> client_key("  ACME　Foods ") == client_key("acme foods")
    True
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def may_use(owner: str, asked: str) -> bool:
    """Whether what belongs to `owner` may be used for the client `asked`: what has no owner by all, else only by the same client."""
    return not client_key(owner) or client_key(owner) == client_key(asked)


def require(owner: str, asked: str, what: str) -> None:
    """Stops where `what` belongs to another client than the one it is asked for.

    Raises:
        ClientMismatch: says what, whose it is and for whom it was asked.
    """
    if not may_use(owner, asked):
        whom = f"for the client {asked.strip()!r}" if client_key(asked) else "for no client in particular"
        message = f"{what} belongs to the client {owner.strip()!r} and was asked {whom}: {_ADVICE}"
        raise ClientMismatch(message)


def together(claims: Mapping[str, str]) -> str:
    """The client to whom a work belongs that uses all of these; empty where none of them names one.

    `claims` maps what is used ("the persona 'a'") to the client it belongs to.

    Raises:
        ClientMismatch: they belong to two clients.
    """
    owners = [(what, owner.strip()) for what, owner in claims.items() if client_key(owner)]
    for what, owner in owners[1:]:
        if not may_use(owner, owners[0][1]):
            message = f"{owners[0][0]} belongs to the client {owners[0][1]!r}, {what} to {owner!r}: {_ADVICE}"
            raise ClientMismatch(message)
    return owners[0][1] if owners else ""


def list_client(store: Store, list_name: str) -> str:
    """The client of a candidate list; empty where it is shared or not there.

    Raises:
        ClientMismatch: its rows came from imports of two clients.
    """
    joined = CANDIDATE.join(IMPORT_RUN, IMPORT_RUN.c.id == CANDIDATE.c.import_id)
    with store.read() as conn:
        query = select(IMPORT_RUN.c.client, IMPORT_RUN.c.id).select_from(joined).where(CANDIDATE.c.list_name == list_name)
        rows = conn.execute(query.distinct().order_by(IMPORT_RUN.c.id)).all()
    return together({f"import #{row.id} of the list {list_name!r}": row.client for row in rows})


def check_list(store: Store, list_name: str, client: str) -> None:
    """Rows may join a list only of their own client: a shared list is not taken over by one, nor one client's by nobody's rows.

    Raises:
        ClientMismatch: the list has rows, and another client or none.
    """
    with store.read() as conn:
        empty = conn.execute(select(CANDIDATE.c.row).where(CANDIDATE.c.list_name == list_name).limit(1)).first() is None
    owner = list_client(store, list_name)
    if not empty and client_key(owner) != client_key(client):
        whose = f"belongs to the client {owner!r}" if owner else "names no client"
        asked = f"the client {client.strip()!r}" if client_key(client) else "no client (--client)"
        message = f"the list {list_name!r} {whose}, the rows to be added to it name {asked}: choose another name for the list"
        raise ClientMismatch(message)


def foreign_imports(conn: Connection, asked: str) -> frozenset[int]:
    """Numbers of the imports whose rows may not be used for that client."""
    rows = conn.execute(select(IMPORT_RUN.c.id, IMPORT_RUN.c.client).where(IMPORT_RUN.c.client != ""))
    return frozenset(row.id for row in rows if not may_use(row.client, asked))


def refuse_foreign_labels(store: Store, names: Collection[str], asked: str) -> None:
    """Stops where a set of labels that is asked for was imported for other clients only.

    Raises:
        ClientMismatch: names the set and its client.
    """
    joined = LABEL.join(IMPORT_RUN, IMPORT_RUN.c.id == LABEL.c.import_id)
    with store.read() as conn:
        query = select(LABEL.c.label, IMPORT_RUN.c.client).select_from(joined).where(LABEL.c.label.in_(sorted(names)))
        rows = conn.execute(query.distinct()).all() if names else []
    for name in sorted({row.label for row in rows}):
        owners = sorted(row.client for row in rows if row.label == name)
        if not any(may_use(owner, asked) for owner in owners):
            require(owners[0], asked, f"the label set {name!r}")
