"""A commented persona file to start from."""

from scoring.text.lexicon import full_id, interest, presets


def template(name: str, starting: tuple[str, ...]) -> str:
    """A file that parses as it stands; `starting` are interests its `must` begins with (unknown ones stay for the parser to refuse)."""
    wanted = starting or ("camping",)
    lines = []
    for written in wanted:
        known = full_id(written)
        comment = f"   # {interest(known).zh} / {interest(known).en}" if known else ""
        lines.append(f"  - interest: {known or written}{comment}")
    intents = ", ".join(preset.id for preset in presets())
    return _TEXT.format(name=name, musts="\n".join(lines), intents=intents)


_TEXT = """\
# A persona: who should be found among an account's followers. A follower fits who is real, has every `must`,
# no `must_not`, and reaches `min_should` with the weights of `should`.
# 目标人群:粉丝是真人、满足全部 must、不满足任何 must_not,且 should 的权重达到 min_should,才算符合。
# Check it with: fanfit persona check FILE          Interests: fanfit persona interests
name: {name}
title: {{zh: {name}, en: {name}}}

must:
{musts}
  # - attribute: age_band        # any imported attribute; ages begin at 18
  #   in: [18-24, 25-34]
  # - attribute: gender
  #   in: [female]
  # - audience: buyers_2025      # imported labels of this name

must_not:
  # - keywords: [代购, reseller]

should:
  # - keywords: [房车, 周末 自驾]  # any of these words
  #   weight: 2
  # - seeds: {{positive: [some_account], negative: [another_account]}}
  # - intent: {{preset: asking, within_days: 30}}   # presets: {intents}; or phrases: [求推荐]

# min_should: 1                  # default 0: `should` only orders equals
"""
