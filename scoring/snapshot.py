"""The files of a run's input: dense indices, no key and no native id of a person; written once, read by any engine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import TypeAdapter

from scoring.errors import ScoringError
from scoring.results import AccountRef, FrameCard, NotScored, Price

FORMAT = 2
FACTS = "snapshot.json"

SCHEMAS = {
    "sample": pa.schema([("k", pa.int64()), ("node", pa.int64()), ("position", pa.int64())]),
    "members": pa.schema([("k", pa.int64()), ("member", pa.int64())]),
    "groups": pa.schema([("name", pa.string()), ("node", pa.int64())]),
    "follows": pa.schema([("node", pa.int64()), ("followee", pa.int64())]),
    "followees": pa.schema(
        [
            ("followee", pa.int64()),
            ("node", pa.int64()),
            ("degree", pa.int64()),
            ("platform", pa.string()),
            ("native_id", pa.string()),
            ("handle", pa.string()),
            ("name", pa.string()),
            ("url", pa.string()),
            ("category", pa.string()),
        ]
    ),
    "texts": pa.schema(
        [
            ("node", pa.int64()),
            ("week", pa.int64()),
            ("posts", pa.int64()),
            ("words", pa.int64()),
            ("counts", pa.binary()),
        ]
    ),
    "attributes": pa.schema([("node", pa.int64()), ("name", pa.string()), ("value", pa.string())]),
    "labels": pa.schema([("node", pa.int64()), ("label", pa.string()), ("value", pa.int64())]),
    "profiles": pa.schema(
        [
            ("node", pa.int64()),
            *(
                (name, pa.float64())
                for name in (
                    "has_bio",
                    "has_avatar",
                    "verified",
                    "handle_digits",
                    "created_at",
                    "followers",
                    "following",
                    "posts",
                )
            ),
        ]
    ),
    "words": pa.schema([("term", pa.int64()), ("text", pa.string())]),
}
"""One Parquet file each. `node` numbers accounts: people first, then named followees that are no people.

`groups` holds the base sample under "base" and seed audiences under "audience:" and their name; `texts.counts` is packed as
in storage.text_index; `profiles.created_at` is in epoch seconds; a person among `followees` has no platform.
"""


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """A candidate that can be scored; its index k is its place, its node is k too; `given` is the list's text for it."""

    account: AccountRef
    frame: FrameCard
    followers: int | None
    price: Price | None
    followee: int
    members: int
    given: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a snapshot says of itself; `seeds` maps a seed's text to its followee column; `digest` is of the content.

    `phrases` are those that texts were read again for: no other phrase of a persona's own can be counted from the snapshot.
    """

    list_name: str
    candidates: tuple[CandidateFacts, ...]
    not_scored: tuple[NotScored, ...]
    people: int
    seeds: dict[str, int]
    audiences: tuple[str, ...]
    dictionary: str
    share_at_dictionary: float
    sample: int | None
    seed: int
    data_from: datetime | None
    data_to: datetime | None
    now: datetime
    expires: datetime
    phrases: tuple[str, ...] = ()
    digest: str = ""
    format: int = FORMAT
    unchosen_formats: tuple[str, ...] = ()  # of quotes that gave no price, because no one format is everybody's


_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)
_NOT_CONTENT = {"now", "expires", "phrases", "digest"}  # the same data read on another day, or asked more, is the same input


def table(name: str, columns: Mapping[str, object], *, order: tuple[str, ...] = ()) -> pa.Table:
    """A table of the snapshot, its rows in the order of the integer columns `order`."""
    made = pa.table(
        {field.name: pa.array(columns[field.name], type=field.type, from_pandas=False) for field in SCHEMAS[name]},
        schema=SCHEMAS[name],
    )
    if not order or not made.num_rows:
        return made
    return made.take(np.lexsort([np.asarray(made.column(key)) for key in reversed(order)]))


def write_snapshot(folder: Path, facts: Facts, tables: Mapping[str, pa.Table]) -> Facts:
    """Write every file of SCHEMAS and the facts into `folder`; returns the facts with their digest."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = replace(facts, digest=_digest(facts, tables))
    for name in SCHEMAS:
        pq.write_table(tables[name], folder / f"{name}.parquet", compression="zstd")
    (folder / FACTS).write_bytes(_FACTS.dump_json(facts, indent=1))
    return facts


def read_facts(folder: Path) -> Facts:
    """The facts of a kept snapshot.

    Raises:
        ScoringError: no snapshot, or one of another format.
    """
    path = folder / FACTS
    if not path.is_file():
        message = f"{folder} holds no input of a run: its snapshot has expired or was erased; the run's figures remain"
        raise ScoringError(message)
    document = json.loads(path.read_bytes())
    if document.get("format") != FORMAT:
        message = f"{path} is of format {document.get('format')}, this program reads {FORMAT}: rank the list again instead"
        raise ScoringError(message)
    return _FACTS.validate_python(document)


def _digest(facts: Facts, tables: Mapping[str, pa.Table]) -> str:
    """sha256 over the facts and the content of every table: file layout and compression play no part."""
    total = hashlib.sha256()
    document = _as_before(
        {key: value for key, value in _FACTS.dump_python(facts, mode="json").items() if key not in _NOT_CONTENT}
    )
    total.update(json.dumps(document, sort_keys=True, ensure_ascii=False).encode())
    for name, schema in SCHEMAS.items():
        for field in schema:
            total.update(f"{name}.{field.name}:{tables[name].num_rows}\n".encode())
            total.update(_content(tables[name].column(field.name)))
    return total.hexdigest()


def _as_before(document: dict[str, Any]) -> dict[str, Any]:
    """Without what was added later and says nothing here, so that the same data keeps the digest that it had."""
    for each in document["candidates"]:
        price = each["price"]
        if price is not None and price["quoted_at"] is None:
            each["price"] = {name: value for name, value in price.items() if name not in {"quoted_at", "declared"}}
    return {name: value for name, value in document.items() if name != "unchosen_formats" or value}


def _content(column: pa.ChunkedArray) -> bytes:
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return np.ascontiguousarray(column.to_numpy()).tobytes()
    if pa.types.is_binary(column.type):
        return blob_digests(column.to_pylist()).tobytes()
    return json.dumps(column.to_pylist(), ensure_ascii=False).encode()


def blob_digests(blobs: list[bytes]) -> NDArray[np.int64]:
    """64 bits per blob: enough to order equal rows by content."""
    joined = b"".join(hashlib.blake2b(blob, digest_size=8).digest() for blob in blobs)
    return np.frombuffer(joined, dtype="<i8").astype(np.int64)
