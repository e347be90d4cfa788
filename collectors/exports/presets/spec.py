"""The form of a preset: a vendor's report, field by field, with the public page that documents it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectors.exports.unpivot import Unit

Text = Mapping[Literal["zh", "en"], str]


@dataclass(frozen=True, slots=True)
class Source:
    """A public page: its title, its address, when it was looked up (YYYY-MM-DD), and how."""

    title: str
    address: str
    looked_up: str
    how: Text


@dataclass(frozen=True, slots=True)
class ShareList:
    """A list in a report that holds one dimension: `path` from the root, in each item the keys of bucket and share.

    `within` names a list inside each item (ages of one gender): its shares are added over the items. The documents do not say whether
    they are of everyone or of the item's own share; their sums tell (`reports.added_up`), and where they do not, nothing is taken.
    """

    path: str
    dimension: str
    bucket: str
    share: str
    unit: Unit
    source: Source
    within: str = ""
    cut: str = ""  # what is taken off the start of a bucket's name

    @property
    def header(self) -> str:
        """The field's name as a reader of the report finds it."""
        parts = [self.path, *([self.within] if self.within else []), self.share]
        return "[].".join(parts)


@dataclass(frozen=True, slots=True)
class ReportPreset:
    """A vendor's JSON report of one account, or an array of them: where the account stands, which lists are read.

    `base` is whose shares they are where the vendor says it; else the reader must (`--of`). `not_told` is what the report leaves open,
    `left_out` fields that are documented and not taken, with the reason.
    """

    name: str
    vendor: Text
    report: Text
    root: str
    account_id: str
    account: str
    base: str | None
    base_told: Text
    lists: tuple[ShareList, ...]
    account_source: Source
    not_told: Text
    left_out: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undocumented:
    """A vendor whose exported columns no public page documents: what was tried, when; so nothing is shipped for it."""

    name: str
    vendor: Text
    also: tuple[str, ...]
    tried: Text
    looked_up: str
