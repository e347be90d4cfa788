"""The JSON Schema of a persona file, for editors: generated from the same lists that the parser reads."""

from typing import Any

from scoring.persona_clauses import MAX_DAYS, MAX_ENTRIES, MAX_LENGTH, MAX_WEIGHT
from scoring.persona_file import LANGUAGES, MAX_CLAUSES, NAME
from scoring.text.lexicon import interests, presets

SCHEMA_ID = "urn:fanfit:persona:1"

_TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
_WORD = {"type": ["string", "number"], "minLength": 1, "maxLength": MAX_LENGTH}


def _list(of: dict[str, Any], what: str) -> dict[str, Any]:
    return {"type": "array", "items": of, "minItems": 1, "maxItems": MAX_ENTRIES, "uniqueItems": True, "description": what}


def _object(properties: dict[str, Any], required: tuple[str, ...], **more: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties, **more}


def _clauses() -> list[tuple[dict[str, Any], tuple[str, ...]]]:
    """The six forms of a clause: properties and required keys."""
    ids = [
        {"const": written, "title": f"{each.zh} / {each.en}"}
        for each in interests()
        for written in dict.fromkeys((each.id, each.id.rsplit(".", maxsplit=1)[-1]))
    ]
    within = {"type": "number", "minimum": 1, "maximum": MAX_DAYS, "description": "only posts of the last so many days"}
    intent = {
        "oneOf": [
            _object({"phrases": _list(_WORD, "phrases as people write them"), "within_days": within}, ("phrases",)),
            _object({"preset": {"enum": [preset.id for preset in presets()]}, "within_days": within}, ("preset",)),
        ]
    }
    accounts = _list(_WORD, "accounts: native id, handle or profile URL")
    return [
        ({"interest": {"oneOf": ids, "description": "an interest of `fanfit persona interests`"}}, ("interest",)),
        ({"keywords": _list(_WORD, "words or short phrases; any of them speaks for the clause")}, ("keywords",)),
        (
            {
                "attribute": {**_TEXT, "description": "an imported attribute: gender, age_band, region ..."},
                "in": _list(_WORD, "values that match"),
            },
            ("attribute", "in"),
        ),
        ({"seeds": _object({"positive": accounts, "negative": accounts}, ("positive",))}, ("seeds",)),
        ({"audience": {**_TEXT, "description": "the name of imported labels or of an audience"}}, ("audience",)),
        ({"intent": intent}, ("intent",)),
    ]


def persona_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12). It knows shapes and names; contradictions and sensitive content are the parser's."""
    weight = {
        "type": "number",
        "minimum": 0.01,
        "maximum": MAX_WEIGHT,
        "description": "how much this clause counts beside the other wishes",
    }
    plain = {"oneOf": [_object(properties, required) for properties, required in _clauses()]}
    weighted = {"oneOf": [_object({**properties, "weight": weight}, required) for properties, required in _clauses()]}

    def clauses(kind: str, what: str) -> dict[str, Any]:
        reference = {"$ref": f"#/$defs/{kind}"}
        return {"type": ["array", "null"], "items": reference, "maxItems": MAX_CLAUSES, "description": what}

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "fanfit persona",
        **_object(
            {
                "name": {"type": "string", "pattern": f"^{NAME.pattern}$", "description": "short name of the persona"},
                "title": {"oneOf": [_TEXT, _object(dict.fromkeys(LANGUAGES, _TEXT), (), minProperties=1)]},
                "must": clauses("clause", "every one of these holds for a fitting follower"),
                "must_not": clauses("clause", "none of these holds for a fitting follower"),
                "should": clauses("wish", "wishes: with `min_should` their weights must reach it, else they only order equals"),
                "min_should": {"type": "number", "minimum": 0},
                "note": {"type": ["string", "number"], "description": "free text for the reader"},
                "client": {**_WORD, "description": "whose persona it is: it is used for no other client"},
            },
            ("name",),
        ),
        "anyOf": [
            {"required": ["must"], "properties": {"must": {"type": "array", "minItems": 1}}},
            {"required": ["should"], "properties": {"should": {"type": "array", "minItems": 1}}},
        ],
        "$defs": {"clause": plain, "wish": weighted},
    }
