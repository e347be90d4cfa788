"""Inline SVG of our own: strips with dot and interval, trait bars, axes. Places are per cent of the width, so that no text is measured."""

from html import escape

from markupsafe import Markup

from reports.numbers import Lang, percent
from reports.parts import Bar, Row

FONT = "Noto Sans SC,PingFang SC,Microsoft YaHei,sans-serif"
_INK, _ACCENT, _SOFT, _RULE = "#1b1d1f", "#0f6b5c", "#b9d9d1", "#d9d6ce"
_STRIP_HEIGHT = 28
_BAR_HEIGHT = 14
_MIDDLE = _STRIP_HEIGHT / 2


def strip(row: Row, axis_high: float, base: float | None, words: str) -> Markup:
    """An account's estimate as a dot on its interval, the base as an upright line; small samples have a dashed interval."""
    figure = row.precision
    said = f"{row.name.label}: {words} {figure.text} ({figure.interval}), n = {row.n}"
    parts = [_line(0, 100, _RULE, 1)]
    if base is not None:
        parts.append(_upright(_place(base, axis_high), 2, _STRIP_HEIGHT - 2))
    if figure.value is not None and figure.low is not None and figure.high is not None:
        low, dot, high = (_place(value, axis_high) for value in (figure.low, figure.value, figure.high))
        parts.append(_line(low, high, _SOFT, 8, dashed=row.few))
        parts.append(f'<circle cx="{dot}%" cy="{_MIDDLE:g}" r="5.5" fill="{_ACCENT}" stroke="#fff" stroke-width="1.5"/>')
    return _svg("".join(parts), _STRIP_HEIGHT, said, "strip")


def axis(axis_high: float, lang: Lang, words: str) -> Markup:
    """The scale above the strips: 0, the half and the end."""
    places = ((0.0, "start"), (50.0, "middle"), (100.0, "end"))
    parts = [
        f'<text x="{place:g}%" y="11" text-anchor="{anchor}" font-size="11" fill="#5d6470">'
        f"{escape(percent(axis_high * place / 100, lang) if place else '0')}</text>"
        for place, anchor in places
    ]
    return _svg("".join(parts), 14, words, "axis")


def trait_bar(bar: Bar, axis_high: float) -> Markup:
    """A trait's share as a bar with its interval, the base as an upright tick."""
    figure = bar.share
    said = f"{bar.label}: {figure.text} ({figure.interval}), {bar.base_text}"
    parts = ['<rect x="0" y="3" width="100%" height="8" fill="#f0eee8"/>']
    if figure.value is not None and figure.low is not None and figure.high is not None:
        low, end, high = (_place(value, axis_high) for value in (figure.low, figure.value, figure.high))
        parts.append(f'<rect x="0" y="3" width="{end}%" height="8" fill="{_SOFT}"/>')
        parts.append(f'<line x1="{low}%" x2="{high}%" y1="7" y2="7" stroke="{_ACCENT}" stroke-width="1.5"/>')
    if bar.base is not None:
        parts.append(_upright(_place(bar.base, axis_high), 0, _BAR_HEIGHT))
    return _svg("".join(parts), _BAR_HEIGHT, said, "bar")


def bars_axis(bars: tuple[Bar, ...]) -> float:
    """The right end of a group of trait bars."""
    ends = [value for bar in bars for value in (bar.share.high, bar.base) if value is not None]
    return max(ends, default=1.0) or 1.0


def _place(value: float, axis_high: float) -> float:
    """Where a value stands, in per cent of the width, kept inside it."""
    return round(100 * min(max(value / axis_high, 0.0), 1.0), 3)


def _line(low: float, high: float, colour: str, width: int, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line x1="{low}%" x2="{high}%" y1="{_MIDDLE:g}" y2="{_MIDDLE:g}" stroke="{colour}" stroke-width="{width}"{dash}/>'


def _upright(place: float, top: float, bottom: float) -> str:
    return f'<line x1="{place}%" x2="{place}%" y1="{top:g}" y2="{bottom:g}" stroke="{_INK}" stroke-width="1.5"/>'


def _svg(body: str, height: int, said: str, kind: str) -> Markup:
    label = escape(said)
    return Markup(  # noqa: S704 - every text in it went through escape
        f'<svg class="{kind}" role="img" width="100%" height="{height}" font-family="{FONT}"><title>{label}</title>{body}</svg>'
    )
