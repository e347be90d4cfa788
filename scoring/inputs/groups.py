"""Who is read beside the candidates' followers: the base sample, seeds' followers, seed audiences, people with known values."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from scoring.inputs.reading import Reading
from scoring.snapshot import table
from storage import matrices as m

DECLARED_MOST = 200_000  # people with a declared value or label that the persona uses
GROUP_MOST = 20_000  # base sample, each seed's followers, each seed audience


def base_sample(reading: Reading, platforms: set[str]) -> m.Keys:
    """The newest base sample of each platform on the list, in its own order."""
    newest = {
        pull.platform: pull
        for pull in sorted(m.read_pulls(reading.conn, "base"), key=lambda pull: (pull.pulled_at, pull.id))
        if pull.finished and pull.platform in platforms
    }
    samples = [m.read_members(reading.conn, newest[platform].id) for platform in sorted(newest)]
    keys = m.distinct(np.concatenate([m.as_keys([]), *samples]))
    return reading.some(keys, GROUP_MOST, "base")


def followers_of(reading: Reading, key: bytes, text: str) -> m.Keys:
    """Some of the followers of a seed or a seed audience, by lot."""
    keys = m.read_followers(reading.conn, key)
    return reading.some(keys, GROUP_MOST, "seed", text)


def audience(reading: Reading, name: str, key: bytes | None) -> m.Keys:
    """The people labelled `name`; without such labels the followers of the named account it stands for."""
    labels = m.read_labels(reading.conn, names=[name], client=reading.persona.client)
    labelled = labels.account[np.array([value == "1" for value in labels.value], dtype=bool)]
    if len(labelled) or key is None:
        return reading.some(np.sort(labelled), GROUP_MOST, "audience", name)
    return followers_of(reading, key, name)


def declared(reading: Reading) -> m.Keys:
    """People with a value of an attribute that the persona names, or a label of its set."""
    names = sorted({trait.attribute for trait in reading.persona.traits if trait.attribute})
    attributes = m.read_attributes(reading.conn, names=names).account
    labels = m.read_labels(reading.conn, names=[reading.persona.name], client=reading.persona.client).account
    return reading.some(np.unique(np.concatenate([attributes, labels])), DECLARED_MOST, "declared")


def groups_table(groups: Mapping[str, m.Keys], people: m.Keys) -> pa.Table:
    """Base sample and seed audiences, all of them among `people`."""
    columns = {
        "name": [name for name, keys in groups.items() for _ in range(len(keys))],
        "node": np.concatenate([np.sort(m.positions(keys, people)) for keys in groups.values()]),
    }
    return table("groups", columns)
