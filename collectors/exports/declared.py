"""Declared attributes as personas know them: the usual names, and one spelling of gender."""

from collections.abc import Mapping
from types import MappingProxyType

from collectors.exports.cells import narrow
from collectors.exports.columns import WIDE_ATTRIBUTES

# Only what means one thing everywhere. `scoring/persona_clauses.py` reads personas by the same list (tested).
GENDERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("female", "f", "woman", "女", "女性", "女士"), "female"),
        **dict.fromkeys(("male", "m", "man", "男", "男性", "男士"), "male"),
    }
)


def attribute_name(name: str) -> str:
    """The name of an attribute as personas know it: gender for 性别; others in lower case with underscores."""
    plain = "_".join(narrow(name).split())
    return next((ours for ours, known in WIDE_ATTRIBUTES.items() if plain.replace("_", " ") in known or plain in known), plain)


def usual_value(name: str, value: str, stated: Mapping[str, Mapping[str, str]]) -> str:
    """The value as it is kept: what the mapping states for it, else female or male for a gender, else unchanged.

    `name` is the attribute's usual name, `stated` the mapping's `values`.

    >>> usual_value("gender", "女", {}), usual_value("region", "女", {}), usual_value("age_band", "18~24岁", {"age_band": {"18~24岁": "18-24"}})
    ('female', '女', '18-24')
    """
    own = stated.get(name)
    if own is not None and value in own:
        return own[value]
    return GENDERS.get(narrow(value), value) if name == "gender" else value
