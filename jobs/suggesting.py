"""Accounts for a list that is short: whom the fitting followers, or the followers of the seeds, follow more than others do."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from jobs.explaining import names_account
from jobs.graphing import public_counts
from jobs.kept import kept_folder
from jobs.scoring import FOLLOWERS, run_shortlist
from jobs.watching import named
from scoring.arrays import Parameters
from scoring.errors import NothingToScore
from scoring.graph.crowd import Gathered, Kept, fitting_crowd, read_kept, seed_crowd
from scoring.graph.suggest import LEVEL, Followed, over_followed, through
from scoring.persona import Persona, parse_persona
from scoring.results import AccountRef, Price
from scoring.text.sensitive import find_sensitive
from storage import matrices as m
from storage.errors import NotFound
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.queries import candidate_list, list_names
from storage.records import CandidateRecord
from storage.runs import list_runs, load_persona, load_run

if TYPE_CHECKING:
    from storage.engine import Store

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the accounts found are told: None where nothing is asked; prices in minor units of one currency."""

    platform: str | None = None
    followers: tuple[int | None, int | None] = (None, None)  # from, up to but without
    max_price: tuple[int, str] | None = None
    top: int = 20


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be found: for which persona, from whose followers, without whom. `run_id`: out of that run's input."""

    persona_text: str
    where: str
    list_name: str
    seeds: bool = False
    run_id: int | None = None
    not_in: tuple[str, ...] = ()
    wanted: Wanted = Wanted()
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account that is followed more, and why; `declared` counts only those whose fit is known: hits and people that fit, that do not."""

    account: AccountRef
    found: Followed
    through: tuple[AccountRef, ...]
    followers: int | None
    price: Price | None
    declared: tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was found, out of which run, beside whom.

    `told` of all `tested` were found before the wishes on platform, size and price; `unpriced` and `uncounted` of those fell out
    because no price, or no follower count, is known. `sampled` and `readable` count the people of the group's side; `too_few`
    are platforms where fewer than k people of group or base can be read.
    """

    run_id: int
    made: bool
    data_to: datetime | None
    of: Literal["fitting", "seeds"]
    base: Literal["base", "pool"]
    calibrated: bool
    k: int
    level: float
    sampled: int
    readable: int
    tested: int
    told: int
    uncounted: int
    unpriced: int
    too_few: tuple[str, ...]
    rows: tuple[Suggestion, ...]


def suggest(
    store: "Store", workspace: Path, ask: Ask, parameters: Parameters, *, now: datetime, code_version: str, processes: int = 1
) -> Suggestions:
    """Find accounts; out of the newest kept run of this persona and list, else the list is scored first.

    Raises:
        PersonaError, NothingToScore: as a run; also where fewer than k people's follows are known, or no seed is.
        NotFound: no such run, or one of another persona or list.
        Refused: that run's input is gone.
    """
    persona = parse_persona(ask.persona_text, where=ask.where)
    run_id = _run_of(store, workspace, persona, ask)
    made = run_id is None
    if run_id is None:
        run_id, _ = run_shortlist(
            store, workspace, ask.persona_text, ask.list_name, parameters, now=now, code_version=code_version, where=ask.where,
            processes=processes,
        )  # fmt: skip
    run = load_run(store, run_id)
    folder = kept_folder(run, workspace, FOLLOWERS)
    kept = read_kept(folder, folder / FOLLOWERS)
    return _suggest(store, kept, persona, ask, _Of(run_id, made, parameters.k_anonymity, now, run.result, run.summary.client))


@dataclass(frozen=True, slots=True)
class _Of:
    """The run that is read: its number, whether it was made for this, k, the clock, its result."""

    run_id: int
    made: bool
    k: int
    now: datetime
    result: Mapping[str, object]
    client: str

    @property
    def calibrated(self) -> bool:
        calibration = self.result["calibration"]
        return isinstance(calibration, dict) and calibration.get("status") != "none"


def _run_of(store: "Store", workspace: Path, persona: Persona, ask: Ask) -> int | None:
    """The run that was asked for, else the newest one of this persona as it stands and this list whose input is kept here."""
    for run in list_runs(store):
        if ask.run_id not in {None, run.id}:
            continue
        same = run.persona == persona.name and run.list_name == ask.list_name
        same = same and load_persona(store, run.persona, run.persona_version).digest == persona.digest
        if ask.run_id is not None and not same:
            message = f'run {run.id} is not of the persona "{persona.name}" as it stands and the list "{ask.list_name}": leave --run away, and the newest that fits is taken'
            raise NotFound(message)
        if ask.run_id is not None or (same and run.recomputable and (workspace / "runs" / str(run.id) / FOLLOWERS).is_file()):
            return run.id
    if ask.run_id is not None:
        load_run(store, ask.run_id)
    return None


def _suggest(store: "Store", kept: Kept, persona: Persona, ask: Ask, of: _Of) -> Suggestions:
    texts = {text for trait in persona.traits for text in (*trait.positive, *trait.negative)}
    seeds = _columns(kept, (text for trait in persona.traits for text in trait.positive))
    listed = np.array(_listed(store, kept, (ask.list_name, *ask.not_in)), np.int64)
    if ask.seeds and not len(seeds):
        message = f'persona "{persona.name}" names no seed account that somebody in the store follows: give its seeds, and bring in their followers'
        raise NothingToScore(message)
    gathered = seed_crowd(kept, seeds, listed, of.k) if ask.seeds else fitting_crowd(kept, listed, of.k)
    left_out = np.union1d(listed, _columns(kept, texts))
    columns = np.array(
        [at for at, ref in enumerate(kept.accounts) if ref is not None and _may_be_told(kept.category[at])], np.int64
    )
    columns = np.setdiff1d(columns, left_out)
    found = over_followed(gathered.crowd, columns, k=of.k, level=ask.level)
    if not found.tested:
        raise NothingToScore(_nothing(gathered, of.k))
    rows, uncounted, unpriced = _known_accounts(store, kept, gathered, found.told, ask.wanted, of)
    names = sorted({ref.platform for ref in kept.accounts if ref is not None})
    return Suggestions(
        run_id=of.run_id, made=of.made, data_to=kept.facts.data_to, of="seeds" if ask.seeds else "fitting", base=gathered.base_kind,
        calibrated=ask.seeds or of.calibrated, k=of.k, level=ask.level, sampled=gathered.sampled, readable=gathered.readable,
        tested=found.tested, told=len(found.told), uncounted=uncounted, unpriced=unpriced,
        too_few=tuple(names[place] for place in found.too_few), rows=rows,
    )  # fmt: skip


def _may_be_told(category: str | None) -> bool:
    """Accounts of a sensitive category are never put forward by who follows them (DECISIONS 7)."""
    return find_sensitive(category or "") is None


def _columns(kept: Kept, texts: Iterable[str]) -> NDArray[np.int64]:
    """Columns of the seed accounts that these texts of the persona mean, as far as somebody follows them."""
    return np.array(sorted({kept.facts.seeds.get(text, -1) for text in texts} - {-1}), np.int64)


def _listed(store: "Store", kept: Kept, lists: Sequence[str]) -> list[int]:
    """Columns of accounts that stand on one of the lists, by account or by the text that the list has for them."""
    rows = [row for name in lists for row in candidate_list(store, name)]
    refs = named(store, {row.account for row in rows if row.account is not None})
    known = {(ref.platform, ref.native_id) for ref in refs.values()}
    texts = [row.given for row in rows if row.account is None]
    own = {each.followee for each in kept.facts.candidates if each.followee >= 0}
    found = {
        at
        for at, ref in enumerate(kept.accounts)
        if ref is not None and ((ref.platform, ref.native_id) in known or any(names_account(text, ref) for text in texts))
    }
    return sorted(own | found)


def _nothing(gathered: Gathered, k: int) -> str:
    return (
        f"of {gathered.sampled} people whom this could be told from, {gathered.readable} follow a known account beyond the list, and no "
        f"such account is followed by {k} of them, or they are worth fewer than {k} fitting people: bring in whom they follow "
        "(fanfit import follows FILE --list followees, or fanfit collect run --followees), or more followers"
    )


def _known_accounts(
    store: "Store", kept: Kept, gathered: Gathered, told: Sequence[Followed], wanted: Wanted, of: _Of
) -> tuple[tuple[Suggestion, ...], int, int]:
    """The accounts found that are still in the store and meet the wishes; how many fell out for want of a count, of a price."""
    with store.read() as conn:
        keys, ids = m.read_named(conn)
        place = {each: at for at, each in enumerate(ids)}
        refs = [(each, ref) for each in told if (ref := kept.accounts[each.followee]) is not None]
        still = [(each, ref, place[ref.platform, ref.native_id]) for each, ref in refs if (ref.platform, ref.native_id) in place]
        some = keys[np.array([at for _, _, at in still], np.int64)]
        counts, prices = public_counts(conn, some), _prices(m.read_prices(conn, some, client=of.client), of.now)
    rows: list[Suggestion] = []
    uncounted = unpriced = 0
    for (each, ref, _), key in zip(still, m.key_list(some), strict=True):
        followers, price = counts.get(key), prices.get(key)
        if wanted.platform not in {None, ref.platform}:
            continue
        if wanted.followers != (None, None) and followers is None:
            uncounted += 1
        elif wanted.max_price is not None and (price is None or price.currency != wanted.max_price[1]):
            unpriced += 1
        elif _within(followers, wanted.followers) and (wanted.max_price is None or _cheap(price, wanted.max_price)):
            rows.append(_suggestion(kept, gathered, each, ref, followers, price, of.k))
    return tuple(rows[: wanted.top]), uncounted, unpriced


def _within(followers: int | None, wanted: tuple[int | None, int | None]) -> bool:
    low, high = wanted
    return followers is None or ((low is None or followers >= low) and (high is None or followers < high))


def _cheap(price: Price | None, most: tuple[int, str]) -> bool:
    return price is not None and price.amount_minor <= most[0]


def _prices(rows: m.Rows, now: datetime) -> dict[bytes, Price]:
    """The cheapest quote of each account that still holds."""
    found: dict[bytes, Price] = {}
    for key, name, _, _, amount, currency, until in rows:
        price = Price(amount, currency, name, None if until is None else m.moment(until))
        if not price.expired(now) and (key not in found or amount < found[key].amount_minor):
            found[key] = price
    return found


def _suggestion(
    kept: Kept, gathered: Gathered, each: Followed, ref: AccountRef, followers: int | None, price: Price | None, k: int
) -> Suggestion:
    by = tuple(gathered.sources[at] for at in through(kept.edges, gathered.members, each.followee, k=k))
    return Suggestion(ref, each, by, followers, price, _declared(kept, gathered, each.followee, k))


def _declared(kept: Kept, gathered: Gathered, followee: int, k: int) -> tuple[int, int, int, int] | None:
    """The same counted only over people whose fit is known, where both those who fit and those who do not are k."""
    here = gathered.crowd.platform == gathered.crowd.followee_platform[followee]
    fits, fits_not = (here & (gathered.known == value) for value in (1.0, 0.0))
    if min(fits.sum(), fits_not.sum()) < max(k, 1):
        return None
    column = np.asarray(kept.edges[:, [followee]].todense()).ravel() > 0
    return int((fits & column).sum()), int(fits.sum()), int((fits_not & column).sum()), int(fits_not.sum())


def add_to_list(store: "Store", found: Suggestions, list_name: str, notes: Sequence[str], *, now: datetime) -> int:
    """Append the accounts to a candidate list, new or not, each with its note; how many were not on it before. `imports undo` takes them back."""
    held: set[tuple[str, str]] = set()
    if list_name in list_names(store):
        keys = {row.account for row in candidate_list(store, list_name) if row.account is not None}
        held = {(ref.platform, ref.native_id) for ref in named(store, keys).values()}
    records = [
        CandidateRecord(each.account.native_id, each.account.platform, each.account.native_id, each.account.handle, each.account.name, note)
        for each, note in zip(found.rows, notes, strict=True)
        if (each.account.platform, each.account.native_id) not in held
    ]  # fmt: skip
    if not records:
        return 0
    content = "\n".join([list_name, now.isoformat(), *(f"{each.platform}:{each.native_id}" for each in records)])
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    request = ImportRequest("candidates", f"suggested from run {found.run_id}", fingerprint, {"list_name": list_name})
    state = begin_import(store, request, now=now)
    writer = PageWriter(store, state.import_id, now=now, indexer=None, list_name=list_name)
    for start in range(0, len(records), _PAGE):
        part = records[start : start + _PAGE]
        writer.write(part, position=start + len(part))
    finish_import(store, state.import_id, now=now)
    return len(records)
