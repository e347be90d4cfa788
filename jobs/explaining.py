"""Say why one account of a run stands where it stands: its scorecard, found by id, handle, name or URL."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from scoring.results import AccountRef, NotScored, Scorecard, Shortlist, TermLift, TraitShare, from_json
from storage.errors import NotFound
from storage.runs import load_run

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account of one run: `card`, or `not_scored` with the reason; `over` and `under` are ordered by distance from the base."""

    run_id: int
    shortlist: Shortlist
    card: Scorecard | None
    not_scored: NotScored | None
    over: tuple[TraitShare, ...]
    under: tuple[TraitShare, ...]
    terms: tuple[TermLift, ...]


def explain_account(store: "Store", account: str, run_id: int | None = None) -> Explanation:
    """The account's part of a run, the newest one without `run_id`.

    Raises:
        NotFound: no such run, or no or several accounts of it by that id, handle, name or URL.
    """
    run = load_run(store, run_id)
    shortlist = from_json(run.result)
    cards = [card for card in shortlist.cards if names_account(account, card.account)]
    others = [
        each for each in shortlist.not_scored if each.given == account or (each.account and names_account(account, each.account))
    ]
    if len(cards) + len(others) != 1:
        raise NotFound(_not_one(account, run.id, [card.account for card in cards], len(shortlist.cards)))
    return explain_card(run.id, shortlist, cards[0]) if cards else Explanation(run.id, shortlist, None, others[0], (), (), ())


def explain_card(run_id: int, shortlist: Shortlist, card: Scorecard) -> Explanation:
    """What sets an account's followers apart from the base: shares whose whole lift interval lies on one side of 1."""
    shown = [(share, share.lift) for share in card.traits if share.lift is not None and not share.suppressed]
    over = sorted(((share, lift) for share, lift in shown if lift.low > 1), key=lambda pair: -pair[1].value)
    under = sorted(((share, lift) for share, lift in shown if lift.high < 1), key=lambda pair: pair[1].value)
    terms = tuple(sorted(card.terms, key=lambda term: (-term.lift, term.term)))
    return Explanation(
        run_id, shortlist, card, None, tuple(share for share, _ in over), tuple(share for share, _ in under), terms
    )


def names_account(text: str, account: AccountRef) -> bool:
    """Whether a reader's text means this account: its id, handle (with or without @), name or URL."""
    text = text.strip()
    if text in {account.native_id, account.name}:
        return True
    plain = text.removeprefix("@").casefold()
    handle = account.handle.removeprefix("@").casefold() if account.handle else None
    return plain == handle or (account.url is not None and text.rstrip("/") == account.url.rstrip("/"))


def _not_one(account: str, run_id: int, found: list[AccountRef], scored: int) -> str:
    if found:
        choices = ", ".join(each.native_id for each in found)
        return f'"{account}" means several accounts of run {run_id}: give the id, one of {choices}'
    return f'run {run_id} has no account "{account}" among its {scored} scored ones: give an id, handle, name or URL of its table'


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The explanation as plain JSON values."""
    document: dict[str, Any] = TypeAdapter(Explanation).dump_python(explanation, mode="json", exclude={"shortlist"})
    shortlist = explanation.shortlist
    return {
        "persona": shortlist.persona,
        "persona_version": shortlist.persona_version,
        "list_name": shortlist.list_name,
        **document,
    }
