"""Units that a header states for its whole column: "粉丝(万)", "报价(元)", "Price (USD)"."""

import re

from collectors.errors import BadCell
from collectors.exports.cells import narrow
from collectors.exports.columns import Reads
from collectors.exports.counts import UNITS
from collectors.exports.money import amount

_STATED = re.compile(r"[(\[【]\s*(?:单位\s*:?)?\s*([^)\]】]{1,8}?)\s*[)\]】]\s*\*?$")
_BARE = re.compile(r"[\d,]+(?:\.\d+)?")


def unit_of(header: str, reads: Reads) -> str:
    """The unit in the brackets that end a header, if it is one for such a column; else empty.

    >>> unit_of("粉丝(万)", "count"), unit_of("报价(万元)", "amount"), unit_of("粉丝(必填)", "count")
    ('万', '万元', '')
    """
    found = _STATED.search(narrow(header))
    if found is None:
        return ""
    if reads == "count":
        unit = found[1].rstrip("人个次")
        return unit if unit in UNITS else ""
    if reads not in {"amount", "part"}:
        return ""
    try:
        amount(f"1{found[1]}")
    except BadCell:
        return ""
    return found[1]


def in_unit(cell: object, unit: str) -> object:
    """A bare number with its column's unit behind it; a cell that says its own unit stays as it is."""
    if not unit or isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        return cell
    text = narrow(cell) if isinstance(cell, str) else str(int(cell)) if float(cell).is_integer() else repr(cell)
    return f"{text}{unit}" if _BARE.fullmatch(text.replace("，", ",")) else cell
