"""What several slides share: words of slides alone, a figure with its interval, tables over as many slides as they take."""

from collections.abc import Sequence
from itertools import islice

from reports.deck.canvas import HEAD, INNER, Canvas, fitted
from reports.numbers import headed
from reports.parts import Figure
from reports.sentence import Sentence

ROWS = 11  # of a table on one slide


class S:
    """The words that only slides have."""

    budget = Sentence("报价与成本", "Prices and cost")
    budget_hint = Sentence(
        "报价合计按货币分列;成本按 TA浓度折算,括号内为区间。",
        "Totals by currency; cost by the on-target share, its interval in brackets.",
    )
    total = Sentence("合计 {n} 个报价", "Total of {n} quotes", "Total of {n} quote")
    page = Sentence("{title}({n}/{of})", "{title} ({n} of {of})")
    low = Sentence("下限", "lower end")
    width = Sentence("区间宽度", "width of the interval")
    rest = Sentence("其余见备注", "the rest is in the notes")


def whole(figure: Figure) -> str:
    """The figure, its interval on a line of its own."""
    return f"{figure.text}\n{figure.interval}" if figure.interval else figure.text


def numbered(canvas: Canvas, title: str, number: int, of: int) -> str:
    """The title of one of several slides: a long one is cut, its number is not."""
    if of == 1:
        return title
    return S.page(canvas.lang, title=fitted(title, HEAD.size, INNER - 2.4, 1), n=number, of=of)


def paged(
    canvas: Canvas, title: str, hint: str, heads: Sequence[str], cells: Sequence[Sequence[str]], widths: Sequence[float], numbers: Sequence[int],
    notes: str = "",
) -> None:  # fmt: skip
    """A table over as many slides as it takes, about equally long; `notes` go under each."""
    pages = -(-len(cells) // ROWS)
    rest = iter(cells)
    for number in range(1, pages + 1):
        made = canvas.slide(numbered(canvas, title, number, pages), hint)
        canvas.table(made, [headed(head) for head in heads], list(islice(rest, -(-len(cells) // pages))), widths, numbers=numbers)
        if notes:
            made.notes_slide.notes_text_frame.text = notes
