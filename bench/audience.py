"""Audience precision against known truth (METHODS 10.2, protocol A; DECISIONS 30), imported and scored as `fanfit` does it.

    python bench/audience.py [--seeds 20] [--first-seed 0] [--sample 50] [--sets github_ml blogcatalog_7 ...] [--declare 0.15]

Accounts are nodes with at least 100 neighbours (at most 400), followers their neighbours. A share of all nodes declares the
persona's attribute; the truth is the share of fitting among an account's followers that did NOT declare, and only those stand
in its follower list. Everything passes through `jobs.importing.import_file` and `jobs.scoring.run_shortlist`. The second table
(suffix `_all`) scores all imported followers. Hyper-parameters were chosen on seeds from 1000 on; the tables use 0..N-1.

Data by FANFIT_DATA (default ../shared/data beside the repository).
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one BLAS thread (DECISIONS 26); before numpy is loaded

import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from scipy import sparse  # noqa: E402

from jobs.importing import ImportJob, import_file  # noqa: E402
from jobs.scoring import FOLLOWERS, run_folder, run_shortlist  # noqa: E402
from scoring.arrays import Parameters  # noqa: E402
from scoring.audience.bias import assumed_bias  # noqa: E402
from scoring.audience.precision import draw_shares  # noqa: E402
from scoring.audience.sample import Sample  # noqa: E402
from scoring.baselines import classify_and_count, probabilistic_count  # noqa: E402
from scoring.evaluate import measures  # noqa: E402
from storage.engine import create_store, open_store  # noqa: E402
from storage.records import Frame, ListKind  # noqa: E402

NOW = datetime(2026, 1, 5, tzinfo=UTC)
KEY = bytes(range(32))
SETS = ("github_ml", "blogcatalog_7", "blogcatalog_18", "blogcatalog_16")
DEGREE_LEAST, ACCOUNTS_MOST = 100, 400
METRICS = ("mae", "coverage", "width", "regret10", "spearman")
PERSONA = """\
name: bench
title:
  en: bench
  zh: bench
must:
  - attribute: fits
    in: ["yes"]
"""


@dataclass(frozen=True)
class World:
    """A labelled graph: symmetric adjacency (N, N) of 0/1 and who fits the persona (N,)."""

    adjacency: sparse.csr_matrix
    fits: np.ndarray


@dataclass(frozen=True)
class Draw:
    """One seed: who declares (N,), the accounts, and each one's followers that did not declare."""

    declares: np.ndarray
    accounts: np.ndarray
    followers: list[np.ndarray]


def load(data: Path, name: str) -> World:
    """One set by name: github_ml, or blogcatalog_<category>."""
    folder, _, category = name.partition("_") if name.startswith("blogcatalog") else (name, "", "")
    edges = pq.read_table(data / folder / "edges.parquet")
    source, target = (edges.column(i).to_numpy() for i in (0, 1))
    size = int(max(source.max(), target.max())) + 1
    one_way = sparse.csr_matrix((np.ones(len(source)), (source, target)), shape=(size, size))
    adjacency = sparse.csr_matrix((one_way + one_way.T) > 0, dtype=np.int64)
    adjacency.setdiag(0)
    adjacency.eliminate_zeros()
    fits = np.zeros(size)
    if category:
        labels = pq.read_table(data / folder / "labels.parquet")
        ids = labels.column("id").to_numpy()
        fits[ids[labels.column("category").to_numpy() == int(category)]] = 1
    else:
        nodes = pq.read_table(data / folder / "nodes.parquet")
        fits[nodes.column("id").to_numpy()] = nodes.column("ml_target").to_numpy()
    return World(adjacency, fits)


def draw(world: World, seed: int, declare: float) -> Draw:
    """Who declares, which accounts, which followers: a function of the seed."""
    rng = np.random.default_rng(seed)
    declares = rng.random(len(world.fits)) < declare
    degree = np.diff(world.adjacency.indptr)
    accounts = np.flatnonzero(degree >= DEGREE_LEAST)
    if len(accounts) > ACCOUNTS_MOST:
        accounts = np.sort(rng.choice(accounts, ACCOUNTS_MOST, replace=False))
    neighbours = [world.adjacency.indices[world.adjacency.indptr[a] : world.adjacency.indptr[a + 1]] for a in accounts]
    followers = [each[~declares[each]] for each in neighbours]
    kept = [i for i, each in enumerate(followers) if len(each)]
    return Draw(declares, accounts[kept], [followers[i] for i in kept])


def bring_in(folder: Path, store: Any, kind: str, columns: dict[str, Any], **options: Any) -> None:
    """Write a Parquet file and import it as `fanfit import` does; a refused row stops the bench."""
    path = folder / f"{kind}-{options.get('list_kind', 'x')}.parquet"
    pq.write_table(pa.table(columns), path)
    job = ImportJob(
        kind=kind,
        path=path,
        workspace=folder,
        platform="bench",
        source="public research graph",
        basis="research licence",
        obtained=NOW.isoformat(),
        **options,
    )
    outcome = import_file(store, None, job, now=NOW)
    if outcome is None or outcome.status != "done" or outcome.rejected:
        message = f"{kind}: the importer refused rows of the bench's own file: {outcome}"
        raise SystemExit(message)


def text(ids: np.ndarray) -> pa.Array:
    """Node numbers as native ids."""
    return pa.array(np.char.add("n", ids.astype(str)))


def base_workspace(folder: Path, world: World) -> None:
    """The graph, once: whom everybody follows."""
    folder.mkdir(parents=True)
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    edges = world.adjacency.tocoo()
    bring_in(
        folder,
        store,
        "follows",
        {"account_id": text(edges.col), "follower_id": text(edges.row)},
        frame=Frame.COMPLETE,
        pulled_at=NOW.isoformat(),
        list_kind=ListKind.FOLLOWEES,
    )
    store.close()


def seed_workspace(base: Path, folder: Path, world: World, drawn: Draw) -> None:
    """A copy of the base workspace with one seed's declared values, follower lists and candidates."""
    shutil.copytree(base, folder)
    store = open_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    known = np.flatnonzero(drawn.declares)
    bring_in(
        folder,
        store,
        "attributes",
        {
            "account_id": text(known),
            "name": pa.array(["fits"] * len(known)),
            "value": pa.array(np.where(world.fits[known] == 1, "yes", "no")),
        },
    )
    lengths = [len(each) for each in drawn.followers]
    bring_in(
        folder,
        store,
        "follows",
        {"account_id": text(np.repeat(drawn.accounts, lengths)), "follower_id": text(np.concatenate(drawn.followers))},
        frame=Frame.COMPLETE,
        pulled_at=NOW.isoformat(),
        list_kind=ListKind.FOLLOWERS,
    )
    bring_in(folder, store, "candidates", {"native_id": text(drawn.accounts)}, list_name="bench")
    store.close()


def ceiling(world: World, drawn: Draw, sample: int | None, seed: int) -> dict[str, np.ndarray]:
    """All sampled followers labelled without error: the same estimator, every value known."""
    rng = np.random.default_rng([seed, 1])
    taken = [
        each if sample is None or len(each) <= sample else rng.choice(each, sample, replace=False) for each in drawn.followers
    ]
    sizes = [len(each) for each in taken]
    known = world.fits[np.concatenate(taken)]
    accounts = len(taken)
    population = np.array([len(each) for each in drawn.followers])
    given = Sample(
        accounts, np.repeat(np.arange(accounts), sizes), np.where(known > 0, 12.0, -12.0), known, np.ones(len(known)), population
    )
    draws = draw_shares(
        given, assumed_bias(accounts, 0.0), draws=1000, rngs=[np.random.default_rng([seed, 2, i]) for i in range(accounts + 1)]
    ).draws
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    return {"value": draws.mean(0), "low": low, "high": high}


def score(folder: Path, world: World, drawn: Draw, sample: int | None, seed: int) -> dict[str, dict[str, float]]:
    """Every method's metrics on one seed."""
    store = open_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    parameters = Parameters(sample=sample, seed=seed)
    run, shortlist = run_shortlist(store, folder, PERSONA, "bench", parameters, now=NOW, code_version="bench")
    store.close()
    truth = np.array([world.fits[each].mean() for each in drawn.followers])
    place = {f"n{account}": i for i, account in enumerate(drawn.accounts)}
    count = len(truth)
    value, low, high, topic = (np.full(count, np.nan) for _ in range(4))
    for card in shortlist.cards:
        i = place[card.account.native_id]
        value[i], low[i], high[i] = card.precision.value, card.precision.low, card.precision.high
        topic[i] = np.nan if card.own_topic is None else card.own_topic
    if np.isnan(value).any():
        message = f"{int(np.isnan(value).sum())} accounts of the bench were not scored: {shortlist.not_scored[:3]}"
        raise SystemExit(message)
    followers = pq.read_table(run_folder(folder, run) / FOLLOWERS)
    account, probability = followers.column("account").to_numpy(), followers.column("probability").to_numpy()
    probability = np.where(np.isnan(probability), np.nanmean(probability), probability)
    best = ceiling(world, drawn, sample, seed)
    rng = np.random.default_rng([seed, 3])
    size = np.diff(world.adjacency.indptr)[drawn.accounts].astype(float)
    return {
        "fanfit": measures(truth, value, low, high),
        "pcc": measures(truth, probabilistic_count(count, account, probability), None, None),
        "cc": measures(truth, classify_and_count(count, account, probability), None, None),
        "follower_count": measures(truth, size, None, None, is_share=False),
        "own_topic": measures(truth, np.nan_to_num(topic, nan=-1.0), None, None, is_share=False),
        "random": measures(truth, rng.random(count), None, None, is_share=False),
        "ceiling": measures(truth, best["value"], best["low"], best["high"]),
    }


def table(title: str, by_seed: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float | None]]:
    """Print means and standard errors over the seeds; return them for the last line."""
    print(f"\n{title}: {len(by_seed)} seeds, mean (standard error)")
    print(f"{'method':16s}" + "".join(f"{metric:>18s}" for metric in METRICS))
    result: dict[str, dict[str, float | None]] = {}
    for method in by_seed[0]:
        line, result[method] = f"{method:16s}", {}
        for metric in METRICS:
            values = np.array([each[method][metric] for each in by_seed])
            if np.isnan(values).any():
                line += f"{'-':>18s}"
                result[method] |= {metric: None, f"{metric}_se": None}
                continue
            error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
            line += f"{values.mean():>10.4f} ({error:.4f})"
            result[method] |= {metric: round(float(values.mean()), 5), f"{metric}_se": round(error, 5)}
        print(line, flush=True)
    return result


def bench(name: str, data: Path, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Both tables of one set."""
    world = load(data, name)
    base = folder / name.partition("_")[0]
    if not base.exists():
        base_workspace(base, world)
    rows: dict[str, list[dict[str, dict[str, float]]]] = {name: [], f"{name}_all": []}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        drawn = draw(world, seed, options.declare)
        here = folder / "seed"
        seed_workspace(base, here, world, drawn)
        rows[name].append(score(here, world, drawn, options.sample, seed))
        if not options.one_table:
            rows[f"{name}_all"].append(score(here, world, drawn, None, seed))
        shutil.rmtree(here)
        print(
            f"{name} seed {seed}: " + json.dumps({k: round(v, 4) for k, v in rows[name][-1]["fanfit"].items()}), file=sys.stderr
        )
    return {key: table(key, value) for key, value in rows.items() if value}


def main() -> None:
    parser = argparse.ArgumentParser(description="Audience precision against known truth.")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first-seed", type=int, default=0, help="tables use 0; tuning used 1000 and above")
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--declare", type=float, default=0.15)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--one-table", action="store_true", help="leave out the table with all followers scored")
    options = parser.parse_args()
    data = Path(os.environ.get("FANFIT_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        message = f"no data in {data}: set FANFIT_DATA to the folder that holds github_ml and blogcatalog"
        raise SystemExit(message)
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.sets:
            results |= bench(name, data, options, Path(folder))
    print(json.dumps({"bench": "audience", "results": results}))


if __name__ == "__main__":
    main()
