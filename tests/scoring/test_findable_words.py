"""Words and phrases of a persona: what is accepted is found in a text that says it, what is refused is found in none."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scoring.errors import PersonaError
from scoring.persona import Trait, own_phrases, parse_persona, trait_terms
from scoring.text.indexer import JiebaIndexer, count_phrases

CLAUSES = ("keywords: [{}]", "intent: {{phrases: [{}]}}")
PARTS = [*"茶图的k7!?é☕★/.", " ", "露营", "装备", "去", "the", "tent", "@nike", "回复", "转发微博", "http://a.example"]
_indexer = JiebaIndexer()


def read(clause: str, entry: str) -> tuple[Trait, tuple[str, ...]]:
    """The trait, and its phrases that texts are read again for."""
    persona = parse_persona("name: x\nmust:\n  - " + clause.format(json.dumps(entry)) + "\n", where="f")
    return persona.must[0], own_phrases(persona)


def found(trait: Trait, phrases: tuple[str, ...], text: str) -> bool:
    (counted,) = _indexer.index([text])
    (again,) = count_phrases([text], phrases)
    return bool(set(trait_terms(trait)[0].tolist()) & {*counted.terms.tolist(), *again.terms.tolist()})


@pytest.mark.parametrize("clause", CLAUSES)
@given(entry=st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join).filter(str.strip))
@settings(max_examples=400)
@example(entry="茶")
@example(entry="☕")
@example(entry="的话")
@example(entry="C++")
@example(entry="24")
def test_what_is_accepted_is_found(clause: str, entry: str) -> None:
    try:
        read_back = read(clause, entry)
    except PersonaError:
        return  # the other tests say what is refused, and why
    assert found(*read_back, " ".join(entry.split()))


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("entry", ["k", "K", "7", "的", "图", "!", "→", "@nike", "http://a.example", "转发微博"])
def test_what_is_refused_is_found_in_no_text(clause: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PersonaError, match="never found"):
        read(clause, entry)
    monkeypatch.setattr("scoring.persona_clauses.is_dropped", lambda _entry: False)
    monkeypatch.setattr("scoring.persona_clauses.is_taken_out", lambda _entry: False)
    read_back = read(clause, entry)
    assert not any(found(*read_back, text) for text in (entry, f"说 {entry} 的", f"a{entry}b", entry * 3))


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_mention_beside_a_word_is_refused_too(clause: str) -> None:
    with pytest.raises(PersonaError, match="never found"):
        read(clause, "@nike 露营")  # as a keyword it would silently mean 露营 alone


def test_one_chinese_character_is_a_word_where_it_stands_as_one() -> None:
    tea, phrases = read(CLAUSES[0], "茶")
    assert phrases == ()
    assert found(tea, phrases, "这 茶 真好")
    assert not found(tea, phrases, "奶茶店"), "part of another word"
