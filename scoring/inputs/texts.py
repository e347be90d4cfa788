"""The counted texts of a run's accounts; texts still held are read again for what no count answers (DECISIONS 25)."""

import numpy as np
import pyarrow as pa

from scoring.inputs.reading import Reading
from scoring.persona import own_phrases
from scoring.snapshot import blob_digests, table
from scoring.text.indexer import Held, JiebaIndexer, Reread, dictionary_version
from storage import matrices as m
from storage.held_texts import read_counted, read_held_texts
from storage.text_index import pack


def texts_table(reading: Reading, nodes: m.Keys, people: int, dictionary: str) -> tuple[pa.Table, float]:
    """Rows of the run's dictionary version, and the share of people's posts that answer all that the persona asks."""
    rows = m.read_texts(reading.conn, nodes)
    node = m.positions(rows.account, nodes)
    alive = reading.lives.living(rows.fetched_at, reading.lives.days.features_days, reading.is_named(nodes)[node])
    current = alive & np.array([version == dictionary for version in rows.dictionary], dtype=bool)
    again = _read_again(reading, nodes, dictionary, stale=bool((alive & ~current).any()))
    held = int(rows.posts[alive & (node < people)].sum())
    counted = int(rows.posts[current & (node < people)].sum()) + sum(
        texts for (who, _), texts in again.recounted.items() if who < people
    )
    looked = sum(texts for who, texts in again.looked.items() if who < people) if again.phrases else counted
    places = sorted(again.counts)
    columns = {
        "node": np.concatenate([node[current], np.array([place[0] for place in places], np.int64)]),
        "week": np.concatenate([rows.week[current], np.array([place[1] for place in places], np.int64)]),
        "posts": np.concatenate([rows.posts[current], np.array([again.recounted.get(place, 0) for place in places], np.int64)]),
        "words": np.concatenate([rows.words[current], np.array([again.counts[place].words for place in places], np.int64)]),
    }
    counts = [rows.counts[place] for place in np.flatnonzero(current)]
    counts += [pack(again.counts[place].terms, again.counts[place].counts) for place in places]
    order = np.lexsort([blob_digests(counts), *(columns[name] for name in ("words", "posts", "week", "node"))])
    sorted_columns = {name: column[order] for name, column in columns.items()}
    share = min(counted, looked) / held if held else 1.0
    return table("texts", {**sorted_columns, "counts": [counts[place] for place in order]}), min(share, 1.0)


def _read_again(reading: Reading, nodes: m.Keys, dictionary: str, *, stale: bool) -> Reread:
    """Texts still held: all of them for phrases of the persona's own, those that only an older dictionary counted anew."""
    indexer = JiebaIndexer() if stale and dictionary == dictionary_version() else None
    again = Reread(own_phrases(reading.persona), indexer)
    if not again.needed:
        return again
    versions: dict[tuple[bytes, int, int], set[str]] = {}
    for account, week, import_id, version in read_counted(reading.conn, nodes) if indexer is not None else ():
        versions.setdefault((account, week, import_id), set()).add(version)
    named = reading.is_named(nodes)
    for page in read_held_texts(reading.conn, nodes):
        node = m.positions(page.account, nodes)
        lives = np.flatnonzero(named[node] | (page.fetched_at > reading.lives.since(reading.lives.days.raw_days)))
        reading.lives.note(page.fetched_at[lives][~named[node[lives]]], reading.lives.days.features_days)
        filed = list(zip(m.key_list(page.account), page.week.tolist(), page.import_id.tolist(), strict=True))
        old = np.array([dictionary not in versions.get(filed[row], {dictionary}) for row in lives], dtype=bool)
        again.add(Held(node[lives], page.week[lives], old, [page.text[row] for row in lives]))
    return again
