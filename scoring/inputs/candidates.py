"""The accounts of a candidate list: whose list is read, who is drawn from it, what it costs, and why others are not scored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scoring.errors import NothingToScore
from scoring.inputs.reading import Nodes, Reading
from scoring.results import AccountRef, FrameCard, NotScored, Price
from scoring.sampling import Sampling, draw_positions, generator
from scoring.snapshot import CandidateFacts, table
from storage import matrices as m

FAR_MORE = 1.25  # times the list's own length: a public count beyond is no growth since the list was read
FEW = 20  # a list is taken as at least this long when the two are compared
STALE = 90 * 86_400  # seconds behind the newest list of an account, from which on a better frame does not count any more
_FRAMES = ("complete", "random", "newest", "unknown")  # best first


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate with a list to score: the text that means it, its pull, the pull's members in order, and the positions drawn."""

    given: str
    key: bytes
    pull: m.PullRow
    members: m.Keys
    drawn: Nodes
    sampling: Sampling

    @property
    def sampled(self) -> m.Keys:
        """The members drawn."""
        return self.members[self.drawn]


def listed(reading: Reading, list_name: str) -> tuple[list[Candidate], tuple[NotScored, ...]]:
    """The candidates with a usable list; the others with why.

    Which is unmatched, ambiguous, no_followers, no_engagers, import_unfinished or empty_list. An account, or a text that matched none, that several imports of the list brought stands once.
    """
    rows = {key or given: (given, key, status) for given, key, status in reversed(m.read_candidates(reading.conn, list_name))}
    if not rows:
        message = (
            f'there is no candidate list "{list_name}": bring one in with `fanfit candidates import FILE --name {list_name}`'
        )
        raise NothingToScore(message)
    matched = m.as_keys([key for _, key, _ in rows.values() if key is not None])
    pulls = _best_pulls(m.read_pulls(reading.conn, reading.parameters.base, matched))
    refs = dict(zip(m.key_list(matched), reading.faces(matched)[0], strict=True))
    candidates: list[Candidate] = []
    not_scored: list[NotScored] = []
    for given, key, status in reversed(rows.values()):
        made = _scored(reading, given, key, pulls.get(key), refs[key]) if key is not None else status
        if isinstance(made, Candidate):
            candidates.append(made)
        else:
            not_scored.append(NotScored(given, None if key is None else refs[key], made))
    if not candidates:
        raise NothingToScore(_nothing(list_name, not_scored, reading.parameters.base))
    return candidates, tuple(not_scored)


def _scored(reading: Reading, given: str, key: bytes, pull: m.PullRow | None, ref: AccountRef | None) -> Candidate | str:
    """The candidate with its drawn sample, or the reason why there is none."""
    if pull is None:
        return f"no_{reading.parameters.base}"
    if not pull.finished:
        return "import_unfinished"
    made = _drawn(reading, given, key, pull, ref)
    return made if len(made.members) else "empty_list"


def _drawn(reading: Reading, given: str, key: bytes, pull: m.PullRow, ref: AccountRef | None) -> Candidate:
    members = m.distinct(m.read_members(reading.conn, pull.id))
    owner = (ref.platform, ref.native_id) if ref else (key.hex(),)
    drawn, sampling = draw_positions(
        len(members),
        reading.parameters.sample,
        frame=pull.frame,
        order=pull.list_order,
        rng=generator(reading.parameters.seed, "sample", *owner),
    )
    return Candidate(given, key, pull, members, drawn, sampling)


def facts_of(
    reading: Reading,
    candidates: Sequence[Candidate],
    refs: Sequence[AccountRef | None],
    followees: Nodes,
    prices: Mapping[bytes, Price],
) -> tuple[CandidateFacts, ...]:
    """What the snapshot says of each candidate; `followees` are their columns among the followees, -1 where none."""
    keys = m.as_keys([each.key for each in candidates])
    counts = m.read_counts(reading.conn, keys)
    shown = dict(zip(m.key_list(counts.account), counts.features, strict=True))
    return tuple(
        _candidate_facts(each, ref, shown.get(each.key), prices.get(each.key), int(place))
        for each, ref, place in zip(candidates, refs, followees, strict=False)
    )


def _best_pulls(pulls: Sequence[m.PullRow]) -> dict[bytes, m.PullRow]:
    """Of each account the finished pull with the best frame, the newest of those; an unfinished one only where no other is.

    A list that is STALE beside the account's newest gives way to it: last year's complete list does not know this year's followers.
    """
    newest: dict[bytes, int] = {}
    for pull in pulls:
        if pull.finished:
            newest[pull.account] = max(newest.get(pull.account, pull.pulled_at), pull.pulled_at)

    def worth(pull: m.PullRow) -> tuple[bool, bool, int, int, int]:
        fresh = pull.pulled_at >= newest.get(pull.account, pull.pulled_at) - STALE
        return pull.finished, fresh, -_FRAMES.index(pull.frame), pull.pulled_at, pull.id

    return {pull.account: pull for pull in sorted(pulls, key=worth)}


def _nothing(list_name: str, not_scored: Sequence[NotScored], base: str) -> str:
    reasons = ", ".join(sorted({each.reason for each in not_scored}))
    ways = {
        "followers": "bring in follower lists with `fanfit import follows FILE --list followers --frame complete|newest|random --pulled-at DATE`",
        "engagers": "read who reacted to their posts with `fanfit collect run --of engagers`",
    }
    return f'none of the {len(not_scored)} accounts of the list "{list_name}" can be scored ({reasons}): {ways[base]}'


def _candidate_facts(
    each: Candidate, ref: AccountRef | None, counts: NDArray[np.float64] | None, price: Price | None, followee: int
) -> CandidateFacts:
    pull = each.pull
    if pull.list_kind != "followers":
        counts = None  # the public count is of followers
    shown, shown_half = (int(counts[0]), int(counts[1])) if counts is not None and not np.isnan(counts[0]) else (None, 0)
    complete = pull.frame == "complete"
    stated = max(pull.total, pull.seen) if pull.total is not None else pull.seen if complete else None
    contradicted = complete and shown is not None and shown - shown_half > FAR_MORE * max(stated or 0, FEW)
    total, half_width = (shown, shown_half) if stated is None or contradicted else (stated, 0)
    frame = FrameCard(
        frame="unknown" if contradicted else pull.frame,
        order=pull.list_order,
        pulled_at=m.moment(pull.pulled_at),
        seen=pull.seen,
        total=total,
        total_half_width=half_width,
        sampled=len(each.drawn),
        sampling=each.sampling,
        minors=pull.minors,
        source=pull.source,
        basis=pull.basis,
        obtained=None if pull.obtained is None else m.moment(pull.obtained),
        contradicted=contradicted,
    )
    if ref is None:
        message = "a candidate on the list is not a named account: import the list again, so that its accounts are named"
        raise NothingToScore(message)
    return CandidateFacts(ref, frame, total, price, followee, len(each.members), each.given)


def sample_table(candidates: Sequence[Candidate], people: m.Keys) -> pa.Table:
    """Who was drawn of each candidate, and at which place of the list; all of them are among `people`."""
    sampled = [each.sampled for each in candidates]
    columns = {
        "k": _repeat([len(each) for each in sampled]),
        "node": m.positions(np.concatenate(sampled), people),
        "position": np.concatenate([each.drawn for each in candidates]),
    }
    return table("sample", columns, order=("k", "node"))


def members_table(candidates: Sequence[Candidate]) -> pa.Table:
    """The whole lists, members numbered by themselves: only who stands in several lists is told."""
    everyone = np.concatenate([each.members for each in candidates])
    member = m.positions(everyone, m.distinct(everyone))
    return table("members", {"k": _repeat([len(each.members) for each in candidates]), "member": member}, order=("k", "member"))


def _repeat(lengths: Sequence[int]) -> Nodes:
    return np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
