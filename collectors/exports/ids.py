"""Native ids and handles: taken as they are, or refused where a spreadsheet has destroyed them."""

import re
import unicodedata
from collections.abc import Sequence

from collectors.errors import BadCell
from collectors.exports.cells import text_of

EXPECTED = "the platform's own id, whole, as text"
LOST = "an id that a spreadsheet turned into a rounded number: its last digits are lost"
LOST_EXPECTED = "the whole id: export again with the id column formatted as text (文本)"
KEPT_DIGITS = 15  # a spreadsheet's number keeps 15 significant digits
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_HEX_LIKE = re.compile(r"\d+[eE]\d+")  # may be a real id: 12e5 is no way in which a spreadsheet writes a number
_LONGEST = 200


def native_id(cell: object) -> str | None:
    """The id as text; None if not given.

    Raises:
        BadCell: rounded by a spreadsheet, a handle or an address instead of an id, white space inside, or too long.
    """
    if isinstance(cell, bool):
        raise BadCell(reason="a truth value", expected=EXPECTED)
    if isinstance(cell, float):
        return _from_float(cell)
    text = text_of(cell)
    if text is None:
        return None
    text = text.lstrip("'")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    if text.endswith(".0") and text[:-2].isdigit():
        text = text[:-2]
    if _SCIENTIFIC.fullmatch(text) and not _HEX_LIKE.fullmatch(text):
        raise BadCell(reason=LOST, expected=LOST_EXPECTED)
    if text.startswith("@"):
        raise BadCell(reason="a handle, not an id", expected=EXPECTED)
    if "://" in text:
        raise BadCell(reason="an address, not an id", expected=EXPECTED)
    if not text or len(text) > _LONGEST or not text.isprintable() or any(map(str.isspace, text)):
        raise BadCell(reason="not an id", expected=EXPECTED)
    return text


def _from_float(number: float) -> str | None:
    if number != number:  # noqa: PLR0124 - NaN stands for "not given" in columnar files
        return None
    if abs(number) >= 2**53:
        raise BadCell(reason=LOST, expected=LOST_EXPECTED)
    if not number.is_integer() or number < 0:
        raise BadCell(reason="a number with a fraction or a sign", expected=EXPECTED)
    return str(int(number))


def from_workbook(cell: object) -> object:
    """A workbook's number as it stands, unless it is so long that the workbook has cut it.

    Raises:
        BadCell: a number of more than 15 digits: the workbook holds zeros where the last digits were.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= 10**KEPT_DIGITS:
        raise BadCell(reason=LOST, expected=LOST_EXPECTED)
    return cell


def handle(cell: object) -> str | None:
    """The handle without "@"; None if not given.

    Raises:
        BadCell: white space at its edges only is forgiven; line breaks inside or more than 200 characters are not.
    """
    text = text_of(cell)
    if text is None:
        return None
    text = text.lstrip("'").lstrip("@＠").strip()
    if "://" in text:
        raise BadCell(reason="an address, not an id", expected=EXPECTED)
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise BadCell(reason="not a handle", expected="a handle or screen name on one line, with or without @")
    return text


def plain_ids(cells: Sequence[object]) -> bool:
    """Whether every cell is a text of ASCII letters and digits, at most 15 long: then it is its id, and needs no look of its own."""
    try:
        joined = "\n".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return False
    letters = joined.replace("\n", "")
    if not letters.isascii() or not letters.isalnum() or joined.count("\n") != len(cells) - 1:
        return False
    lengths = set(map(len, cells))  # type: ignore[arg-type]
    if 0 in lengths or max(lengths) > KEPT_DIGITS:
        return False
    # "NA", "nil" and the like are letters too; an id is hardly ever shorter than five.
    return min(lengths) > 4 or letters.isdigit()


def cut_ids(ids: Sequence[str | None]) -> list[int]:
    """Positions of ids that a spreadsheet has cut after 15 digits and filled with zeros.

    One id of 16 digits that ends in 0 is no evidence (a tenth of all do); the ids of a page together are. They are taken as
    cut if most long ids of the page end in zeros after the 15th digit and chance makes that happen in at most one page of a
    hundred; an id with four such zeros is taken as cut by itself (one in ten thousand).
    """
    long = {text for text in ids if text is not None and len(text) > KEPT_DIGITS and text.isdigit()}
    zeros = {text for text in long if not text[KEPT_DIGITS:].strip("0")}
    if not zeros:
        return []
    evidence = sum(len(text) - KEPT_DIGITS for text in zeros)
    if not (2 * len(zeros) > len(long) and evidence >= 2):
        zeros = {text for text in zeros if len(text) - KEPT_DIGITS >= 4}
    return [index for index, text in enumerate(ids) if text in zeros]
