"""Posts, their counts, and the words behind the counts."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from storage.models.base import Base
from storage.types import Pseudonym, UtcDateTime


class Post(Base, table=True):
    """Ledger of posts already counted: keyed hashes only. A post counts once, for the import that brought it first."""

    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    account: bytes = Field(sa_type=Pseudonym, index=True)
    import_id: int = Field(sa_type=BigInteger, index=True)
    text_hash: bytes = Field(sa_type=LargeBinary(16))
    created_at: datetime = Field(sa_type=UtcDateTime)
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class PostSeen(Base, table=True):
    """Further imports that brought a post already counted: if its own import is undone, the next one takes it over."""

    __tablename__ = "post_seen"
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    import_id: int = Field(primary_key=True, sa_type=BigInteger)


class RawPost(Base, table=True):
    """The text of a post, for its raw lifetime; of named accounts it stays."""

    __tablename__ = "raw_post"
    post: bytes = Field(primary_key=True, sa_type=LargeBinary(16))
    account: bytes = Field(sa_type=Pseudonym, index=True)
    text: str = Field(sa_type=Text)
    is_repost: bool = False
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)
    native_id: str | None = Field(default=None, description="the post's id, of named accounts only: for the link to it")


class TextWeek(Base, table=True):
    """Counts of hashed terms of one account in one ISO week, as one import's page brought them (DECISIONS 25)."""

    __tablename__ = "text_week"
    account: bytes = Field(primary_key=True, sa_type=Pseudonym)
    week: int = Field(primary_key=True, description="days since 1970-01-01 of the week's Monday, divided by 7 rounded down")
    import_id: int = Field(primary_key=True, sa_type=BigInteger)
    page: int = Field(primary_key=True, sa_type=BigInteger)
    dictionary: str = Field(primary_key=True, description="version of tokeniser and lexicon; a run never mixes two")
    posts: int = Field(description="texts counted in this row: posts, and a bio as one text of the week it was observed")
    words: int = Field(description="content words in this row")
    counts: bytes = Field(sa_type=LargeBinary, description="see storage.text_index.pack")
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class RawWord(Base, table=True):
    """Words behind hashed ids, raw lifetime: promoted to `word` once k accounts use them, else forgotten."""

    __tablename__ = "raw_word"
    term: int = Field(primary_key=True, sa_type=BigInteger)
    text: str
    fetched_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Word(Base, table=True):
    """Words used by at least k accounts: the only free words a reader may be shown."""

    term: int = Field(primary_key=True, sa_type=BigInteger)
    text: str
    accounts: int
