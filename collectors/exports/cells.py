"""What a cell says before it is a number, a time or an id: plain text, or nothing."""

import re
import unicodedata
from dataclasses import dataclass

from collectors.errors import BadCell

# Spellings of "not given" met in exports; compared in lower case. An empty cell is missing, a zero is a zero.
MISSING = frozenset(
    {"", "-", "--", "–", "—", "/", "n/a", "na", "nan", "null", "none", "nil", "#n/a", "无数据", "暂无", "未取得", "未知", "不详"}
)
ERRORS = frozenset({"#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!"})
INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
YES = frozenset({"1", "true", "t", "yes", "y", "是", "对", "真", "✓", "√", "有", "fit", "符合", "已认证", "认证", "正"})
NO = frozenset({"0", "false", "f", "no", "n", "否", "不是", "假", "×", "✗", "x", "无", "没有", "unfit", "不符合", "未认证", "负"})
_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)
LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in a cell that its workbook could not give a value: why, and what was expected."""

    reason: str
    expected: str


def text_of(cell: object) -> str | None:
    """The cell as text without surrounding space and invisible marks; None if it says nothing.

    Raises:
        BadCell: a nested value, a formula's error, a NUL, or a text of more than 100,000 characters.
    """
    if cell is None:
        return None
    if isinstance(cell, Unreadable):
        raise BadCell(reason=cell.reason, expected=cell.expected)
    if isinstance(cell, (dict, list, tuple, set, bytes)):
        raise BadCell(reason="a nested value", expected="one plain value")
    text = cell if isinstance(cell, str) else _plain_number(cell)
    if not text.isascii():
        text = text.translate(INVISIBLE)
    text = text.strip()
    if text[:1] == "=" and (wrapped := _EXCEL_TEXT.fullmatch(text)):
        text = wrapped.group(1).strip()
    if len(text) < 8 and text.lower() in MISSING:
        return None
    if text[:1] == "#" and text.lower() in ERRORS:
        raise BadCell(reason="the error value of a formula", expected="a value")
    if "\0" in text:
        raise BadCell(reason="a NUL character", expected="text")
    if len(text) > LONGEST_TEXT:
        raise BadCell(
            reason="a text of more than 100,000 characters",
            expected="a shorter one; an unclosed quote above it joins rows into one",
        )
    return text


def _plain_number(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)


def free_text(cell: object) -> str | None:
    """Text as written, line breaks included; only a cell that is blank says nothing ("-" may be a person's whole bio)."""
    text = text_of(cell)
    return text if text is not None or not isinstance(cell, str) or not cell.strip() else cell.strip()


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, in lower case: "１．２Ｋ" becomes "1.2k"."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def flag(cell: object) -> bool | None:
    """Yes, no, or not given.

    Raises:
        BadCell: neither a yes nor a no.
    """
    if isinstance(cell, bool):
        return cell
    text = text_of(cell)
    if text is None:
        # "-" is a usual way to leave a cell out; "无" and "x" stand in NO.
        return None
    word = narrow(text)
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadCell(reason="neither yes nor no", expected="yes or no (是 / 否, true / false, 1 / 0)")
