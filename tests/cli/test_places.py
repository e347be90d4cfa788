"""Every place that storage counts by has words in both languages, and no two share them."""

from cli.places import PLACES, in_words
from storage.models import Base

OWN = {
    "campaign",
    "event_gap",
    "event_position",
    "spend_day",
    "campaign_run",
    "lease",
    "schedule",
    "slot",
    "audit_entry",
    "forgotten",
    "import_run",
    "meta",
    "rate_window",
    "writer",
}  # of fanfit's own work: nothing of them is reported as deleted


def test_every_table_that_may_hold_people_has_words() -> None:
    assert set(Base.metadata.tables) - OWN <= PLACES.keys()


def test_words_are_distinct_so_that_no_count_hides_another() -> None:
    for language in (0, 1):
        assert len({words[language] for words in PLACES.values()}) == len(PLACES)


def test_counts_keep_their_numbers() -> None:
    assert in_words({"post": 3, "vault": 0}, "zh") == {"帖子": 3, "保管库中的ID": 0}
