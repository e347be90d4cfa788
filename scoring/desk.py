"""What lies beside a sample: views of a post times the share, ranges with what they mean in people and money, an account's own topic."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scoring.audience.traits import binomial_share
from scoring.content import Counted, Published
from scoring.estimate import Estimate
from scoring.persona import Persona
from scoring.results import AccountRef, Price, RangeCard, Scorecard, TopicCard, Views
from scoring.text.keywords import term_of
from scoring.text.lexicon import interest_terms

LEAST_POSTS = 10  # own posts below which an account's topic is not told
SURE_WORD = 1.0  # weight of a word that has no other meaning


def with_views(card: Scorecard, views: Views | None, *, late: bool = False) -> Scorecard:
    """The card with expected fitting views: V x theta, V the median views of a post (DECISIONS 21); without views as it is.

    A price that has expired makes no cost, unless it is asked for (`late`).
    """
    if views is None:
        return card
    fitting = card.precision.scaled(views.median)
    price = card.price if late or "price_expired" not in card.notes else None
    return replace(card, views=views, fitting_views=fitting, cost_per_thousand_views=_cost(price, fitting))


def _cost(price: Price | None, fitting: Estimate) -> Estimate | None:
    """Price of a thousand, in minor units: over the expectation, between the ends; nothing bounds it above where the lower end is 0."""
    if price is None or fitting.value <= 0:
        return None
    thousand = 1000.0 * price.amount_minor
    high = thousand / fitting.low if fitting.low > 0 else math.inf
    return Estimate(thousand / fitting.value, thousand / fitting.high, high, fitting.n, fitting.method)


def with_means(
    card: RangeCard, *, followers: int | None, views: Views | None, price: Price | None, expired: bool = False, late: bool = False
) -> RangeCard:
    """The range in people, views and money, as far as known: views before followers, for a post is what is bought.

    A price that has `expired` makes no cost, unless it is asked for (`late`).
    """
    fitting = (followers * card.low, followers * card.high) if followers is not None and card.base == "followers" else None
    seen = (views.median * card.low, views.median * card.high) if views is not None else None
    of = seen or fitting
    cost = None
    if price is not None and (late or not expired) and of is not None and of[1] > 0:
        thousand = 1000.0 * price.amount_minor
        cost = (thousand / of[1], thousand / of[0] if of[0] > 0 else None)
    return replace(
        card, followers=followers, views=views, price=price, fitting=fitting, fitting_views=seen, cost=cost,
        cost_of=None if cost is None else "views" if seen else "followers", price_expired=expired,
    )  # fmt: skip


def topic_card(account: AccountRef, persona: Persona, posts: Sequence[Published], counts: Sequence[Counted]) -> TopicCard | None:
    """Of an account's own posts, those that have a word of every interest and keyword that the persona demands; counts one a post.

    None where the persona demands no topic, or fewer than ten own posts are held.
    """
    wanted = _terms(persona)
    own = [at for at, post in enumerate(posts) if not post.is_repost]
    if not wanted or len(own) < LEAST_POSTS:
        return None
    hits = sum(all(not clause.isdisjoint(counts[at][0].tolist()) for clause in wanted) for at in own)
    times: list[datetime] = [posts[at].at for at in own]
    return TopicCard(account, len(own), binomial_share(hits, len(own), "own posts"), min(times), max(times))


def _terms(persona: Persona) -> list[set[int]]:
    """The terms of each demanded interest or keyword; words that also mean other things count for none."""
    found: list[set[int]] = []
    for trait in persona.must:
        if trait.kind == "interest" and trait.interest is not None:
            terms, weights = interest_terms(trait.interest)
            found.append(set(terms[weights >= SURE_WORD].tolist()))
        elif trait.kind == "keyword":
            found.append({term for word in trait.words if (term := term_of(word)) is not None})
    return [each for each in found if each]
