"""Persona files: what they mean, and every wrong file with its line, column and advice."""

from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from scoring.errors import PersonaError
from scoring.persona import Persona, own_phrases, parse_persona, refuse_sensitive_seeds, trait_terms, trait_words, unseen_phrases
from scoring.persona_file import read_persona
from scoring.persona_schema import persona_schema
from scoring.persona_template import template
from scoring.text.terms import bigram_term, phrase_term, word_term

FULL = """\
name: campers
title: {zh: 露营新人, en: New campers}
note: for the spring campaign
must:
  - interest: camping
  - attribute: age_band
    in: [18-24, 25-34, 65+]
must_not:
  - keywords: [代购]
  - seeds: {positive: [shop_a], negative: [shop_b]}
should:
  - keywords: [帐篷, 周末 自驾, 云南 雪山 日出 摄影]
    weight: 2
  - intent: {preset: asking, within_days: 30}
  - intent: {phrases: [哪个好]}
  - audience: buyers_2025
    weight: 0.5
min_should: 1.5
"""
START = "name: x\nmust:\n  - interest: camping\n"


def test_a_whole_file() -> None:
    persona = parse_persona(FULL, where="campers.yaml")
    assert (persona.name, persona.title, persona.min_should) == ("campers", {"zh": "露营新人", "en": "New campers"}, 1.5)
    assert [trait.kind for trait in persona.traits] == [
        "interest",
        "attribute",
        "keyword",
        "seeds",
        "keyword",
        "intent",
        "intent",
        "audience",
    ]
    assert persona.must[0].interest == "outdoor.camping"
    assert persona.must[1].values == ("18-24", "25-34", "65+")
    assert persona.must_not[1].negative == ("shop_b",)
    assert [trait.weight for trait in persona.should] == [2.0, 1.0, 1.0, 0.5]
    assert persona.should[1].within_days == 30
    assert persona.should[2].phrases == ("哪个好",)


def test_terms_of_traits() -> None:
    persona = parse_persona(FULL, where="campers.yaml")
    terms, weights = trait_terms(persona.should[0])
    own = phrase_term("云南 雪山 日出 摄影")
    assert terms.tolist() == sorted([word_term("帐篷"), bigram_term("周末", "自驾"), own])
    assert weights.tolist() == [1.0, 1.0, 1.0]
    assert unseen_phrases(persona.should[0]) == ("云南 雪山 日出 摄影",)
    assert unseen_phrases(persona.should[1]) == ()
    assert trait_terms(persona.should[2])[0].tolist() == [phrase_term("哪个好")]
    assert word_term("帐篷") in trait_terms(persona.must[0])[0]
    assert "帐篷" in trait_words(persona.must[0])
    assert len(trait_terms(persona.must[1])[0]) == 0


def test_a_phrase_of_intent_keeps_its_small_words() -> None:
    persona = parse_persona("name: x\nmust:\n  - intent: {phrases: [想去露营, 露营]}\n  - keywords: [去露营]\n", where="f")
    assert unseen_phrases(persona.must[0]) == ("想去露营",)
    assert own_phrases(persona) == ("想去露营",)
    assert trait_terms(persona.must[0])[0].tolist() == sorted([word_term("露营"), phrase_term("想去露营")])
    assert trait_terms(persona.must[1])[0].tolist() == [word_term("露营")]


def test_the_digest_is_of_what_is_said() -> None:
    one = parse_persona("name: a\nmust:\n - interest: camping\n - keywords: [x1, y1]\n", where="f")
    same = parse_persona("# comment\nmust:\n  - keywords: [y1, 'x1']\n  - {interest: outdoor.camping}\nname: 'a'\n", where="g")
    other = parse_persona("name: a\nmust:\n - interest: camping\n - keywords: [x1, z1]\n", where="f")
    weighed = parse_persona("name: a\nshould:\n - {interest: camping, weight: 2}\n", where="f")
    assert one.digest == same.digest
    assert len({one.digest, other.digest, weighed.digest}) == 3


WRONG = {
    "empty": ("", 1, 1, "empty"),
    "only a comment": ("# hello\n", 1, 1, "empty"),
    "not a mapping": ("- a\n- b\n", 1, 1, "expected keys"),
    "broken yaml": ("name: [a\nmust:\n", 2, 5, "not YAML"),
    "tab": ("name: x\nmust:\n\t- interest: camping\n", 3, 1, "tab"),
    "key twice": ("name: x\nname: y\n", 2, 1, "second time"),
    "clause key twice": (START + "  - interest: pets\n    interest: auto\n", 5, 5, "second time"),
    "unknown key": ("name: x\nmusst: []\n", 2, 1, "did you mean `must`"),
    "no name": ("must:\n  - interest: camping\n", 1, 1, "`name:` is missing"),
    "bad name": ("name: Big Campers\nmust:\n  - interest: camping\n", 1, 7, "lower-case"),
    "nobody": ("name: x\nmust: []\nshould:\n", 2, 1, "nobody is asked for"),
    "clauses no list": ("name: x\nmust:\n  interest: camping\n", 3, 3, "expected a list of clauses"),
    "clause a word": ("name: x\nmust:\n  - camping\n", 3, 5, "expected a clause"),
    "two kinds": ("name: x\nmust:\n  - interest: camping\n    keywords: [a1]\n", 4, 5, "exactly one of"),
    "no kind": (START + "  - in: [a1]\n", 4, 5, "exactly one of"),
    "unknown interest": ("name: x\nmust:\n  - interest: 帐篷\n", 3, 15, "outdoor.camping (露营)"),
    "hopeless interest": ("name: x\nmust:\n  - interest: zzzzzzz\n", 3, 15, "fanfit persona interests"),
    "keywords a word": ("name: x\nmust:\n  - keywords: tent\n", 3, 15, "expected a list"),
    "keywords empty": ("name: x\nmust:\n  - keywords: []\n", 3, 15, "empty"),
    "keyword twice": ("name: x\nmust:\n  - keywords: [a1, a1]\n", 3, 20, "twice"),
    "keyword of a letter": ("name: x\nmust:\n  - keywords: [露营, K]\n", 3, 20, "更长的词"),
    "keyword of a digit": ("name: x\nmust:\n  - keywords: [7]\n", 3, 16, "longer word"),
    "keyword of a filler": ("name: x\nmust:\n  - keywords: [的]\n", 3, 16, "filler word"),
    "keyword of a sign": ("name: x\nmust:\n  - keywords: ['!']\n", 3, 16, "longer word"),
    "keyword of an account": ("name: x\nmust:\n  - keywords: ['@Nike']\n", 3, 16, "use `seeds`"),
    "keyword of an address": ("name: x\nmust:\n  - keywords: ['https://a.example/b 露营']\n", 3, 16, "网址"),
    "intent of a filler": ("name: x\nmust:\n  - intent: {phrases: [想买, 要]}\n", 3, 28, "never found among phrases"),
    "intent of a repost": ("name: x\nmust:\n  - intent: {phrases: [转发微博]}\n", 3, 24, "repost marks"),
    "attribute without in": ("name: x\nmust:\n  - attribute: gender\n", 3, 5, "needs `in"),
    "in without attribute": (START + "    in: [a1]\n", 4, 5, "belongs to `attribute`"),
    "weight in must": (START + "    weight: 2\n", 4, 5, "belongs to `should`"),
    "weight no number": ("name: x\nshould:\n  - interest: camping\n    weight: much\n", 4, 13, "number from"),
    "weight zero": ("name: x\nshould:\n  - interest: camping\n    weight: 0\n", 4, 13, "number from"),
    "weight nan": ("name: x\nshould:\n  - interest: camping\n    weight: .nan\n", 4, 13, "number from"),
    "min_should alone": (START + "min_should: 1\n", 4, 1, "no `should` clause"),
    "min_should too high": ("name: x\nshould:\n  - interest: camping\nmin_should: 2\n", 4, 13, "add up to 1"),
    "same clause twice": (START + "  - interest: outdoor.camping\n", 4, 5, "same clause as in line 3"),
    "contradiction": (START + "must_not:\n  - interest: camping\n", 5, 5, "nobody can match"),
    "contradiction by parent": (START + "must_not:\n  - interest: outdoor\n", 5, 5, "nobody can match"),
    "contradiction of values": ("name: x\nmust:\n  - {attribute: gender, in: [f]}\n  - {attribute: gender, in: [m]}\n", 4, 5, "one value"),
    "contradiction of attributes": ("name: x\nmust:\n  - {attribute: g, in: [f]}\nmust_not:\n  - {attribute: g, in: [f, m]}\n", 5, 5, "nobody can match"),
    "seeds a list": ("name: x\nmust:\n  - seeds: [a1]\n", 3, 12, "positive"),
    "seeds negative only": ("name: x\nmust:\n  - seeds: {negative: [a1]}\n", 3, 5, "needs `positive"),
    "seed on both sides": ("name: x\nmust:\n  - seeds: {positive: [a1], negative: [a1]}\n", 3, 29, "both"),
    "intent a word": ("name: x\nmust:\n  - intent: asking\n", 3, 13, "preset: asking"),
    "intent of both": ("name: x\nmust:\n  - intent: {preset: asking, phrases: [a1]}\n", 3, 5, "either"),
    "unknown preset": ("name: x\nmust:\n  - intent: {preset: askin}\n", 3, 22, "asking (求推荐)"),
    "days too few": ("name: x\nmust:\n  - intent: {preset: asking, within_days: 0}\n", 3, 43, "within_days"),
    "anchor": ("name: x\nmust:\n  - &a {interest: camping}\n  - *a\n", 3, 5, "anchors"),
    "alias bomb": ("a: &a [x,x]\nb: &b [*a,*a]\nname: [*b,*b]\n", 1, 4, "anchors"),
    "tag": ("name: !!python/object:os.system x\n", 1, 7, "tags"),
    "two documents": (START + "---\nname: y\n", 4, 1, "second document"),
    "deep": ("name: " + "[" * 5000, 1, 18, "nested deeper"),
    "too large": ("# " + "x" * 70_000, 1, 1, "at most 64 KB"),
    "title null": ("name: x\ntitle:\nmust:\n  - interest: camping\n", 2, 1, "a title"),
    "title in French": ("name: x\ntitle: {fr: a}\n", 2, 9, "'fr'"),
    "a nested list of words": ("name: x\nmust:\n  - keywords: [[a1]]\n", 3, 16, "expected keywords as text"),
    "minors": ("name: x\nmust:\n  - attribute: age_band\n    in: [18-24, 13-17]\n", 4, 17, "below 18"),
    "minors by sign": ("name: x\nmust:\n  - attribute: age\n    in: [<25]\n", 4, 10, "below 18"),
    "minors by words": ("name: x\nmust:\n  - attribute: 年龄\n    in: [大一]\n", 4, 10, "cannot be read"),
    "birth year": ("name: x\nmust:\n  - attribute: birth_year\n    in: [1990]\n", 3, 16, "age_band"),
    "health": ("name: x\nmust:\n  - keywords: [糖尿病]\n", 3, 16, "health"),
    "health in a phrase": ("name: x\nmust:\n  - intent: {phrases: [my diabetes medicine]}\n", 3, 24, "health"),
    "religion as a trait": ("name: x\nmust:\n  - attribute: religion\n    in: [any]\n", 3, 16, "religion"),
    "politics as a value": ("name: x\nmust:\n  - attribute: leaning\n    in: [left-wing]\n", 4, 10, "politics"),
    "sexuality as audience": ("name: x\nmust:\n  - audience: lgbt_users\n", 3, 15, "sexuality"),
    "finances": ("name: x\nmust:\n  - attribute: household_income\n    in: [high]\n", 3, 16, "finances"),
    "whereabouts": ("name: x\nmust:\n  - attribute: home_address\n    in: [a1]\n", 3, 16, "whereabouts"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_at_its_place(case: str) -> None:
    text, line, column, advice = WRONG[case]
    with pytest.raises(PersonaError) as caught:
        parse_persona(text, where="p.yaml")
    assert advice in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column), str(caught.value)
    assert str(caught.value).startswith(f"p.yaml:{line}:{column}: ")


@pytest.mark.parametrize("band", ["18-24", "18", "25+", "65以上", "25-34岁", ">=25", "55 plus", "25 to 34", "90后"])
def test_adult_ages(band: str) -> None:
    parse_persona(f"name: x\nmust:\n  - attribute: age_band\n    in: ['{band}']\n", where="f")


def read_or_refuse(text: str) -> Persona | PersonaError:
    try:
        return parse_persona(text, where="f")
    except PersonaError as error:
        return error


@given(st.text(max_size=200))
def test_any_text_is_a_persona_or_a_persona_error(text: str) -> None:
    outcome = read_or_refuse(text)
    assert isinstance(outcome, Persona) or (outcome.line is not None and outcome.column is not None)


@given(st.integers(0, len(FULL) - 1), st.sampled_from(["", " ", "\n", ":", "[", "}", "-", "'", "\x00", "&", "0"]))
def test_a_damaged_file_is_a_persona_or_a_persona_error(place: int, sign: str) -> None:
    outcome = read_or_refuse(FULL[:place] + sign + FULL[place + 1 :])
    assert isinstance(outcome, Persona) or (outcome.line is not None and outcome.column is not None)


def test_files_are_utf8(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.encode())
    assert read_persona(path).name == "campers"
    path.write_bytes(START.encode() + "note: 敏感露营".encode("gb18030"))
    with pytest.raises(PersonaError, match="UTF-8") as caught:
        read_persona(path)
    assert (caught.value.line, caught.value.column) == (4, 7)


def test_seed_categories_are_screened() -> None:
    persona = parse_persona(FULL, where="f")
    refuse_sensitive_seeds(persona, {"shop_a": "outdoor shop", "shop_b": None})
    with pytest.raises(PersonaError, match="religion"):
        refuse_sensitive_seeds(persona, {"shop_a": "Church"})


@pytest.mark.parametrize("starting", [(), ("pets.cats", "coffee")])
def test_the_template_is_a_persona(starting: tuple[str, ...]) -> None:
    persona = parse_persona(template("new_one", starting), where="f")
    assert persona.name == "new_one"
    assert len(persona.must) == max(len(starting), 1)
    uncommented = "\n".join(line.replace("# ", "", 1) if line.lstrip().startswith(("# -", "#   ", "# min")) else line
                            for line in template("new_one", starting).splitlines())  # fmt: skip
    assert len(parse_persona(uncommented, where="f").traits) > len(persona.traits)


def test_the_published_schema_is_the_code() -> None:
    import json

    published = json.loads((Path(__file__).parents[2] / "docs" / "persona.schema.json").read_text("utf-8"))
    assert published == persona_schema()


def test_the_schema_agrees_with_the_parser() -> None:
    validator = jsonschema.Draft202012Validator(persona_schema())
    yaml = YAML(typ="safe", pure=True)
    for text in (FULL, START, template("new_one", ())):
        assert list(validator.iter_errors(yaml.load(text))) == []
    for case in ("unknown key", "no name", "bad name", "nobody", "clause a word", "two kinds", "unknown interest", "keywords empty", "keyword twice",
                 "attribute without in", "in without attribute", "weight in must", "weight zero", "seeds negative only", "intent of both", "unknown preset"):  # fmt: skip
        assert not validator.is_valid(yaml.load(WRONG[case][0])), case


def test_a_persona_of_a_client_is_another_persona_than_the_same_of_none() -> None:
    text = "name: x\nmust:\n  - interest: camping\n"
    shared, acme = parse_persona(text), parse_persona(text + "client: Acme\n")
    assert (shared.client, acme.client) == ("", "Acme")
    assert len({shared.digest, acme.digest, parse_persona(text + "client: Brand\n").digest}) == 3
    with pytest.raises(PersonaError, match="a client's name"):
        parse_persona(text + "client: [a, b]\n")
