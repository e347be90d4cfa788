"""From the files of a run's input to its arrays: the heavy sums go through the engine, the rest is indexing."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import sparse

from scoring.arrays import Attributes, CandidateInput, Followees, Parameters, Profiles, ScoringInput, Texts
from scoring.audience.overlap import FollowerList, pair_overlap
from scoring.engines import kernels
from scoring.engines.base import Engine
from scoring.persona import own_phrases, trait_terms
from scoring.results import AccountRef, Overlap
from scoring.snapshot import SCHEMAS, CandidateFacts, Facts, read_facts
from scoring.text.lexicon import interest_terms, interests, spelled_terms

if TYPE_CHECKING:
    from scoring.persona import Persona

PAIRS_MOST = 20_000  # overlaps are given for every pair of up to 200 candidates; beyond, for the pairs of the largest lists

Longs = NDArray[np.int64]


def load_input(folder: Path, persona: "Persona", parameters: Parameters, engine: Engine) -> ScoringInput:
    """The arrays of a kept snapshot, for a persona that need not be the one it was taken for.

    The sample is the snapshot's own: `parameters` cannot make it larger, and say only whether expired prices count. Phrases of the persona's own that no text was read for
    when it was taken find nothing; the share of texts that answer the persona is then 0, as where no text is held any more.

    Raises:
        ScoringError: there is no snapshot in `folder`.
    """
    facts = read_facts(folder)
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in SCHEMAS if name not in {"texts", "members"}}
    engine.read("texts", folder / "texts.parquet")
    engine.read("members", folder / "members.parquet")
    followees = tables["followees"]
    nodes = max(facts.people, int(_longs(followees, "node").max(initial=-1)) + 1)
    texts, everyone, recent = _texts(engine, facts, nodes, persona, tables["words"])
    lists = member_lists(folder, facts)
    sample = tables["sample"]
    groups = _groups(tables["groups"])
    return ScoringInput(
        candidates=tuple(
            _candidate(k, each, facts.now, late=parameters.expired_prices) for k, each in enumerate(facts.candidates)
        ),
        not_scored=facts.not_scored,
        people=facts.people,
        sample_account=_longs(sample, "k"),
        sample_person=_longs(sample, "node"),
        attributes=_attributes(tables["attributes"], facts.people),
        profiles=_profiles(tables["profiles"], facts.now),
        texts=texts,
        followees=_followees(followees, tables["follows"], facts.people, everyone),
        labels=_labels(tables["labels"], facts.people),
        base_people=groups.pop("base", np.empty(0, np.int64)),
        seeds=facts.seeds,
        audiences={name: groups.get(f"audience:{name}", np.empty(0, np.int64)) for name in facts.audiences},
        overlaps=_overlaps(engine, facts),
        complete_lists={k: members for k, members in lists.items() if facts.candidates[k].frame.frame == "complete"},
        data_from=facts.data_from,
        data_to=facts.data_to,
        now=facts.now,
        digest=facts.digest,
        sample_position=_longs(sample, "position"),
        list_sizes=np.array([each.members for each in facts.candidates], dtype=np.int64),
        recent_texts=recent,
        seen_lists=lists,
        unchosen_formats=facts.unchosen_formats,
    )


def _longs(table: pa.Table, name: str) -> Longs:
    return np.asarray(table.column(name).to_numpy(), dtype=np.int64)


def _candidate(k: int, facts: CandidateFacts, now: datetime, *, late: bool) -> CandidateInput:
    held = facts.price is not None and not facts.price.expired(now)
    return CandidateInput(
        facts.account, facts.frame, facts.followers, facts.price if held or late else None, person=k, followee=facts.followee,
        given=facts.given, expired=None if held else facts.price,
    )  # fmt: skip


def _groups(table: pa.Table) -> dict[str, Longs]:
    names, nodes = np.array(table.column("name").to_pylist(), dtype=object), _longs(table, "node")
    return {name: nodes[names == name] for name in dict.fromkeys(names.tolist())}


def _attributes(table: pa.Table, people: int) -> dict[str, Attributes]:
    found: dict[str, Attributes] = {}
    names = np.array(table.column("name").to_pylist(), dtype=object)
    values = np.array(table.column("value").to_pylist(), dtype=object)
    nodes = _longs(table, "node")
    for name in sorted(set(names.tolist())):
        mine = names == name
        known = sorted(set(values[mine].tolist()))
        code = {value: place for place, value in enumerate(known)}
        codes = np.full(people, -1, np.int32)
        codes[nodes[mine]] = [code[value] for value in values[mine]]
        found[name] = Attributes(name, tuple(known), codes)
    return found


def _labels(table: pa.Table, people: int) -> dict[str, NDArray[np.float64]]:
    names = np.array(table.column("label").to_pylist(), dtype=object)
    nodes, values = _longs(table, "node"), _longs(table, "value")
    found: dict[str, NDArray[np.float64]] = {}
    for name in sorted(set(names.tolist())):
        given = np.full(people, np.nan)
        given[nodes[names == name]] = values[names == name]
        found[name] = given
    return found


def _profiles(table: pa.Table, now: datetime) -> Profiles:
    columns = {name: np.asarray(table.column(name).to_numpy(), dtype=np.float64) for name in table.column_names if name != "node"}
    columns["age_days"] = (now.timestamp() - columns.pop("created_at")) / 86_400
    return Profiles(**{field.name: columns[field.name] for field in fields(Profiles)})


def _followees(table: pa.Table, follows: pa.Table, people: int, texts: sparse.csr_matrix) -> Followees:
    """`texts` (nodes, T) of everyone; a followee without a node has none."""
    node = _longs(table, "node")
    edges = sparse.csr_matrix(
        (np.ones(follows.num_rows, np.int64), (_longs(follows, "node"), _longs(follows, "followee"))),
        shape=(people, table.num_rows),
    )
    edges.data[:] = 1
    known = np.flatnonzero(node >= 0)
    pick = sparse.csr_matrix((np.ones(len(known), np.int64), (known, node[known])), shape=(table.num_rows, texts.shape[0]))
    rows = zip(*(table.column(name).to_pylist() for name in ("platform", "native_id", "handle", "name", "url")), strict=True)
    return Followees(
        edges=edges,
        accounts=tuple(None if row[0] is None else AccountRef(*row) for row in rows),
        degree=_longs(table, "degree"),
        category=tuple(table.column("category").to_pylist()),
        texts=sparse.csr_matrix(pick @ texts),
    )


def _wanted_terms(persona: "Persona") -> Longs:
    """Terms kept however few people use them: of the persona's clauses and of every interest."""
    speaking = [trait_terms(trait)[0] for trait in persona.traits] + [interest_terms(each.id)[0] for each in interests()]
    return np.unique(np.concatenate([np.empty(0, np.int64), *speaking]))


def _texts(
    engine: Engine,
    facts: Facts,
    nodes: int,
    persona: "Persona",
    words: pa.Table,
) -> tuple[Texts, sparse.csr_matrix, dict[int, sparse.csr_matrix]]:
    """The people's texts; everyone's, named followees included, over the same columns; and the people's recent ones."""
    engine.map("texts", "node, counts", kernels.unpack_counts, kernels.TERM_COUNTS, "term_counts")
    engine.sql(kernels.SQL_NODE_TERMS, "node_terms")
    users = engine.sql(kernels.SQL_TERM_USERS.format(people=facts.people))
    count, term = _longs(users, "users"), _longs(users, "term")
    wanted = _wanted_terms(persona)
    terms = np.union1d(term[count >= kernels.USERS_LEAST], np.intersect1d(term, wanted))
    everyone = _counts(engine.sql(kernels.SQL_TEXTS), terms)
    sums = engine.sql(kernels.SQL_WORDS)
    totals = {name: np.zeros(facts.people, np.int64) for name in ("words", "posts")}
    node = _longs(sums, "node")
    mine = node < facts.people
    for name, total in totals.items():
        total[node[mine]] = _longs(sums, name)[mine]
    matrix = _matrix(everyone, (nodes, len(terms)))
    texts = Texts(
        counts=matrix[: facts.people],
        terms=terms,
        words=totals["words"],
        posts=totals["posts"],
        dictionary=facts.dictionary,
        share_at_dictionary=_share(facts, persona),
        spelled=_spelled(terms, words),
    )
    within = sorted({trait.within_days for trait in persona.traits if trait.within_days is not None})
    return texts, matrix, {days: _recent(engine, facts, terms, days) for days in within}


def _share(facts: Facts, persona: "Persona") -> float:
    """The share of people's posts that answer all that the persona asks."""
    return facts.share_at_dictionary if set(own_phrases(persona)) <= set(facts.phrases) else 0.0


Coo = tuple[Longs, Longs, Longs]


def _counts(table: pa.Table, terms: Longs) -> Coo:
    """(row, column, count) of the rows whose term is among `terms` (sorted)."""
    term = _longs(table, "term")
    place = np.searchsorted(terms, term)
    place[place == len(terms)] = 0
    kept = terms[place] == term if len(terms) else np.zeros(len(term), bool)
    return _longs(table, "node")[kept], place[kept], _longs(table, "count")[kept]


def _matrix(parts: Coo, shape: tuple[int, int]) -> sparse.csr_matrix:
    """Canonical CSR: sums and sorted columns do not depend on the order in which an engine gave the rows."""
    row, column, count = parts
    made = sparse.csr_matrix((count, (row, column)), shape=shape, dtype=np.int64)
    made.sum_duplicates()
    return made


def _recent(engine: Engine, facts: Facts, terms: Longs, days: int) -> sparse.csr_matrix:
    """Counts of the weeks that reach into the last `days` days before the run."""
    day = int((facts.now - timedelta(days=days)).timestamp()) // 86_400
    first = (day - (day + 3) % 7) // 7  # weeks are filed under their Monday; 1970-01-01 was a Thursday
    engine.sql(kernels.SQL_RECENT.format(week=first, people=facts.people), f"recent_{days}")
    engine.map(f"recent_{days}", "node, counts", kernels.unpack_counts, kernels.TERM_COUNTS, f"recent_counts_{days}")
    return _matrix(_counts(engine.sql(f"SELECT node, term, count FROM recent_counts_{days}"), terms), (facts.people, len(terms)))


def _spelled(terms: Longs, words: pa.Table) -> dict[int, str]:
    """Spellings a reader may see, of the terms in use: words of at least k accounts and the lexicons' own entries."""
    given = dict(zip(words.column("term").to_pylist(), words.column("text").to_pylist(), strict=True)) | spelled_terms()
    return {term: given[term] for term in terms.tolist() if term in given}


def member_lists(folder: Path, facts: Facts) -> dict[int, Longs]:
    """The members of each candidate's list, distinct and in order, numbered for this run only."""
    members = pq.read_table(folder / "members.parquet")
    starts = np.searchsorted(_longs(members, "k"), np.arange(len(facts.candidates) + 1))
    member = _longs(members, "member")
    return {k: member[starts[k] : starts[k + 1]] for k in range(len(facts.candidates))}


def _overlaps(engine: Engine, facts: Facts) -> tuple[Overlap, ...]:
    """Every pair, from counts that the engine took; with more than PAIRS_MOST pairs those of the largest lists."""
    counted = engine.sql(kernels.SQL_SHARED)
    shared = np.zeros((len(facts.candidates), len(facts.candidates)), np.int64)
    shared[_longs(counted, "a"), _longs(counted, "b")] = _longs(counted, "shared")
    lists = [follower_list(each) for each in facts.candidates]
    chosen = sorted(_largest([each.seen for each in lists], PAIRS_MOST))
    counts = shared.tolist()
    pairs = (pair_overlap(lists[a], lists[b], counts[a][b]) for place, a in enumerate(chosen) for b in chosen[place + 1 :])
    return tuple(pair for pair in pairs if pair is not None)


def _largest(sizes: Sequence[int], pairs: int) -> list[int]:
    most = len(sizes)
    while most * (most - 1) // 2 > pairs:
        most -= 1
    return sorted(range(len(sizes)), key=lambda k: (-sizes[k], k))[:most]


def follower_list(facts: CandidateFacts) -> FollowerList:
    """What overlaps need to know of a candidate's list."""
    return FollowerList(facts.account.native_id, facts.members, facts.followers, complete=facts.frame.frame == "complete")
