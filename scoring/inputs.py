"""From the store to the files of a run's input: the only place where scoring reads the database.

Everything is a function of (seed, content): who is drawn depends on list positions, what is written is sorted, so neither
the order of rows in the database nor the order of imports changes the input or its digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection

from scoring.arrays import Parameters
from scoring.errors import NothingToScore
from scoring.loading import load_input
from scoring.persona import own_phrases, refuse_sensitive_seeds
from scoring.results import AccountRef, FrameCard, NotScored, Price
from scoring.sampling import Sampling, draw, draw_positions, generator
from scoring.snapshot import CandidateFacts, Facts, blob_digests, table, write_snapshot
from scoring.text.indexer import Held, JiebaIndexer, Reread, dictionary_version
from storage import matrices as m
from storage.errors import NotFound
from storage.held_texts import read_counted, read_held_texts
from storage.text_index import pack

if TYPE_CHECKING:
    from scoring.persona import Persona
    from storage.engine import Store

__all__ = ["load_input", "take_snapshot"]

DECLARED_MOST = 200_000  # people with a declared value or label that the persona uses
GROUP_MOST = 20_000  # base sample, each seed's followers, each seed audience
KEPT_DAYS = 90  # a snapshot is never kept longer (DECISIONS 27)
_FRAMES = ("complete", "random", "newest", "unknown")  # best first
_DAY = 86_400

Nodes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A candidate with a list to score: its pull, the pull's members in order, and the positions drawn."""

    key: bytes
    pull: m.PullRow
    members: m.Keys
    drawn: Nodes
    sampling: Sampling


class _Lifetimes:
    """Since when rows of persons still live, and when the first of those taken will not."""

    def __init__(self, store: "Store", now: datetime) -> None:
        self._now = int(now.timestamp())
        self._days = store.lifetimes
        self.expires = self._now + KEPT_DAYS * _DAY

    def since(self, days: int) -> int:
        return self._now - days * _DAY

    def living(self, fetched: Nodes, days: int, named: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Rows to take: of named accounts all, of persons those that have not outlived `days`; notes the first to go."""
        alive = named | (fetched > self.since(days))
        self.note(fetched[alive & ~named], days)
        return alive

    def note(self, fetched: Nodes, days: int) -> None:
        if len(fetched):
            self.expires = min(self.expires, int(fetched.min()) + days * _DAY)

    @property
    def raw(self) -> int:
        return self._days.raw_days

    @property
    def features(self) -> int:
        return self._days.features_days

    @property
    def follow(self) -> int:
        return self._days.follow_days

    @property
    def labels(self) -> int:
        return self._days.labels_days


def take_snapshot(
    store: "Store",
    persona: "Persona",
    list_name: str,
    parameters: Parameters,
    folder: Path,
    *,
    now: datetime,
    dictionary: str,
) -> Facts:
    """Read what a run needs in one read transaction and write it to `folder`; the facts carry digest and expiry.

    Raises:
        NothingToScore: no such list, or no candidate on it has a follower list.
        PersonaError: a seed account's category is on the sensitive list (DECISIONS 7).
    """
    seeds = _seed_keys(store, persona)
    audiences = _audience_keys(store, persona)
    with store.read() as conn:
        _refuse_sensitive(conn, persona, {**audiences, **seeds})
        return _Snapshot(conn, persona, parameters, _Lifetimes(store, now)).write(
            list_name, seeds, audiences, folder, now, dictionary
        )


def _resolve(store: "Store", text: str) -> bytes | None:
    from storage.queries import resolve_account  # noqa: PLC0415 - keeps this module's import light

    try:
        return resolve_account(store, text)
    except NotFound:
        return None


def _seed_keys(store: "Store", persona: "Persona") -> dict[str, bytes | None]:
    texts = sorted({text for trait in persona.traits for text in (*trait.positive, *trait.negative)})
    return {text: _resolve(store, text) for text in texts}


def _audience_keys(store: "Store", persona: "Persona") -> dict[str, bytes | None]:
    names = sorted({trait.audience for trait in persona.traits if trait.audience})
    return {name: _resolve(store, name) for name in names}


def _refuse_sensitive(conn: Connection, persona: "Persona", accounts: dict[str, bytes | None]) -> None:
    """The categories of the seeds and seed audiences are known only now; the file alone does not tell."""
    known = {text: key for text, key in accounts.items() if key is not None}
    if known:
        faces = m.read_faces(conn, m.distinct(m.as_keys(known.values())))
        refuse_sensitive_seeds(persona, {text: faces[key][3] for text, key in known.items() if key in faces})


class _Snapshot:
    """One reading of the store; the steps share the connection and the numbering of accounts."""

    def __init__(self, conn: Connection, persona: "Persona", parameters: Parameters, lives: _Lifetimes) -> None:
        self._conn = conn
        self._persona = persona
        self._parameters = parameters
        self._lives = lives
        self._named_keys, self._named_ids = m.read_named(conn)

    def write(
        self,
        list_name: str,
        seeds: dict[str, bytes | None],
        audiences: dict[str, bytes | None],
        folder: Path,
        now: datetime,
        dictionary: str,
    ) -> Facts:
        candidates, not_scored = self._candidates(list_name)
        groups = {"base": self._base({each.pull.platform for each in candidates})}
        groups |= {f"audience:{name}": self._audience(name, key) for name, key in audiences.items()}
        extra = [self._followers(key, text) for text, key in seeds.items() if key is not None]
        sampled = [each.members[each.drawn] for each in candidates]
        own = m.as_keys([each.key for each in candidates])
        people = m.distinct(np.concatenate([own, *sampled, *groups.values(), *extra, self._declared()]))
        follows, followees = self._follows(people)
        refs, categories = self._faces(np.concatenate([people[: len(own)], followees]))
        nodes = self._nodes(people, followees)
        texts, share = self._texts(nodes, len(people), dictionary)
        tables = {
            "sample": table(
                "sample",
                {
                    "k": _repeat([len(each) for each in sampled]),
                    "node": m.positions(np.concatenate(sampled), people),
                    "position": np.concatenate([each.drawn for each in candidates]),
                },
                order=("k", "node"),
            ),
            "members": self._members(candidates),
            "groups": table(
                "groups",
                {
                    "name": [name for name, keys in groups.items() for _ in range(len(keys))],
                    "node": np.concatenate([np.sort(m.positions(keys, people)) for keys in groups.values()]),
                },
            ),
            "follows": follows,
            "followees": self._followees(followees, nodes, refs[len(own) :], categories[len(own) :]),
            "texts": texts,
            "attributes": self._values("attributes", m.read_attributes(self._conn, people), people, self._lives.features),
            "labels": self._values("labels", m.read_labels(self._conn, people), people, self._lives.labels),
            "profiles": self._profiles(people),
            "words": table("words", dict(zip(("term", "text"), m.read_words(self._conn), strict=True))),
        }
        places = m.positions(own, followees)
        pulled = [each.pull.pulled_at for each in candidates]
        facts = Facts(
            list_name=list_name,
            candidates=self._facts(candidates, refs, places),
            not_scored=not_scored,
            people=len(people),
            seeds={text: -1 if key is None else int(m.positions(m.as_keys([key]), followees)[0]) for text, key in seeds.items()},
            audiences=tuple(audiences),
            dictionary=dictionary,
            share_at_dictionary=share,
            sample=self._parameters.sample,
            seed=self._parameters.seed,
            data_from=m.moment(min(pulled)),
            data_to=m.moment(max(pulled)),
            now=now,
            expires=min(m.moment(self._lives.expires), now + timedelta(days=KEPT_DAYS)),
        )
        return write_snapshot(folder, facts, tables)

    def _candidates(self, list_name: str) -> tuple[list[_Candidate], tuple[NotScored, ...]]:
        """Those with a usable list; the others with why: unmatched, ambiguous, no_followers, import_unfinished, empty_list.

        An account, or a text that matched none, that several imports of the list brought stands once.
        """
        rows = {key or given: (given, key, status) for given, key, status in reversed(m.read_candidates(self._conn, list_name))}
        if not rows:
            message = (
                f'there is no candidate list "{list_name}": bring one in with `fanfit candidates import FILE --name {list_name}`'
            )
            raise NothingToScore(message)
        matched = m.as_keys([key for _, key, _ in rows.values() if key is not None])
        pulls = _best_pulls(m.read_pulls(self._conn, "followers", matched))
        refs = dict(zip(m.key_list(matched), self._faces(matched)[0], strict=True))
        candidates: list[_Candidate] = []
        not_scored: list[NotScored] = []
        for given, key, status in reversed(rows.values()):
            made = self._scored(key, pulls.get(key), refs[key]) if key is not None else status
            if isinstance(made, _Candidate):
                candidates.append(made)
            else:
                not_scored.append(NotScored(given, None if key is None else refs[key], made))
        if not candidates:
            raise NothingToScore(_nothing(list_name, not_scored))
        return candidates, tuple(not_scored)

    def _scored(self, key: bytes, pull: m.PullRow | None, ref: AccountRef | None) -> _Candidate | str:
        """The candidate with its drawn sample, or the reason why there is none."""
        if pull is None:
            return "no_followers"
        if not pull.finished:
            return "import_unfinished"
        made = self._drawn(key, pull, ref)
        return made if len(made.members) else "empty_list"

    def _drawn(self, key: bytes, pull: m.PullRow, ref: AccountRef | None) -> _Candidate:
        members = m.distinct(m.read_members(self._conn, pull.id))
        owner = (ref.platform, ref.native_id) if ref else (key.hex(),)
        drawn, sampling = draw_positions(
            len(members),
            self._parameters.sample,
            frame=pull.frame,
            order=pull.list_order,
            rng=generator(self._parameters.seed, "sample", *owner),
        )
        return _Candidate(key, pull, members, drawn, sampling)

    def _some(self, keys: m.Keys, most: int, *parts: str) -> m.Keys:
        return keys[draw(len(keys), most, generator(self._parameters.seed, *parts))]

    def _base(self, platforms: set[str]) -> m.Keys:
        """The newest base sample of each platform on the list, in its own order."""
        newest = {
            pull.platform: pull
            for pull in sorted(m.read_pulls(self._conn, "base"), key=lambda pull: (pull.pulled_at, pull.id))
            if pull.finished and pull.platform in platforms
        }
        samples = [m.read_members(self._conn, newest[platform].id) for platform in sorted(newest)]
        keys = m.distinct(np.concatenate([m.as_keys([]), *samples]))
        return self._some(keys, GROUP_MOST, "base")

    def _followers(self, key: bytes, text: str) -> m.Keys:
        keys = m.read_followers(self._conn, key)
        return self._some(keys, GROUP_MOST, "seed", text)

    def _audience(self, name: str, key: bytes | None) -> m.Keys:
        """The people labelled `name`; without such labels the followers of the named account it stands for."""
        labels = m.read_labels(self._conn, names=[name])
        labelled = labels.account[np.array([value == "1" for value in labels.value], dtype=bool)]
        if len(labelled) or key is None:
            return self._some(np.sort(labelled), GROUP_MOST, "audience", name)
        return self._followers(key, name)

    def _declared(self) -> m.Keys:
        """People with a value of an attribute that the persona names, or a label of its set."""
        names = sorted({trait.attribute for trait in self._persona.traits if trait.attribute})
        attributes = m.read_attributes(self._conn, names=names).account
        labels = m.read_labels(self._conn, names=[self._persona.name]).account
        return self._some(np.unique(np.concatenate([attributes, labels])), DECLARED_MOST, "declared")

    def _follows(self, people: m.Keys) -> tuple[pa.Table, m.Keys]:
        """Edges of all people, and the followees: named ones by platform and id, then persons."""
        edges = m.read_outgoing(self._conn, people)
        self._lives.note(np.array([m.oldest_pull(self._conn)], np.int64), self._lives.follow)
        found = m.distinct(edges.account)
        named = self._named_keys[m.positions(self._named_keys, found) >= 0]
        followees = np.concatenate([named, np.sort(found[m.positions(found, named) < 0])])
        rows = {"node": m.positions(edges.follower, people), "followee": m.positions(edges.account, followees)}
        return table("follows", rows, order=("node", "followee")), followees

    def _nodes(self, people: m.Keys, followees: m.Keys) -> m.Keys:
        """People, then the named followees that are none: the place of a key is its node."""
        named = followees[m.positions(followees, self._named_keys) >= 0]
        return np.concatenate([people, named[m.positions(named, people) < 0]])

    def _faces(self, keys: m.Keys) -> tuple[list[AccountRef | None], list[str | None]]:
        """Reference and category of each key, None for persons."""
        places = m.positions(keys, self._named_keys)
        faces = m.read_faces(self._conn, m.distinct(keys[places >= 0]))
        refs: list[AccountRef | None] = []
        categories: list[str | None] = []
        for key, place in zip(m.key_list(keys), places.tolist(), strict=True):
            handle, name, url, category = faces.get(key, (None, None, None, None)) if place >= 0 else (None, None, None, None)
            refs.append(_ref(self._named_ids[place], handle, name, url) if place >= 0 else None)
            categories.append(category)
        return refs, categories

    def _followees(
        self, followees: m.Keys, nodes: m.Keys, refs: Sequence[AccountRef | None], categories: Sequence[str | None]
    ) -> pa.Table:
        return table(
            "followees",
            {
                "followee": np.arange(len(followees)),
                "node": m.positions(followees, nodes),
                "degree": m.read_degrees(self._conn, followees),
                **{
                    name: [getattr(ref, name, None) for ref in refs]
                    for name in ("platform", "native_id", "handle", "name", "url")
                },
                "category": list(categories),
            },
        )

    def _named(self, nodes: m.Keys) -> NDArray[np.bool_]:
        return m.positions(nodes, self._named_keys) >= 0

    def _texts(self, nodes: m.Keys, people: int, dictionary: str) -> tuple[pa.Table, float]:
        """Rows of the run's dictionary version, and the share of people's posts that answer all that the persona asks."""
        rows = m.read_texts(self._conn, nodes)
        node = m.positions(rows.account, nodes)
        alive = self._lives.living(rows.fetched_at, self._lives.features, self._named(nodes)[node])
        current = alive & np.array([version == dictionary for version in rows.dictionary], dtype=bool)
        again = self._read_again(nodes, dictionary, stale=bool((alive & ~current).any()))
        held = int(rows.posts[alive & (node < people)].sum())
        counted = int(rows.posts[current & (node < people)].sum()) + sum(
            texts for (who, _), texts in again.recounted.items() if who < people
        )
        looked = sum(texts for who, texts in again.looked.items() if who < people) if again.phrases else counted
        places = sorted(again.counts)
        columns = {
            "node": np.concatenate([node[current], np.array([place[0] for place in places], np.int64)]),
            "week": np.concatenate([rows.week[current], np.array([place[1] for place in places], np.int64)]),
            "posts": np.concatenate(
                [rows.posts[current], np.array([again.recounted.get(place, 0) for place in places], np.int64)]
            ),
            "words": np.concatenate([rows.words[current], np.array([again.counts[place].words for place in places], np.int64)]),
        }
        counts = [rows.counts[place] for place in np.flatnonzero(current)]
        counts += [pack(again.counts[place].terms, again.counts[place].counts) for place in places]
        order = np.lexsort([blob_digests(counts), *(columns[name] for name in ("words", "posts", "week", "node"))])
        sorted_columns = {name: column[order] for name, column in columns.items()}
        share = min(counted, looked) / held if held else 1.0
        return table("texts", {**sorted_columns, "counts": [counts[place] for place in order]}), min(share, 1.0)

    def _read_again(self, nodes: m.Keys, dictionary: str, *, stale: bool) -> Reread:
        """Texts still held: all of them for phrases of the persona's own, those that only an older dictionary counted anew."""
        indexer = JiebaIndexer() if stale and dictionary == dictionary_version() else None
        again = Reread(own_phrases(self._persona), indexer)
        if not again.needed:
            return again
        versions: dict[tuple[bytes, int, int], set[str]] = {}
        for account, week, import_id, version in read_counted(self._conn, nodes) if indexer is not None else ():
            versions.setdefault((account, week, import_id), set()).add(version)
        named = self._named(nodes)
        for page in read_held_texts(self._conn, nodes):
            node = m.positions(page.account, nodes)
            lives = np.flatnonzero(named[node] | (page.fetched_at > self._lives.since(self._lives.raw)))
            self._lives.note(page.fetched_at[lives][~named[node[lives]]], self._lives.features)
            filed = list(zip(m.key_list(page.account), page.week.tolist(), page.import_id.tolist(), strict=True))
            old = np.array([dictionary not in versions.get(filed[row], {dictionary}) for row in lives], dtype=bool)
            again.add(Held(node[lives], page.week[lives], old, [page.text[row] for row in lives]))
        return again

    def _values(self, name: str, rows: m.NamedValues, people: m.Keys, days: int) -> pa.Table:
        node = m.positions(rows.account, people)
        alive = np.flatnonzero(self._lives.living(rows.fetched_at, days, self._named(people)[node]))
        taken = sorted((int(node[place]), rows.name[place], rows.value[place]) for place in alive)
        second = "label" if name == "labels" else "name"
        values = [int(value) if name == "labels" else value for _, _, value in taken]
        return table(name, {"node": [row[0] for row in taken], second: [row[1] for row in taken], "value": values})

    def _profiles(self, people: m.Keys) -> pa.Table:
        width = len(m.PROFILE_COLUMNS) + len(m.COUNT_COLUMNS)
        features = np.full((len(people), width), np.nan)
        named = self._named(people)
        for rows, start in (
            (m.read_profiles(self._conn, people), 0),
            (m.read_counts(self._conn, people), len(m.PROFILE_COLUMNS)),
        ):
            node = m.positions(rows.account, people)
            alive = self._lives.living(rows.fetched_at, self._lives.features, named[node])
            features[node[alive], start : start + rows.features.shape[1]] = rows.features[alive]
        names = (*m.PROFILE_COLUMNS, *m.COUNT_COLUMNS)
        columns = {name: features[:, place] for place, name in enumerate(names) if name != "followers_half_width"}
        return table("profiles", {"node": np.arange(len(people)), **columns})

    def _members(self, candidates: Sequence[_Candidate]) -> pa.Table:
        everyone = np.concatenate([each.members for each in candidates])
        member = m.positions(everyone, m.distinct(everyone))
        return table(
            "members", {"k": _repeat([len(each.members) for each in candidates]), "member": member}, order=("k", "member")
        )

    def _facts(
        self, candidates: Sequence[_Candidate], refs: Sequence[AccountRef | None], followees: Nodes
    ) -> tuple[CandidateFacts, ...]:
        keys = m.as_keys([each.key for each in candidates])
        counts = m.read_counts(self._conn, keys)
        shown = dict(zip(m.key_list(counts.account), counts.features, strict=True))
        prices = self._prices(keys, int(self._lives.since(0)))
        return tuple(
            _candidate_facts(each, ref, shown.get(each.key), prices.get(each.key), int(place))
            for each, ref, place in zip(candidates, refs, followees, strict=False)
        )

    def _prices(self, keys: m.Keys, now: int) -> dict[bytes, Price]:
        """One valid quote per account: of the format that most of the list has a price for, else its first format by name."""
        rows = [row for row in m.read_prices(self._conn, keys) if row[6] is None or row[6] >= now]
        formats = [row[1] for row in rows]
        best: dict[bytes, tuple[tuple[int, str], Price]] = {}
        for key, name, _, _, amount, currency, until in rows:
            rank = (-formats.count(name), name)
            if key not in best or rank < best[key][0]:
                best[key] = (rank, Price(amount, currency, name, None if until is None else m.moment(until)))
        return {key: price for key, (_, price) in best.items()}


def _best_pulls(pulls: Sequence[m.PullRow]) -> dict[bytes, m.PullRow]:
    """Of each account the finished pull with the best frame, the newest of those; an unfinished one only where no other is."""
    ranked = sorted(pulls, key=lambda pull: (pull.finished, -_FRAMES.index(pull.frame), pull.pulled_at, pull.id))
    return {pull.account: pull for pull in ranked}


def _ref(ids: tuple[str, str], handle: str | None, name: str | None, url: str | None) -> AccountRef:
    return AccountRef(ids[0], ids[1], handle, name, url)


def _nothing(list_name: str, not_scored: Sequence[NotScored]) -> str:
    reasons = ", ".join(sorted({each.reason for each in not_scored}))
    return (
        f'none of the {len(not_scored)} accounts of the list "{list_name}" can be scored ({reasons}): bring in follower lists with '
        "`fanfit import follows FILE --list followers --frame complete|newest|random --pulled-at DATE`"
    )


def _candidate_facts(
    each: _Candidate, ref: AccountRef | None, counts: NDArray[np.float64] | None, price: Price | None, followee: int
) -> CandidateFacts:
    pull = each.pull
    total, half_width = pull.total, 0
    if total is None and pull.frame == "complete":
        total = pull.seen
    if total is None and counts is not None and not np.isnan(counts[0]):
        total, half_width = int(counts[0]), int(counts[1])
    frame = FrameCard(
        frame=pull.frame,
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
    )
    if ref is None:
        message = "a candidate on the list is not a named account: import the list again, so that its accounts are named"
        raise NothingToScore(message)
    return CandidateFacts(ref, frame, total, price, followee, len(each.members))


def _repeat(lengths: Sequence[int]) -> Nodes:
    return np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
