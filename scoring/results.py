"""What a score run says: the frozen scorecards that storage keeps, reports print and the CLI shows. No people in it."""

import math
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from scoring.errors import OtherVersion
from scoring.estimate import Estimate


@dataclass(frozen=True, slots=True)
class AccountRef:
    """A named account as a reader knows it."""

    platform: str
    native_id: str
    handle: str | None = None
    name: str | None = None
    url: str | None = None

    @property
    def label(self) -> str:
        """Name, else handle, else id."""
        return self.name or self.handle or self.native_id


@dataclass(frozen=True, slots=True)
class FrameCard:
    """Where the sample comes from: which part of the list, in which order, n of N, when, by what right (DECISIONS 6, 11).

    `contradicted`: stated as complete, while the profile shows far more followers; its `frame` is unknown then.
    """

    frame: Literal["complete", "newest", "random", "unknown"]
    order: str
    pulled_at: datetime
    seen: int
    total: int | None
    total_half_width: int
    sampled: int
    sampling: Literal["all", "strata", "random"]
    minors: int
    source: str | None
    basis: str | None
    obtained: datetime | None
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class TraitShare:
    """Share of the scored followers with one trait, beside the base; suppressed where fewer than k stand below the line.

    `protects_others`: suppressed although k do, because another one's small breakdown would follow from it. `declared_share`
    is of all scored followers, None where these are fewer than k.
    """

    trait: str
    kind: Literal["interest", "attribute"]
    value: str
    share: Estimate | None
    base_share: float | None
    lift: Estimate | None
    declared_share: float | None
    suppressed: bool
    protects_others: bool = False
    n_base: int | None = None  # people of the base below the line; None where its share is not told


@dataclass(frozen=True, slots=True)
class TermLift:
    """A word or followed account that the fitting followers use more than the base does.

    `share` weighs each follower seen by the chance to fit, its `n` is how many people these are worth; `used_by` counts all of
    those seen who use the term, fitting or not; `base_share` is of the `n_base` people of the base.
    """

    term: str
    kind: Literal["word", "followee"]
    share: Estimate
    base_share: float
    lift: float
    used_by: int
    n_base: int


@dataclass(frozen=True, slots=True)
class Price:
    """What is paid, in minor units: a list's own price, or (`quoted_at` says when it was made) the net price of a quote.

    `declared`: whether the quote is ordered on the platform (报备).
    """

    amount_minor: int
    currency: str
    format: str
    valid_until: datetime | None
    quoted_at: datetime | None = None
    declared: Literal["yes", "no", "unknown"] = "unknown"

    def expired(self, now: datetime) -> bool:
        """Whether it no longer holds; a day without a time counts to its end."""
        if self.valid_until is None:
            return False
        whole_day = self.valid_until.time() == time()
        return self.valid_until + (timedelta(days=1) if whole_day else timedelta()) <= now


@dataclass(frozen=True, slots=True)
class Views:
    """What a post of the account usually gets: median and quartiles of plays or reads, of how many posts, whether paid for.

    `n` and `days` where they were told; `stated` by whoever gave the figures, else counted from single posts.
    """

    metric: str
    median: float
    q1: float | None
    q3: float | None
    n: int | None
    days: int | None
    paid: Literal["organic", "paid", "unknown"]
    observed: datetime
    stated: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Up to which price an account is among the first `top` (with a `budget`: of those that it pays), all else as it is.

    `by`: the first key of the order that was asked. `state`: up to `price` (minor units of `currency`, its 95 % interval that of
    the joint draws, no upper limit where it is infinite), at any price, or at none. `chosen`: whether it is at its own price,
    None where it has none. `others`: accounts that it was compared with. `price_counts`: whether prices take part in the order.
    """

    by: Literal["precision", "cost", "fitting"]
    top: int
    state: Literal["up_to", "any", "none"]
    price: Estimate | None
    currency: str
    chosen: bool | None
    others: int
    price_counts: bool
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One account. Shares are of the frame's followers; `total` bounds follow where the list is truncated.

    `precision` is the share that is real and fits (theta); `everyone` its bounds over all N followers when only the newest M
    were seen; `if_unknown` the bounds with every unknown follower a miss, or a fit; `marginals_claim` what multiplying the
    separate shares of the musts would have said; `authenticity` None where profile fields are missing; `should` the part of
    the wishes' weight that holds for fitting followers, where wishes decide nothing else and k of those followers are known. `fitting_views` is the median views of a post times theta, its
    interval that of theta alone (DECISIONS 21).
    """

    account: AccountRef
    frame: FrameCard
    band: str
    rank: int
    rank_low: int
    rank_high: int
    p_top: float | None
    precision: Estimate
    everyone: tuple[float, float] | None
    if_unknown: tuple[float, float]
    n: int
    n_unknown: int
    lift: Estimate | None
    p_lift: float | None
    authenticity: Estimate | None
    marginals_claim: float | None
    fitting: Estimate | None
    followers: int | None
    price: Price | None
    cost_per_thousand: Estimate | None
    own_topic: float | None
    rank_followers: int | None
    rank_topic: int | None
    traits: tuple[TraitShare, ...] = ()
    terms: tuple[TermLift, ...] = ()
    notes: tuple[str, ...] = ()
    should: Estimate | None = None
    views: Views | None = None
    fitting_views: Estimate | None = None
    cost_per_thousand_views: Estimate | None = None
    ceilings: tuple[Ceiling, ...] = ()  # in the run's own order; by cost beside it, where that is another


@dataclass(frozen=True, slots=True)
class RangeCard:
    """Grade B: what a vendor's shares leave open of an account (DECISIONS 10): a range without a middle.

    `unknown` are clauses (keys of traits) of which the vendor says nothing, `partly` buckets that reach beyond a clause, `oddly`
    dimensions that add up to something else than 1, `n` the least number of people that a used dimension rests on. `fitting` are
    followers (of the base followers only), `fitting_views` views of a post, `cost` the price of a thousand of `cost_of` in minor
    units: at the upper end of the share, and at the lower (None: nothing bounds it).
    """

    account: AccountRef
    base: Literal["followers", "viewers", "engagers"]
    band: str
    low: float
    high: float
    observed: datetime
    n: int | None = None
    unknown: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    oddly: tuple[tuple[str, float], ...] = ()
    followers: int | None = None
    fitting: tuple[float, float] | None = None
    views: Views | None = None
    fitting_views: tuple[float, float] | None = None
    price: Price | None = None
    cost: tuple[float, float | None] | None = None
    cost_of: Literal["followers", "views"] | None = None
    price_expired: bool = False


@dataclass(frozen=True, slots=True)
class TopicCard:
    """Grade C: nothing is known of the audience; the share of the account's own posts on the persona's topics, never ranked."""

    account: AccountRef
    posts: int
    share: Estimate
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class PackageCard:
    """Small accounts that are bought together (grade A where they have samples), never among single ranks.

    `share` is of the `followers` of the `sampled` accounts (those with a scored follower and a known count), `n` the people behind it, `spread` the lowest and
    the highest account's mean; `unique` bounds the followers of all, each person once; of `seen` people `several` follow more than one.
    `cost` is the price of all, None where one of them has none; `fitting` counts a person once per account.
    """

    name: str
    accounts: tuple[AccountRef, ...]
    sampled: int
    n: int
    share: Estimate | None
    spread: tuple[float, float] | None
    followers: int
    fitting: Estimate | None
    unique: tuple[int, int] | None
    seen: int
    several: int
    cost: Price | None
    priced: int
    cost_per_thousand: Estimate | None


@dataclass(frozen=True, slots=True)
class NotScored:
    """A candidate without a figure, and why: `reason` is a key of reports.text, `values` what its sentence names."""

    given: str
    account: AccountRef | None
    reason: str
    values: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shared followers of two accounts: exact where both lists are complete, else bounds [low, high] on the count."""

    a: str
    b: str
    shared_low: int
    shared_high: int
    jaccard: tuple[float, float]
    overlap_coefficient: tuple[float, float]
    share_of_a: tuple[float, float]
    share_of_b: tuple[float, float]
    exact: bool


@dataclass(frozen=True, slots=True)
class NetReach:
    """Followers of the top accounts, each person once; bounds where a list is not complete."""

    accounts: tuple[str, ...]
    gross: int
    low: int
    high: int
    exact: bool


@dataclass(frozen=True, slots=True)
class BaseRate:
    """What lift divides by: an imported base sample, else the candidate pool (DECISIONS 14)."""

    kind: Literal["base", "pool"]
    share: Estimate
    people: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the probabilities were tied to the truth (DECISIONS 15): `status` decides what may be claimed.

    `people` whose fit with the whole persona is known; `checked` of them follow a scored account, and the error is theirs.
    `topic_odds`: by what the odds of an account's followers are multiplied, beyond their scores, for one standard deviation that its
    own topic stands above the other candidates'; None where nothing was known to learn it from.
    """

    status: Literal["labels", "declared", "none"]
    quantifier: Literal["CC", "PCC"]
    people: int
    expected_calibration_error: float | None
    account_spread: float
    dictionary_share: float
    signals: tuple[str, ...]
    checked: int = 0
    topic_odds: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Shortlist:
    """A whole run, ready to print. `warnings` are keys of reports.text with their arguments."""

    persona: str
    persona_version: int
    persona_title: dict[str, str]
    list_name: str
    base: Literal["followers", "viewers", "engagers"]
    rank_by: Literal["precision", "cost", "fitting"]
    within_band: Literal["cost", "fitting"]
    top: int
    data_from: datetime | None
    data_to: datetime | None
    base_rate: BaseRate | None
    calibration: Calibration
    cards: tuple[Scorecard, ...]
    not_scored: tuple[NotScored, ...]
    overlaps: tuple[Overlap, ...]
    net_reach: NetReach | None
    parameters: dict[str, Any]
    warnings: tuple[tuple[str, dict[str, Any]], ...]
    input_digest: str
    engine: str
    ranges: tuple[RangeCard, ...] = ()
    topics: tuple[TopicCard, ...] = ()
    packages: tuple[PackageCard, ...] = ()


_ADAPTER: TypeAdapter[Shortlist] = TypeAdapter(Shortlist)


def to_json(shortlist: Shortlist) -> dict[str, Any]:
    """The run as plain JSON values; times become ISO 8601 strings, an upper limit that nothing bounds null."""
    plain: dict[str, Any] = finite(_ADAPTER.dump_python(shortlist, mode="json"))
    return plain


def finite(value: Any) -> Any:
    """JSON values with null for an upper limit that nothing bounds."""
    if isinstance(value, float) and math.isinf(value):
        return None
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, list | tuple) else value


def from_json(document: dict[str, Any]) -> Shortlist:
    """The run back from JSON.

    Raises:
        OtherVersion: the document is not a run of this version.
    """
    try:
        return _ADAPTER.validate_python(document)
    except ValidationError:  # its text would repeat the run
        message = (
            "this run was computed by another version of fanfit, whose figures this one cannot print: compute it again with "
            "`fanfit shortlist`, or read it with that version (`fanfit runs list` says when it was computed)"
        )
        raise OtherVersion(message) from None
