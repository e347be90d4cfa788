"""Every table. An account's key is its pseudonym in all of them; native ids stand in `named_account` and the vault only.

Observations are kept per import (`import_id` is part of their key), the newest one is the current one: undoing an import
deletes its rows and what it had overwritten is current again. Bulk writes go through `storage.writes`, never through these
classes: `table=True` does not validate (SQLModel #52).
"""

from storage.models.accounts import (
    Attribute,
    CountSeries,
    Label,
    NamedAccount,
    Price,
    ProfileFeature,
    ProfileSeen,
    ProfileSnapshot,
    RawProfile,
)
from storage.models.base import Base
from storage.models.campaigning import Campaign, CampaignRun
from storage.models.collecting import RateWindow, StreamPosition
from storage.models.delivering import Delivery
from storage.models.engaging import Engagement
from storage.models.events import EventGap, EventPosition, FollowEvent
from storage.models.evidence import AudienceShare, Performance
from storage.models.keeping import AuditEntry, Forgotten, ImportRun, Meta, PersonaVersion, ScoreRun, Writer
from storage.models.lists import Candidate, Follow, ListChange, Pull, PullMember
from storage.models.placing import Placement
from storage.models.quoting import Quote
from storage.models.scheduling import LeaseRow, Schedule, Slot
from storage.models.spending import SpendDay
from storage.models.texts import Post, PostSeen, RawPost, RawWord, TextWeek, Word
from storage.models.watching import MentionCheck, Watched

__all__ = [
    "Attribute",
    "AudienceShare",
    "AuditEntry",
    "Base",
    "Campaign",
    "CampaignRun",
    "Candidate",
    "CountSeries",
    "Delivery",
    "Engagement",
    "EventGap",
    "EventPosition",
    "Follow",
    "FollowEvent",
    "Forgotten",
    "ImportRun",
    "Label",
    "LeaseRow",
    "ListChange",
    "MentionCheck",
    "Meta",
    "NamedAccount",
    "Performance",
    "PersonaVersion",
    "Placement",
    "Post",
    "PostSeen",
    "Price",
    "ProfileFeature",
    "ProfileSeen",
    "ProfileSnapshot",
    "Pull",
    "PullMember",
    "Quote",
    "RateWindow",
    "RawPost",
    "RawProfile",
    "RawWord",
    "Schedule",
    "ScoreRun",
    "Slot",
    "SpendDay",
    "StreamPosition",
    "TextWeek",
    "Watched",
    "Word",
    "Writer",
]
