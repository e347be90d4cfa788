"""The jobs that a worker can run, by the kind of their schedules; today there is one: the collection of a candidate list."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from jobs.collecting import STOPPED, CollectJob, CollectOutcome
from jobs.errors import JobFailed, JobStopped
from storage.engine import Store
from storage.queries import candidate_list
from storage.scheduling import Slot

COLLECT = "collect"
DEFAULTS: Mapping[str, Any] = {"platform": "bluesky", "followers": 2000, "sample": 200, "posts": 30, "fresh_hours": 20.0}
TEXTS = {
    "en": {
        "done": "{accounts} accounts: {listed} listed, {profiles} profiles, {posts} posts; {skipped} left out",
        "stopped": "stopped after {done} accounts; goes on there",
        "waiting": "stopped while it waited for the platform's limit; goes on there",
        "none": "none of {accounts} accounts could be read: {why}",
    },
    "zh": {
        "done": "{accounts} 个账号:列出 {listed},资料 {profiles},帖子 {posts};跳过 {skipped}",
        "stopped": "完成 {done} 个账号后停止,下次从此处继续",
        "waiting": "等待平台限额时停止,下次从此处继续",
        "none": "{accounts} 个账号都无法读取:{why}",
    },
}
Collects = Callable[[str, CollectJob, Callable[[], bool]], CollectOutcome]


def stoppable_sleep(stopped: Callable[[], bool], slice_seconds: float = 0.5) -> Callable[[float], None]:
    """A sleep for `Pace` that raises JobStopped soon after `stopped` says so: a limit may be waited for a quarter of an hour."""

    def sleep(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stopped():
                message = "asked to stop"
                raise JobStopped(message)
            time.sleep(min(left, slice_seconds))

    return sleep


@dataclass(frozen=True, slots=True)
class CollectList:
    """The handler of kind "collect": reads the list that the slot names. `collect` opens the platform and runs the job.

    What was read within the option `fresh_hours` is not asked for again, so a job that was stopped or failed goes on where it was.
    """

    store: Store
    collect: Collects
    seed: int
    lang: Literal["zh", "en"]

    def __call__(self, slot: Slot, stopped: Callable[[], bool], still_mine: Callable[[], bool]) -> str:
        """Reads the list; what is written page by page is fenced by its cursors, so the lease need not be asked.

        Raises:
            JobStopped: at a page, as asked.
            JobFailed: the platform refused, or no account of the list could be read.
        """
        del still_mine
        options = {**DEFAULTS, **slot.options}
        accounts = tuple(dict.fromkeys(row.given for row in candidate_list(self.store, slot.subject)))
        fresh = timedelta(hours=options["fresh_hours"])
        job = CollectJob(accounts, options["followers"], options["sample"], options["posts"], self.seed, fresh)
        try:
            outcome = self.collect(options["platform"], job, stopped)
        except JobStopped:
            raise JobStopped(TEXTS[self.lang]["waiting"]) from None
        return self._note(outcome, accounts)

    def _note(self, outcome: CollectOutcome, accounts: tuple[str, ...]) -> str:
        texts, read = TEXTS[self.lang], [each for each in outcome.accounts if not each.skipped]
        if outcome.stopped == STOPPED:
            raise JobStopped(texts["stopped"].format(done=len(outcome.accounts)))
        if outcome.stopped:
            raise JobFailed(outcome.stopped, after=outcome.after, again=outcome.after is not None)
        left_out = [each.skipped for each in outcome.accounts if each.skipped]
        if not read:
            why = "; ".join(sorted(set(left_out)))
            raise JobFailed(texts["none"].format(accounts=len(accounts), why=why), again=False)
        sums = {name: sum(getattr(each, name) or 0 for each in read) for name in ("listed", "profiles", "posts")}
        return texts["done"].format(accounts=len(read), skipped=len(left_out), **sums)
