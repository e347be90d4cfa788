"""Say why one account of a run stands where it stands: its scorecard, found by id, handle, name or URL."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scoring.results import AccountRef, Shortlist, from_json, to_json
from storage.errors import NotFound
from storage.runs import load_run

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account of one run: its `place` among the shortlist's cards, or None and the `reason` why it was not scored.

    `values` are the numbers that the reason's sentence names. `why_not` is set where the run's input is gone; its figures stay.
    """

    run_id: int
    created: datetime
    why_not: str | None
    shortlist: Shortlist
    place: int | None
    given: str
    reason: str
    values: dict[str, int | str]
    other_grade: bool = False  # no sample, but a range or own content: `shortlist` holds nothing but these


def explain_account(store: "Store", account: str, run_id: int | None = None) -> Explanation:
    """The account's part of a run, the newest one without `run_id`.

    Raises:
        NotFound: no such run, or no or several accounts of it by that id, handle, name or URL.
    """
    run = load_run(store, run_id)
    shortlist = from_json(run.result)
    places = [place for place, card in enumerate(shortlist.cards) if names_account(account, card.account)]
    others = [
        each for each in shortlist.not_scored if each.given == account or (each.account and names_account(account, each.account))
    ]
    beside = replace(
        shortlist,
        ranges=tuple(each for each in shortlist.ranges if names_account(account, each.account)),
        topics=tuple(each for each in shortlist.topics if names_account(account, each.account)),
    )
    if len(places) > 1 or not (places or others or beside.ranges or beside.topics):
        raise NotFound(_not_one(account, run.id, [shortlist.cards[place].account for place in places], len(shortlist.cards)))
    place = places[0] if places else None
    reason, values = (others[0].reason, others[0].values) if others and not places else ("", {})
    other_grade = place is None and bool(beside.ranges or beside.topics)
    if other_grade:
        shortlist = replace(beside, cards=(), not_scored=(), warnings=(), packages=())
    return Explanation(run.id, run.summary.created, run.summary.why_not, shortlist, place, account, reason, values, other_grade)


def names_account(text: str, account: AccountRef) -> bool:
    """Whether a reader's text means this account: its id, handle (with or without @), name or URL."""
    text = text.strip()
    if text in {account.native_id, account.name}:
        return True
    plain = text.removeprefix("@").casefold()
    handle = account.handle.removeprefix("@").casefold() if account.handle else None
    return plain == handle or (account.url is not None and text.rstrip("/") == account.url.rstrip("/"))


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values: the scorecard as the run keeps it, or why there is none."""
    document = to_json(explanation.shortlist)
    kept = {name: document[name] for name in ("persona", "persona_version", "list_name", "base_rate", "calibration")}
    if explanation.place is None:
        return {
            "run": explanation.run_id,
            **kept,
            "account": explanation.given,
            "not_scored": explanation.reason or None,
            "values": explanation.values,
            "ranges": document["ranges"] if explanation.other_grade else [],
            "topics": document["topics"] if explanation.other_grade else [],
        }
    return {"run": explanation.run_id, **kept, "card": document["cards"][explanation.place]}


def _not_one(account: str, run_id: int, found: list[AccountRef], scored: int) -> str:
    if found:
        choices = ", ".join(each.native_id for each in found)
        return f'"{account}" means several accounts of run {run_id}: give the id, one of {choices}'
    return f'run {run_id} has no account "{account}" among its {scored} scored ones: give an id, handle, name or URL of its table'
