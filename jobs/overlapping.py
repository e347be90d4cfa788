"""Shared followers and net reach of accounts of a run that somebody chose, from the lists that its input keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.explaining import names_account
from jobs.kept import kept_folder
from scoring.audience.overlap import net_reach, overlaps_of
from scoring.loading import follower_list, member_lists
from scoring.results import AccountRef, NetReach, Overlap
from scoring.snapshot import read_facts
from storage.clients import together
from storage.errors import NotFound
from storage.runs import load_run

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class ChosenReach:
    """The chosen accounts of a run, the overlap of each pair, and the followers of all of them, each person once.

    Pairs, and the net reach, that nothing bounds are left out.
    """

    run_id: int
    accounts: tuple[AccountRef, ...]
    overlaps: tuple[Overlap, ...]
    net_reach: NetReach | None


def overlap_of(
    store: "Store", workspace: Path, chosen: Sequence[str], run_id: int | None = None, client: str = ""
) -> ChosenReach:
    """Overlap of the chosen accounts, each given by id, handle, name or URL, in their order; of the newest run without `run_id`.

    Raises:
        NotFound: no such run or account, or fewer than two different accounts.
        Refused: the run's lists are gone.
        ClientMismatch: `client` is named, and the run is another's.
    """
    run = load_run(store, run_id)
    together({"this overlap": client, f"run {run.id}": run.summary.client})
    folder = kept_folder(run, workspace, "members.parquet")
    facts = read_facts(folder)
    accounts = [each.account for each in facts.candidates]
    places = list(dict.fromkeys(_place(text, accounts, run.id) for text in chosen))
    if len(places) < 2:
        message = "an overlap is of two accounts or more: name at least two different ones"
        raise NotFound(message)
    held = member_lists(folder, facts)
    lists, members = [follower_list(facts.candidates[k]) for k in places], [held[k] for k in places]
    return ChosenReach(run.id, tuple(accounts[k] for k in places), overlaps_of(lists, members), net_reach(lists, members))


def _place(text: str, accounts: Sequence[AccountRef], run_id: int) -> int:
    found = [k for k, account in enumerate(accounts) if names_account(text, account)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(accounts[k].native_id for k in found)
        message = f'"{text}" means several accounts of run {run_id}: give the id, one of {ids}'
    else:
        message = f'run {run_id} read no follower list of "{text}": give an id, handle, name or URL of its table'
    raise NotFound(message)
