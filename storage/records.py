"""What collectors hand in: frozen, already parsed and checked, still with native ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.net_price import Terms


class Frame(StrEnum):
    """Which part of a follower list a pull holds (DECISIONS 11); `unknown` is treated as newest and says so."""

    COMPLETE = "complete"
    NEWEST = "newest"
    RANDOM = "random"
    UNKNOWN = "unknown"


class ListKind(StrEnum):
    """Whose list a pull is: an account's followers, followees or engagers, or a base sample of the platform."""

    FOLLOWERS = "followers"
    FOLLOWEES = "followees"
    ENGAGERS = "engagers"
    BASE = "base"


class Order(StrEnum):
    """The order in which the list came."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"
    RANDOM = "random"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Count:
    """A shown count: "1.2万" is 12,000 with half_width 500; an exact one has half_width 0."""

    value: int
    half_width: int = 0


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A profile as it stood at `observed_at`; None means not given, never zero."""

    platform: str
    native_id: str
    observed_at: datetime
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    url: str | None = None
    category: str | None = None
    verified: bool | None = None
    followers: Count | None = None
    following: Count | None = None
    posts: Count | None = None
    created_at: datetime | None = None
    has_avatar: bool | None = None


@dataclass(frozen=True, slots=True)
class FollowRecord:
    """`follower_id` follows `account_id`; the position is the order of records inside a pull."""

    platform: str
    account_id: str
    follower_id: str


@dataclass(frozen=True, slots=True)
class BaseRecord:
    """A member of a base sample of a platform (大盘): it stands in no one's list, so it makes no edge."""

    platform: str
    native_id: str


@dataclass(frozen=True, slots=True)
class PostRecord:
    """A public post; `text` is dropped after its lifetime, its counts stay as features."""

    platform: str
    native_id: str
    author_id: str
    created_at: datetime
    text: str
    is_repost: bool = False


class EngagementKind(StrEnum):
    """What somebody did with a post."""

    LIKE = "like"
    REPOST = "repost"
    QUOTE = "quote"
    REPLY = "reply"  # a comment is a reply


@dataclass(frozen=True, slots=True)
class EngagementRecord:
    """`engager_id` reacted to a post of `account_id`; `at` where the platform says when."""

    platform: str
    account_id: str
    post_id: str
    engager_id: str
    kind: EngagementKind
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """A quote; money in minor units (fen, cents)."""

    platform: str
    account_id: str
    amount_minor: int
    currency: str
    format: str = "post"
    observed_at: datetime | None = None
    valid_until: datetime | None = None


class AudienceBase(StrEnum):
    """Whose shares they are; figures of different bases are never ranked together (DECISIONS 9)."""

    FOLLOWERS = "followers"
    VIEWERS = "viewers"
    ENGAGERS = "engagers"


@dataclass(frozen=True, slots=True)
class AudienceRecord:
    """A vendor's share (0 to 1) of one bucket of one dimension of an account's audience; `n` people where it says so."""

    platform: str
    account_id: str
    base: AudienceBase
    dimension: str
    bucket: str
    share: float
    n: int | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PerformanceRecord:
    """What posts brought: an account's median with quartiles over `n` posts of `days` days, or (`post_id`) one post's figure.

    `paid`: of commercial posts; None where the file does not say.
    """

    platform: str
    account_id: str
    metric: str
    value: int
    post_id: str | None = None
    paid: bool | None = None
    q1: int | None = None
    q3: int | None = None
    n: int | None = None
    days: int | None = None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """What an account asks for a `format` (a key of storage.formats, or as it is called) and on which terms.

    `declared`: through the platform's own order system (报备), None where the file does not say; `client` is empty where it is anybody's.
    """

    platform: str
    account_id: str
    format: str
    terms: Terms
    declared: bool | None = None
    valid_until: datetime | None = None
    observed_at: datetime | None = None
    source: str | None = None
    client: str = ""


@dataclass(frozen=True, slots=True)
class PlacementRecord:
    """One placement with an account and what came of it; money in minor units, a figure that nobody gave None, never 0.

    `post` is the post's id or address, `client` whose placement it is, `campaign` its or a list's name; empty or None where not said.
    """

    platform: str
    account_id: str
    placed_at: datetime
    format: str = ""
    post: str = ""
    client: str = ""
    currency: str | None = None
    cost_minor: int | None = None
    impressions: int | None = None
    clicks: int | None = None
    orders: int | None = None
    revenue_minor: int | None = None
    campaign: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class AttributeRecord:
    """A declared attribute: what the profile itself states (gender, age_band, region, language, any other)."""

    platform: str
    account_id: str
    name: str
    value: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class LabelRecord:
    """A gold label: a judgement whether an account fits the label set (usually a persona's name)."""

    platform: str
    account_id: str
    label: str
    value: bool
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """A row of a candidate list, as given: a native id, a handle or a profile URL."""

    given: str
    platform: str | None = None
    native_id: str | None = None
    handle: str | None = None
    name: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PullFacts:
    """What a follows file says of itself (DECISIONS 11); `totals` maps a list owner's native id to its whole count N."""

    list_kind: ListKind
    frame: Frame
    pulled_at: datetime
    order: Order = Order.UNKNOWN
    totals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where personal data came from (DECISIONS 6): printed on the frame card, refused without."""

    source: str
    basis: str
    obtained: datetime
