"""What is known of a run's people: declared values, labels, profiles."""

import numpy as np
import pyarrow as pa

from scoring.inputs.reading import Reading
from scoring.snapshot import table
from storage import matrices as m


def values_table(reading: Reading, name: str, rows: m.NamedValues, people: m.Keys, days: int) -> pa.Table:
    """Declared attributes or labels of people that have not outlived `days`."""
    node = m.positions(rows.account, people)
    alive = np.flatnonzero(reading.lives.living(rows.fetched_at, days, reading.is_named(people)[node]))
    taken = sorted((int(node[place]), rows.name[place], rows.value[place]) for place in alive)
    second = "label" if name == "labels" else "name"
    values = [int(value) if name == "labels" else value for _, _, value in taken]
    return table(name, {"node": [row[0] for row in taken], second: [row[1] for row in taken], "value": values})


def profiles_table(reading: Reading, people: m.Keys, withheld: m.Keys) -> pa.Table:
    """The newest profile features and counts of everyone, NaN where nothing is known, and of those whose profile may not be judged."""
    width = len(m.PROFILE_COLUMNS) + len(m.COUNT_COLUMNS)
    features = np.full((len(people), width), np.nan)
    named = reading.is_named(people)
    for rows, start in (
        (m.read_profiles(reading.conn, people), 0),
        (m.read_counts(reading.conn, people), len(m.PROFILE_COLUMNS)),
    ):
        node = m.positions(rows.account, people)
        alive = reading.lives.living(rows.fetched_at, reading.lives.days.features_days, named[node])
        features[node[alive], start : start + rows.features.shape[1]] = rows.features[alive]
    features[m.positions(people, withheld) >= 0] = np.nan
    names = (*m.PROFILE_COLUMNS, *m.COUNT_COLUMNS)
    columns = {name: features[:, place] for place, name in enumerate(names) if name != "followers_half_width"}
    return table("profiles", {"node": np.arange(len(people)), **columns})
