"""A sample of posts that the rule took for mentions, as a file in which a person says which are; and that file read back."""

import csv
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.watching import all_mentions, named
from reports.render_csv import guarded
from scoring.sampling import draw, generator
from storage.errors import Refused
from storage.watching import Checked, checks_of, save_checks

if TYPE_CHECKING:
    from storage.engine import Store

COLUMNS = ("post", "brand", "account", "date", "text", "mentions", "paid")
_YES, _NO = frozenset({"y", "yes", "1", "true", "是", "对"}), frozenset({"n", "no", "0", "false", "否", "不是"})


def write_sample(store: "Store", path: Path, *, posts: int, until: datetime, seed: int) -> int:
    """Writes `posts` mentions drawn at random of those that nobody judged yet, columns `mentions` and `paid` empty; how many. Without any there is no file."""
    found = all_mentions(store, until=until)
    judged = {(each.post, each.brand) for each in checks_of(store, {each.brand for each in found})}
    left = [each for each in found if (each.post.key, each.brand) not in judged]
    chosen = [left[at] for at in draw(len(left), posts, generator(seed, "mentions", str(len(judged)))).tolist()]
    if not chosen:
        return 0
    refs = named(store, {key for each in chosen for key in (each.brand, each.post.account)})
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for each in chosen:
            brand, writer_of = refs[each.brand].label, refs[each.post.account].label
            writer.writerow((_key(each.post.key, each.brand), guarded(brand), guarded(writer_of), f"{each.post.created_at:%Y-%m-%d}",
                             guarded(" ".join(each.post.text.split())), "", ""))  # fmt: skip
    return len(chosen)


def read_sample(store: "Store", path: Path, *, now: datetime) -> tuple[int, int]:
    """Takes over what a person wrote into the file: rows judged, and rows left empty.

    Raises:
        Refused: no such file, other columns, a post that is no mention here, or an answer that is neither yes nor no.
    """
    if not path.is_file():
        message = f"there is no file {path}: `fanfit watch sample` writes one"
        raise Refused(message)
    known = {_key(each.post.key, each.brand): each for each in all_mentions(store, until=now)}
    checks, empty = [], 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not set(COLUMNS) <= set(reader.fieldnames or ()):
            message = f"{path.name} has not the columns {', '.join(COLUMNS)}: judge the file that `fanfit watch sample` wrote"
            raise Refused(message)
        for row in reader:
            mentioned, paid = (_answer(row[name], reader.line_num, name) for name in ("mentions", "paid"))
            if mentioned is None:
                empty += 1
                continue
            each = known.get(row["post"])
            if each is None:
                message = f"line {reader.line_num}: this post is no mention of a watched account here; leave column post as it was written"
                raise Refused(message)
            checks.append(Checked(each.post.key, each.brand, each.post.account, mentioned, paid, each.declared))
    return save_checks(store, checks, now=now), empty


def _key(post: bytes, brand: bytes) -> str:
    return (post + brand).hex()


def _answer(text: str | None, line: int, column: str) -> bool | None:
    said = (text or "").strip().casefold()
    if not said:
        return None
    if said in _YES | _NO:
        return said in _YES
    message = f"line {line}, column {column}: expected yes or no (是 / 否), or nothing"
    raise Refused(message)
