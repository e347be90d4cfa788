"""Takes a run's input: reads the store in one transaction and writes the files of the snapshot.

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
from sqlalchemy import Connection

from scoring.arrays import Parameters
from scoring.inputs.candidates import Candidate, facts_of, listed, members_table, sample_table
from scoring.inputs.graph import followees_table, follows_table, nodes_of
from scoring.inputs.groups import audience, base_sample, declared, followers_of, groups_table
from scoring.inputs.people import profiles_table, values_table
from scoring.inputs.prices import prices_of
from scoring.inputs.reading import KEPT_DAYS, Lifetimes, Reading
from scoring.inputs.texts import texts_table
from scoring.persona import own_phrases, refuse_sensitive_seeds
from scoring.results import NotScored
from scoring.snapshot import Facts, table, write_snapshot
from storage import matrices as m
from storage.errors import NotFound
from storage.queries import resolve_account
from storage.standing import write_standing

if TYPE_CHECKING:
    from scoring.persona import Persona
    from storage.engine import Store

BASE = "base"
X = "x"  # the platform whose terms forbid to assess authenticity without its written permission
AUDIENCE = "audience:"
Known = dict[str, bytes | None]  # a text of the persona and whom it means, if the store knows


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
        reading = Reading(conn, persona, parameters, Lifetimes(store, now))
        candidates, not_scored = listed(reading, list_name)
        people, groups = _people(reading, candidates, seeds, audiences)
        made = _Input(reading, candidates, not_scored, people, groups, *follows_table(reading, people))
        facts, tables = made.read(list_name, seeds, now, dictionary)
        accounts = m.distinct(np.concatenate([made.everyone(), _meant(reading, list_name, seeds, audiences)]))
    write_standing(folder, store.pseudonymiser, m.each_key(accounts), _texts_given(facts))
    return write_snapshot(folder, facts, tables)


def _resolve(store: "Store", text: str) -> bytes | None:
    try:
        return resolve_account(store, text)
    except NotFound:
        return None


def _seed_keys(store: "Store", persona: "Persona") -> Known:
    texts = sorted({text for trait in persona.traits for text in (*trait.positive, *trait.negative)})
    return {text: _resolve(store, text) for text in texts}


def _audience_keys(store: "Store", persona: "Persona") -> Known:
    names = sorted({trait.audience for trait in persona.traits if trait.audience})
    return {name: _resolve(store, name) for name in names}


def _refuse_sensitive(conn: Connection, persona: "Persona", accounts: Known) -> None:
    """The categories of the seeds and seed audiences are known only now; the file alone does not tell."""
    known = {text: key for text, key in accounts.items() if key is not None}
    if known:
        faces = m.read_faces(conn, m.distinct(m.as_keys(known.values())))
        refuse_sensitive_seeds(persona, {text: faces[key][3] for text, key in known.items() if key in faces})


def _people(
    reading: Reading, candidates: Sequence[Candidate], seeds: Known, audiences: Known
) -> tuple[m.Keys, dict[str, m.Keys]]:
    """Everyone who is scored or learned from, the candidates first; base sample and seed audiences by their names."""
    groups = {BASE: base_sample(reading, {each.pull.platform for each in candidates})}
    groups |= {AUDIENCE + name: audience(reading, name, key) for name, key in audiences.items()}
    extra = [followers_of(reading, key, text) for text, key in seeds.items() if key is not None]
    own = m.as_keys([each.key for each in candidates])
    sampled = [each.sampled for each in candidates]
    return m.distinct(np.concatenate([own, *sampled, *groups.values(), *extra, declared(reading)])), groups


def _meant(reading: Reading, list_name: str, seeds: Known, audiences: Known) -> m.Keys:
    """Whom the candidate list and the persona mean, scored or not."""
    wanted = [account for _, account, _ in m.read_candidates(reading.conn, list_name)]
    return m.as_keys(key for key in (*wanted, *seeds.values(), *audiences.values()) if key is not None)


def _texts_given(facts: Facts) -> list[str]:
    """Texts of the facts that may name somebody whom the store did not know."""
    listed = [each.given for each in facts.candidates] + [each.given for each in facts.not_scored]
    return [*facts.seeds, *facts.audiences, *listed]


@dataclass(frozen=True, slots=True)
class _Input:
    """Who is in the input and whom they follow; `read` reads the rest."""

    reading: Reading
    candidates: list[Candidate]
    not_scored: tuple[NotScored, ...]
    people: m.Keys
    groups: dict[str, m.Keys]
    follows: pa.Table
    followees: m.Keys

    def read(self, list_name: str, seeds: Known, now: datetime, dictionary: str) -> tuple[Facts, dict[str, pa.Table]]:
        """The facts, still without digest, and the tables of the snapshot."""
        reading, people = self.reading, self.people
        own = len(self.candidates)
        refs, categories = reading.faces(np.concatenate([people[:own], self.followees]))
        nodes = nodes_of(reading, people, self.followees)
        texts, share = texts_table(reading, nodes, len(people), dictionary)
        conn, lives = reading.conn, reading.lives
        tables = {
            "sample": sample_table(self.candidates, people),
            "members": members_table(self.candidates),
            "groups": groups_table(self.groups, people),
            "follows": self.follows,
            "followees": followees_table(reading, self.followees, nodes, refs[own:], categories[own:]),
            "texts": texts,
            "attributes": values_table(reading, "attributes", m.read_attributes(conn, people), people, lives.days.features_days),
            "labels": values_table(
                reading, "labels", m.read_labels(conn, people, client=reading.persona.client), people, lives.days.labels_days
            ),
            "profiles": profiles_table(reading, people, self._withheld()),
            "words": table("words", dict(zip(("term", "text"), m.read_words(conn), strict=True))),
        }
        listed = m.as_keys(account for _, account, _ in m.read_candidates(conn, list_name) if account is not None)
        mine, moment = m.as_keys([each.key for each in self.candidates]), m.moment(int(lives.since(0)))
        priced = prices_of(conn, mine, reading.parameters, moment, listed=listed)
        pulled = [each.pull.pulled_at for each in self.candidates]
        facts = Facts(
            list_name=list_name,
            candidates=facts_of(reading, self.candidates, refs, m.positions(people[:own], self.followees), priced.prices),
            not_scored=self.not_scored,
            people=len(people),
            seeds={text: self._column(key) for text, key in seeds.items()},
            audiences=tuple(name.removeprefix(AUDIENCE) for name in self.groups if name != BASE),
            dictionary=dictionary,
            share_at_dictionary=share,
            sample=reading.parameters.sample,
            seed=reading.parameters.seed,
            data_from=m.moment(min(pulled)),
            data_to=m.moment(max(pulled)),
            phrases=own_phrases(reading.persona),
            now=now,
            expires=min(m.moment(lives.expires), now + timedelta(days=KEPT_DAYS)),
            unchosen_formats=priced.unchosen,
        )
        return facts, tables

    def everyone(self) -> m.Keys:
        """Everyone with a row or a place in the input."""
        return np.concatenate([self.people, self.followees, *(each.members for each in self.candidates)])

    def _withheld(self) -> m.Keys:
        """People whose authenticity may not be assessed: those of X, unless X has allowed it in writing (its developer policy)."""
        if self.reading.parameters.assess_x:
            return m.as_keys([])
        conn = self.reading.conn
        sampled = [each.sampled for each in self.candidates if each.pull.platform == X]
        base = [m.read_members(conn, pull.id) for pull in m.read_pulls(conn, "base") if pull.platform == X]
        return m.distinct(np.concatenate([m.as_keys([]), *sampled, *base]))

    def _column(self, key: bytes | None) -> int:
        return -1 if key is None else int(m.positions(m.as_keys([key]), self.followees)[0])
