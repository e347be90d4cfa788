"""What a report consists of: frozen parts with every number as it is printed and as it is; renderers only lay them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from reports.brand import OURS, Brand
from reports.numbers import MISSING, Lang


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed, its interval as printed (empty: it has none), and both raw; not obtained is `NOTHING`."""

    text: str
    interval: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None


NOTHING = Figure(MISSING)


@dataclass(frozen=True, slots=True)
class Name:
    """An account as a reader knows it, already one harmless line; `full` is what was imported, for tables that are data.

    `key` is its platform and native id, for joining, never printed; empty for what is only a text.
    """

    label: str
    platform: str
    handle: str
    url: str
    full: str
    key: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a list says of one account: its fields' values, and the key that its row bears in a file that goes out."""

    values: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A short remark beside a figure; `caution` ones are marked by sign and colour."""

    text: str
    caution: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One account's line of the decision table; `tied` when its band has several, `few` when the sample is small."""

    place: int
    band: str
    first_of_band: bool
    tied: bool
    name: Name
    followers: Figure
    precision: Figure
    n: int
    n_unknown: int
    unknown_share: Figure
    lift: Figure
    sure: Figure
    places: str
    fitting: Figure
    price: Figure
    currency: str
    price_format: str
    price_until: str
    cost: Figure
    rank_followers: int | None
    rank_topic: int | None
    few: bool
    badges: tuple[Badge, ...]
    views: Figure = NOTHING
    views_of: str = ""
    fitting_views: Figure = NOTHING
    cost_views: Figure = NOTHING
    worth: Figure = NOTHING  # the ceiling price by cost, in major units
    stays: str = ""  # the ceiling price in the table's own order, in words
    price_basis: str = ""  # that it is a quote's net price, and of when; that it has expired; empty: the list's own price


@dataclass(frozen=True, slots=True)
class Kpi:
    """A card of the conclusion: what, how much, between what, of what."""

    label: str
    value: str
    interval: str
    note: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A trait's share beside the base's, both with their n; `share` is NOTHING where the breakdown is not shown."""

    label: str
    share: Figure
    base: float | None
    base_text: str
    lift: Figure
    declared: str
    suppressed: bool
    kind: str
    n: int | None
    n_base: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word or followed account that stands out: the share of fitting followers, worth `n`, the base's, who uses it."""

    label: str
    kind: str
    share: Figure
    n: int
    base: float
    base_text: str
    n_base: int
    lift: Figure
    used_by: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what is to be said about it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PeerLine:
    """One figure beside those of similar accounts: in words where it stands, of how many, and their quartiles.

    `kind` is how a sheet formats the numbers; `better` the share of `n` peers that it beats; NOTHING where too few have the figure.
    """

    label: str
    kind: Literal["share", "money"]
    value: Figure
    standing: str
    better: float | None
    n: int
    q1: Figure
    median: Figure
    q3: Figure


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """An account's similar accounts: who they are, in words, and its figures beside theirs."""

    who: str
    lines: tuple[PeerLine, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The page of one account."""

    anchor: str
    row: Row
    verdict: str
    kpis: tuple[Kpi, ...]
    over: tuple[Bar, ...]
    under: tuple[Bar, ...]
    other: tuple[Bar, ...]
    more_traits: str
    declared: str
    words: tuple[Term, ...]
    followees: tuple[Term, ...]
    frame: tuple[Fact, ...]
    bounds: tuple[str, ...]
    notes: tuple[str, ...]
    peers: PeerGroup | None = None


@dataclass(frozen=True, slots=True)
class OverlapRow:
    """Two accounts' shared followers, each figure with its bounds unless it is exact."""

    a: Name
    b: Name
    exact: bool
    shared: Figure
    jaccard: Figure
    coefficient: Figure
    share_of_a: Figure
    share_of_b: Figure


@dataclass(frozen=True, slots=True)
class Unscored:
    """A candidate that has no figure, and why: its name where the account is known, and how the list has it."""

    name: str
    given: str
    platform: str
    why: str

    @property
    def label(self) -> str:
        """Its name, else as the list has it."""
        return self.given if self.name == MISSING else self.name


@dataclass(frozen=True, slots=True)
class Rejected:
    """A large account that the shortlist does not recommend, and why."""

    row: Row
    why: str


@dataclass(frozen=True, slots=True)
class RangeRow:
    """An account of grade B: a range, what it means in people, views and money, and what the vendor did not say."""

    band: str
    first_of_band: bool
    name: Name
    followers: Figure
    share: Figure
    n: int | None
    observed: str
    fitting: Figure
    views: Figure
    fitting_views: Figure
    price: Figure
    currency: str
    cost: Figure
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price: counted with in the run or not, a list's own or a quote's; `parts` and `net` in major units of `currency`, `key` the format's key."""

    name: Name
    grade: str
    used: bool
    quoted: bool
    format: str
    declared: str
    parts: Mapping[str, float]
    net: float
    currency: str
    until: str
    key: str

    def with_parts(self, parts: Mapping[str, float]) -> "PriceLine":
        """The same with the parts of the quote that it comes from."""
        return replace(self, parts=parts)


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package of small accounts: scored together, ranked nowhere."""

    name: str
    accounts: int
    sampled: int
    n: int
    share: Figure
    spread: str
    followers: Figure
    unique: str
    several: Figure
    fitting: Figure
    cost: Figure
    per_thousand: Figure


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Grade B of one base: bases are never put into one order."""

    title: str
    hint: str
    badge: str
    cost_word: str
    rows: tuple[RangeRow, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """An account of grade C: the share of its own posts on the persona's topics; not ranked."""

    name: Name
    posts: int
    share: Figure
    dates: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause of the persona and what leaving it out does; `why_not` says why it cannot be left out. `largest` in points."""

    part: str
    clause: str
    agreement: Figure
    moved: int
    entered: int
    largest: Figure
    leave: str
    enter: str
    why_not: str


@dataclass(frozen=True, slots=True)
class ClauseMove:
    """One account with all clauses and without one: its places and shares; None where it is not ranked. `in_top`: on either side."""

    clause: str
    name: Name
    place_with: int | None
    place_without: int | None
    share_with: Figure
    share_without: Figure
    beyond_doubt: bool
    moved: bool
    in_top: bool


@dataclass(frozen=True, slots=True)
class ClausePart:
    """What would change the ranking: of the first `top`, in one sentence, by clause, by account. No lines where there is a single clause."""

    top: int
    lead: str
    note: str
    lines: tuple[ClauseLine, ...]
    moves: tuple[ClauseMove, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report in one language; `reading` the persona in words; `platform` that of all rows, empty where they differ."""

    lang: Lang
    title: str
    reading: str
    cover: tuple[Fact, ...]
    notices: tuple[str, ...]
    conclusion: tuple[str, ...]
    kpis: tuple[Kpi, ...]
    top: int
    smallest_cell: int
    platform: str
    base_word: str
    precision_word: str
    base_name: str
    base_share: Figure
    fitting_word: str
    cost_word: str
    order_note: str
    axis_high: float
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    unshown: int
    overlaps: tuple[OverlapRow, ...]
    telling: tuple[OverlapRow, ...]
    reach: tuple[str, ...]
    not_scored: tuple[Unscored, ...]
    rejected: tuple[Rejected, ...]
    methods: tuple[Fact, ...]
    quality: tuple[Fact, ...]
    metadata: tuple[Fact, ...]
    grade: str = ""
    views_note: str = ""
    ranges: tuple[RangeTable, ...] = ()
    topics: tuple[TopicRow, ...] = ()
    topics_badge: str = ""
    packages: tuple[PackageRow, ...] = ()
    prices: tuple[PriceLine, ...] = field(default=(), repr=False)
    composition: tuple[tuple[Name, Bar], ...] = field(default=(), repr=False)
    terms: tuple[tuple[Name, Term], ...] = field(default=(), repr=False)
    created: datetime | None = None
    peers: tuple[tuple[Name, PeerGroup], ...] = field(default=(), repr=False)
    worth_note: str = ""  # what the ceiling price means; empty: the run has none
    clauses: ClausePart | None = None
    marks: Mapping[tuple[str, str], Mark] | None = field(default=None, repr=False)
    brand: Brand = OURS
    edition: Literal["internal", "client"] = "internal"
