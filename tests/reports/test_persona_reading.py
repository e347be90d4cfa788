"""A persona read back in plain words, both languages."""

from reports.persona_reading import read_aloud
from scoring.persona import parse_persona

TEXT = """\
name: campers
must:
  - interest: camping
  - {attribute: gender, in: [female]}
must_not:
  - keywords: [代购]
should:
  - {audience: buyers, weight: 2}
  - intent: {phrases: [求推荐], within_days: 30}
"""


def test_both_languages() -> None:
    persona = parse_persona(TEXT, where="f")
    assert read_aloud(persona, "zh") == (
        "要找的人:对「露营」感兴趣,并且性别为女;但不包括提到过 代购的人。条件相同时优先:属于人群「buyers」(权重 2)、最近 30 天内说过 求推荐(权重 1)。"
    )
    assert read_aloud(persona, "en") == (
        "People who are interested in Camping, and who are of gender female, but not those who have mentioned 代购. "
        "Among equals, first those who: belong to the audience buyers (weight 2); have said 求推荐 within the last 30 days (weight 1)."
    )


def test_a_report_counts_seed_accounts_and_does_not_name_them() -> None:
    text = "name: x\nmust:\n  - seeds: {positive: [a1, a2], negative: [b1]}\n  - {attribute: shoe_size, in: ['42']}\n"
    persona = parse_persona(text, where="f")
    assert read_aloud(persona, "en", name_seeds=False) == (
        "People who resemble the followers of 2 seed accounts and unlike those of 1 seed account, and who are of shoe_size 42."
    )
    assert (
        read_aloud(persona, "zh", name_seeds=False)
        == "要找的人:与 2 个种子账号 的粉丝相似、与 1 个种子账号 的粉丝不同,并且「shoe_size」为42。"
    )
    assert "a1" in read_aloud(persona, "en")


def test_only_wishes_and_a_threshold() -> None:
    persona = parse_persona("name: x\nshould:\n  - seeds: {positive: [a1], negative: [b1]}\nmin_should: 1\n", where="f")
    assert read_aloud(persona, "en") == (
        "Anyone who is real, and for whom these weights add up to at least 1: resemble the followers of a1 and unlike those of b1 (weight 1)."
    )
    assert read_aloud(persona, "zh") == "要找的人:任何真人。以下条件的权重合计至少 1:与 a1 的粉丝相似、与 b1 的粉丝不同(权重 1)。"
