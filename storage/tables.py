"""The Core tables behind the models: bulk reads and writes name these, never the classes."""

from sqlalchemy import Table

from storage.models import Base


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


IMPORT_RUN = _table("import_run")
NAMED_ACCOUNT = _table("named_account")
PROFILE_SNAPSHOT = _table("profile_snapshot")
PROFILE_SEEN = _table("profile_seen")
RAW_PROFILE = _table("raw_profile")
PROFILE_FEATURE = _table("profile_feature")
COUNT_SERIES = _table("count_series")
ATTRIBUTE = _table("attribute")
FOLLOW = _table("follow")
ENGAGEMENT = _table("engagement")
PULL = _table("pull")
PULL_MEMBER = _table("pull_member")
POST = _table("post")
POST_SEEN = _table("post_seen")
RAW_POST = _table("raw_post")
TEXT_WEEK = _table("text_week")
RAW_WORD = _table("raw_word")
WORD = _table("word")
PRICE = _table("price")
AUDIENCE_SHARE = _table("audience_share")
PERFORMANCE = _table("performance")
LABEL = _table("label")
CANDIDATE = _table("candidate")
PERSONA_VERSION = _table("persona_version")
SCORE_RUN = _table("score_run")
FORGOTTEN = _table("forgotten")
AUDIT_ENTRY = _table("audit_entry")
CAMPAIGN = _table("campaign")
CAMPAIGN_RUN = _table("campaign_run")
DELIVERY = _table("delivery")
SPEND_DAY = _table("spend_day")
FOLLOW_EVENT = _table("follow_event")
EVENT_POSITION = _table("event_position")
EVENT_GAP = _table("event_gap")
WATCHED = _table("watched")
MENTION_CHECK = _table("mention_check")
STREAM_POSITION = _table("stream_position")
RATE_WINDOW = _table("rate_window")
SCHEDULE = _table("schedule")
SLOT = _table("slot")
LEASE = _table("lease")
QUOTE = _table("quote")
PLACEMENT = _table("placement")
LIST_CHANGE = _table("list_change")
