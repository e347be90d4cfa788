"""What a text names: the traps of Chinese substrings, short Latin names, common words, own names; and the file of brands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.brands import Brand, read_brands
from scoring.errors import PersonaError
from scoring.spotting import Found, Spotted, places, spot
from scoring.text.tokens import make_cut

CUT = make_cut(["安踏", "牧高笛", "小米"])
ANTA, NIKE = Brand("安踏"), Brand("Nike", ("耐克",))
MILLET = Brand("小米", needs_context=True, context=("手机",), not_in=("小米粥",))


def found(text: str, *brands: Brand, own: tuple[str, ...] = ()) -> Found:
    return spot(text, brands, (), own=own, cut=CUT)


@pytest.mark.parametrize("text", ["我爱Nike鞋", "ＮＩＫＥ 新款", "nike👟", "👟Nike!", "N\u200bike", "穿耐克跑步"])
def test_width_case_emoji_and_unseen_signs_part_no_name(text: str) -> None:
    assert found(text, NIKE).brands == (Spotted(0, ""),)


@pytest.mark.parametrize("text", ["nikes", "unnike", "nike_run", "nikeé", "2nike"])
def test_a_latin_name_inside_a_longer_word_is_none(text: str) -> None:
    assert found(text, NIKE).brands == ()


def test_a_chinese_name_across_two_words_is_for_a_person_to_look_at() -> None:
    assert found("一路平安踏实做事", ANTA).brands == (Spotted(0, "inside_word"),)
    assert found("今天穿安踏跑步", ANTA).brands == (Spotted(0, ""),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("新小米手机", ""), ("#小米 开箱", ""), ("买了小米和大米", "needs_context"), ("喝小米粥", None), ("#小米粥 好喝", None)],
)
def test_a_common_word_needs_its_context(text: str, expected: str | None) -> None:
    assert [each.doubt for each in found(text, MILLET).brands] == ([] if expected is None else [expected])


def test_a_longer_name_of_another_brand_is_that_brands() -> None:
    assert found("安踏儿童新款", ANTA, Brand("安踏儿童")).brands == (Spotted(1, ""),)


def test_the_accounts_own_name_is_no_mention_but_the_brand_elsewhere_is() -> None:
    assert found("关注安踏小王", ANTA, own=("安踏小王",)) == Found((), (), (0,))
    assert found("安踏小王今天穿安踏 跑步", ANTA, own=("安踏小王",)) == Found((Spotted(0, ""),), (), ())


def test_words_of_a_list_are_found_and_doubted_alike() -> None:
    assert spot("网上 赌博 害人", (), ("赌博",), own=(), cut=CUT).words == (Spotted(0, ""),)


@given(st.text(max_size=20), st.sampled_from(["nike", "牧高笛"]), st.text(max_size=20))
def test_a_name_between_blanks_is_found_in_any_text(before: str, name: str, after: str) -> None:
    brand = Brand(name)
    assert found(f"{before} {name} {after}", brand).brands[0].at == 0


@given(st.text("ab 牧高", max_size=12), st.text("ab牧高", min_size=1, max_size=3))
def test_places_hold_the_name_and_touch_no_other_letter(text: str, name: str) -> None:
    for begin, end in places(text, name):
        assert text[begin:end] == name
        assert not (begin and text[begin - 1] in "ab" and name[0] in "ab")


def test_a_file_of_brands_is_read() -> None:
    text = "brands:\n- name: 小米\n  aliases: [Xiaomi]\n  relation: competitor\n  needs_context: true\n  context: [手机]\n  not_in: [小米粥]\n- name: Nike\n"
    assert read_brands(text, where="b.yaml") == (
        Brand("小米", ("Xiaomi",), "competitor", True, ("手机",), ("小米粥",)),
        Brand("Nike"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brand: x\n", "brands:"), ("brands: []\n", "brands:"), ("brands:\n- Nike\n", "needs keys"), ("brands:\n- aliases: [x]\n", "required"),
        ("brands:\n- name: Nike\n  relation: rival\n", "own, competitor"), ("brands:\n- name: Nike\n  color: red\n", "not known"),
        ("brands:\n- name: LV\n", "needs_context"), ("brands:\n- name: Nike\n  needs_context: maybe\n", "true or false"),
        ("brands:\n- name: Nike\n- name: Puma\n  aliases: [NIKE]\n", "same name"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(PersonaError, match=said) as refused:
        read_brands(text, where="b.yaml")
    assert refused.value.line is not None


def test_a_short_name_is_taken_where_it_needs_context() -> None:
    (brand,) = read_brands("brands:\n- name: LV\n  needs_context: true\n  context: [bag]\n", where="b.yaml")
    assert found("LV bag", brand).brands == (Spotted(0, ""),)
    assert found("solve lv", brand).brands == (Spotted(0, "needs_context"),)
