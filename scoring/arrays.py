"""The input of a score run as plain arrays: everything that scoring may know, with dense indices instead of keys.

Index spaces: `k` in range(K) candidates that can be scored, `i` in range(P) people (sampled followers, base, everyone with a
declared value or label, and the candidates themselves), `f` in range(F) followees (columns of the interest graph),
`t` in range(T) hashed terms.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.results import AccountRef, FrameCard, NotScored, Overlap, Price


@dataclass(frozen=True, slots=True)
class CandidateInput:
    """One candidate: who it is, where its sample comes from, what it costs, and where it stands in the other arrays.

    `price` holds at the run's time; without one, `expired` is the price that held before: shown, and compared with nothing. Where expired
    prices are asked for, it is both.
    """

    account: AccountRef
    frame: FrameCard
    followers: int | None  # the whole count N, else None
    price: Price | None
    person: int  # its own row among the people, -1 when nothing is known of it as a person
    followee: int  # its own column among the followees, -1 when nobody's edge to it is held
    given: str  # the text of the candidate list that means it
    expired: Price | None = None


@dataclass(frozen=True, slots=True)
class Attributes:
    """One declared attribute over the people: `codes[i]` indexes `values`, -1 where nothing is declared."""

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Profiles:
    """What the profile rule for P(real) reads, shape (P,), NaN where not given."""

    has_bio: NDArray[np.float64]
    has_avatar: NDArray[np.float64]
    verified: NDArray[np.float64]
    handle_digits: NDArray[np.float64]
    followers: NDArray[np.float64]
    following: NDArray[np.float64]
    posts: NDArray[np.float64]
    age_days: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Counts of hashed terms: `counts` CSR (P, T) int64 with columns `terms`; `words` and `posts` shape (P,).

    `share_at_dictionary` is the share of stored posts indexed with the run's dictionary version.
    """

    counts: sparse.csr_matrix
    terms: NDArray[np.int64]
    words: NDArray[np.int64]
    posts: NDArray[np.int64]
    dictionary: str
    share_at_dictionary: float
    spelled: dict[int, str]  # words that k accounts use: the only ones that may be shown


@dataclass(frozen=True, slots=True)
class Followees:
    """The interest graph's columns: `edges` CSR (P, F) of 0/1; `degree` followers in the store; texts of named followees."""

    edges: sparse.csr_matrix
    accounts: tuple[AccountRef | None, ...]  # None for a person: a pseudonym has no name
    degree: NDArray[np.int64]
    category: tuple[str | None, ...]
    texts: sparse.csr_matrix  # (F, T) int64, columns as Texts.terms


@dataclass(frozen=True, slots=True)
class ScoringInput:
    """Everything a run knows. Pairs (`sample_account`, `sample_person`) are the scored sample, sorted by account, then person.

    `labels` maps a label set to shape (P,) of 1, 0, NaN; `base_people` is the base sample (empty: the pool is the base);
    `seeds` maps a seed's text in the persona to its followee column (or -1); `audiences` a seed audience's name to people.
    """

    candidates: tuple[CandidateInput, ...]
    not_scored: tuple[NotScored, ...]
    people: int
    sample_account: NDArray[np.int64]
    sample_person: NDArray[np.int64]
    attributes: dict[str, Attributes]
    profiles: Profiles
    texts: Texts
    followees: Followees
    labels: dict[str, NDArray[np.float64]]
    base_people: NDArray[np.int64]
    seeds: dict[str, int]
    audiences: dict[str, NDArray[np.int64]]
    overlaps: tuple[Overlap, ...]
    complete_lists: dict[int, NDArray[np.int64]]  # k -> sorted list-member indices, only where the list is complete
    data_from: datetime | None
    data_to: datetime | None
    now: datetime
    digest: str
    # additions: the place of each sampled follower in its list (with `list_sizes`, how many members each list holds), the
    # counts of the last `within_days` days for intent clauses that name them, and every list as seen, complete or not
    sample_position: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    list_sizes: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    recent_texts: dict[int, sparse.csr_matrix] = field(default_factory=dict)  # within_days -> (P, T) int64
    seen_lists: dict[int, NDArray[np.int64]] = field(default_factory=dict)  # k -> sorted list-member indices
    unchosen_formats: tuple[str, ...] = ()  # of quotes that gave no price, because no one format is everybody's


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a run may be asked: all of it is stored with the run."""

    sample: int | None = 200
    top: int = 10
    rank_by: str = "precision"
    min_followers: int = 0
    seed: int = 0
    k_anonymity: int = 20
    min_content_words: int = 5
    min_followees: int = 1
    draws: int = 2000
    min_should: float = 0.0
    min_sample: int = 10  # scored followers (n) below which an account is not ranked
    assess_x: bool = False  # whether X has allowed in writing that authenticity is assessed on its data
    base: Literal["followers", "engagers"] = (
        "followers"  # whose share is meant: followers, or the engagers of an account's newest posts (DECISIONS 9)
    )
    price_format: str | None = (
        None  # which format's price counts (a key of storage.formats, or as it is called); None: the list's own prices
    )
    packaged: tuple[tuple[str, str, str], ...] = ()  # platform, native id, package: scored as a package, never ranked one by one
    client: str | None = None  # whose quotes may be used beside those that are anybody's
    expired_prices: bool = False  # whether a price that has expired is counted with all the same

    def plain(self) -> dict[str, Any]:
        """As JSON keeps them: lists for tuples."""
        return asdict(self) | {"packaged": [list(each) for each in self.packaged]}
