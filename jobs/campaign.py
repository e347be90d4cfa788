"""One rescore of a campaign: collect what is stale, score, hold it against the last run, write the report, deliver it."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from jobs.alerts import DayLimits, drops, failing, grown, near_limits, renamed
from jobs.collecting import FORGOTTEN, STOPPED, CollectJob, CollectOutcome
from jobs.comparing import Change, compare_runs
from jobs.delivery.deliver import Delivered, Send, deliver
from jobs.delivery.message import Message, recipients
from jobs.errors import JobFailed, JobStopped
from jobs.reporting import USUAL_TIERS, write_report
from jobs.scoring import run_shortlist
from jobs.watching import named
from reports.render_digest import digest_html, write_digest_xlsx
from reports.rescoring import heads, lead, rescoring_digest, rows, title
from scoring.arrays import Parameters
from scoring.errors import ScoringError
from scoring.results import from_json
from scoring.tiers import Tiers
from scoring.watching.rescored import Alert, Moved, Rescored
from storage.campaigns import Campaign, CampaignRun, Failure, campaign_runs, find_campaign, save_campaign_run
from storage.queries import candidate_list
from storage.records import ListKind
from storage.runs import load_persona_by_id, load_run
from storage.scheduling import Slot

if TYPE_CHECKING:
    from storage.engine import Store

CAMPAIGN = "campaign"
MAIL_ROWS = 15  # of the list stand in a mail; the attached report has all
Lang = Literal["zh", "en"]
Collects = Callable[[str, CollectJob, Callable[[], bool]], CollectOutcome]


@dataclass(frozen=True, slots=True)
class Options:
    """How a campaign collects and scores; kept with it as JSON."""

    followers: int | None = 2000
    sample: int = 200
    posts: int = 30
    followees: int = 0
    fresh_hours: float = 20.0
    top: int = 10
    of: Literal["followers", "engagers"] = "followers"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rescore needs of the workspace."""

    workspace: Path
    code_version: str
    seed: int
    small_cell: int
    min_sample: int
    assess_x: bool = False
    limits: tuple[DayLimits, ...] = ()
    tiers: Tiers = USUAL_TIERS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rescore came to: its run, its report's files, who got it."""

    found: Rescored
    files: tuple[Path, ...]
    delivered: tuple[Delivered, ...]


@dataclass(frozen=True, slots=True)
class Rescoring:
    """Runs campaigns. `collect` reads accounts of a platform, `send` takes a message to a recipient."""

    store: "Store"
    setting: Setting
    collect: Collects
    send: Send
    clock: Callable[[], datetime]

    def __call__(self, slot: Slot, stopped: Callable[[], bool], still_mine: Callable[[], bool]) -> str:
        """The worker's handler: a slot that was begun before goes on with the run that it made."""
        outcome = self.run(find_campaign(self.store, slot.subject), slot.due, stopped=stopped, still_mine=still_mine)
        missed = [each for each in outcome.delivered if each.status != "sent"]
        told = f"run {outcome.found.run_id}, {len(outcome.found.alerts)} alerts, {len(outcome.delivered) - len(missed)} delivered"
        return told + (f", {len(missed)} not delivered: `fanfit deliver list`" if missed else "")

    def run(
        self, campaign: Campaign, due: datetime, *, stopped: Callable[[], bool] = lambda: False, still_mine: Callable[[], bool] = lambda: True
    ) -> Outcome:  # fmt: skip
        """Rescores a campaign for one due time; the same due time again writes and delivers what it came to before.

        Raises:
            JobStopped: at a page of collection, as asked.
            JobFailed: nothing of the list can be scored, or another worker has taken over.
        """
        mine = next((each for each in campaign_runs(self.store, campaign.name) if each.slot == due), None) or self._score(
            campaign, due, self._collect(campaign, stopped), still_mine
        )
        found = self._found(campaign, mine)
        folder = self.setting.workspace / "reports" / "campaigns" / campaign.name / f"{due:%Y-%m-%d-%H%M}"
        files = _write(self.store, self.setting, found, cast("Lang", campaign.lang), folder)
        message = _message(campaign, due, found, files)
        delivered = deliver(self.store, self.send, message, recipients(campaign.recipients), clock=self.clock)
        return Outcome(found, files, tuple(delivered))

    def _collect(self, campaign: Campaign, stopped: Callable[[], bool]) -> tuple[Failure, ...]:
        """Reads the list on each of the campaign's platforms; what failed, with the reason: the rest is scored all the same.

        An account counts as failed where its row names the platform: one that names none is looked for on all of them.
        """
        failures: list[Failure] = []
        options = Options(**campaign.options)
        listed = candidate_list(self.store, campaign.list_name)
        for platform in campaign.platforms:
            accounts = tuple(dict.fromkeys(row.given for row in listed if row.platform in {None, platform}))
            if not accounts:
                continue
            of: Literal[ListKind.FOLLOWERS, ListKind.ENGAGERS] = (
                ListKind.FOLLOWERS if options.of == "followers" else ListKind.ENGAGERS
            )
            job = CollectJob(
                accounts, options.followers, options.sample, options.posts, self.setting.seed,
                timedelta(hours=options.fresh_hours), options.followees, of,
            )  # fmt: skip
            outcome = self.collect(platform, job, stopped)
            if outcome.stopped == STOPPED:
                message = f"stopped after {len(outcome.accounts)} accounts of {platform}; goes on there"
                raise JobStopped(message)
            stated = {row.given for row in listed if row.platform == platform}
            failures += [
                Failure(platform, each.skipped, each.account)
                for each in outcome.accounts
                if each.skipped and each.skipped != FORGOTTEN and each.account in stated
            ]
            if outcome.stopped:
                failures.append(Failure(platform, outcome.stopped))
        return tuple(failures)

    def _score(
        self, campaign: Campaign, due: datetime, failures: tuple[Failure, ...], still_mine: Callable[[], bool]
    ) -> CampaignRun:
        options, now = Options(**campaign.options), self.clock()
        last = next(iter(campaign_runs(self.store, campaign.name)), None)
        parameters = Parameters(
            sample=options.sample, top=options.top, seed=self.setting.seed, k_anonymity=self.setting.small_cell,
            min_sample=self.setting.min_sample, base=options.of, assess_x=self.setting.assess_x,
        )  # fmt: skip
        persona = load_persona_by_id(self.store, campaign.persona_id)
        try:
            run_id, _ = run_shortlist(
                self.store, self.setting.workspace, persona.text, campaign.list_name, parameters, now=now,
                code_version=self.setting.code_version, where=persona.name, client=campaign.client,
            )  # fmt: skip
        except ScoringError as error:
            raise JobFailed(_first_line(error), again=bool(failures)) from None
        if not still_mine():
            message = "another worker has taken over; its report is the one that is sent"
            raise JobFailed(message, again=False)
        made = CampaignRun(campaign.name, due, run_id, None if last is None else last.run_id, failures, now)
        save_campaign_run(self.store, made)
        return made

    def _found(self, campaign: Campaign, mine: CampaignRun) -> Rescored:
        run = load_run(self.store, mine.run_id)
        after = from_json(run.result)
        before = None if mine.before is None else load_run(self.store, mine.before)
        moves = _moves(self.store, self.setting, mine)
        found = Rescored(
            campaign=campaign.name, client=campaign.client, persona=run.summary.persona, persona_version=run.summary.persona_version,
            list_name=campaign.list_name, created=mine.created, run_id=mine.run_id, before_id=mine.before,
            before_created=None if before is None else before.summary.created, top=Options(**campaign.options).top,
            moves=moves.moves, causes=moves.causes, alerts=(), not_scored=len(after.not_scored), data_to=after.data_to,
        )  # fmt: skip
        since = found.before_created or mine.created
        keys = {row.account for row in candidate_list(self.store, campaign.list_name) if row.account is not None}
        accounts = named(self.store, keys)
        limits = [each for each in self.setting.limits if each.platform in campaign.platforms]
        alerts: list[Alert] = [
            *failing(mine.failures), *drops(found.moves), *renamed(self.store, accounts, since),
            *grown(self.store, accounts, since, mine.created), *near_limits(self.store, limits, mine.created),
        ]  # fmt: skip
        return replace(found, alerts=tuple(alerts))


@dataclass(frozen=True, slots=True)
class _Moves:
    moves: tuple[Moved, ...]
    causes: "tuple[Literal['code', 'parameters', 'persona', 'data', 'data_or_selection', 'data_or_code'], ...] | None"


def _moves(store: "Store", setting: Setting, mine: CampaignRun) -> _Moves:
    """Every account of this run and of the one before, and why they differ."""
    if mine.before is None:
        cards = from_json(load_run(store, mine.run_id).result).cards
        return _Moves(
            tuple(Moved(card.account.label, card.account.platform, None, card.precision, None, card.band, None, place)
                  for place, card in enumerate(cards, start=1)), ()
        )  # fmt: skip
    compared = compare_runs(store, setting.workspace, mine.before, mine.run_id, code_version=setting.code_version)
    causes = () if compared.same else None if compared.why is not None else compared.causes
    return _Moves(tuple(map(_moved, compared.changes)), causes)


def _moved(change: Change) -> Moved:
    return Moved(
        change.account,
        change.platform,
        change.precision_a,
        change.precision_b,
        change.band_a,
        change.band_b,
        change.place_a,
        change.place_b,
    )


def _write(store: "Store", setting: Setting, found: Rescored, lang: Lang, folder: Path) -> tuple[Path, ...]:
    """The digest as a page and a workbook, and the run's whole report beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = rescoring_digest(found, lang)
    page, book = folder / f"changes-{found.run_id}-{lang}.html", folder / f"changes-{found.run_id}-{lang}.xlsx"
    page.write_text(digest_html(digest), encoding="utf-8", newline="\n")
    write_digest_xlsx(digest, book)
    _, whole = write_report(
        store, setting.workspace, found.run_id, formats=("html", "xlsx"), langs=(lang,), folder=folder, tiers=setting.tiers
    )
    return (page, book, *whole)


def _message(campaign: Campaign, due: datetime, found: Rescored, files: Sequence[Path]) -> Message:
    lang = cast("Lang", campaign.lang)
    alerts = rescoring_digest(found, lang).parts[0].sentences if found.alerts else ()
    return Message(
        f"campaign {campaign.name} {due.isoformat()}", title(found, lang), (*lead(found, lang), *alerts), heads(lang),
        rows(found, lang, MAIL_ROWS), tuple(map(str, files)), lang,
    )  # fmt: skip


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__


def options_json(options: Options) -> dict[str, object]:
    """Options as they are kept."""
    return asdict(options)
