"""What a slide is made of: texts that fit their box, native tables and charts, fonts that a client's Windows has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from reports.brand import Brand
from reports.deck.dating import dated
from reports.numbers import Lang

WIDTH, HEIGHT = 13.333, 7.5  # inches: 16:9
LEFT, TOP = 0.6, 1.35
INNER = WIDTH - 2 * LEFT
BOTTOM = 6.85
INK, SOFT, RULE, AMBER = "1B1D1F", "5D6470", "E3E0D9", "8A5A00"
SMALLEST = 10  # points; below it nobody in a meeting room reads
_LATIN, _CHINESE = "Segoe UI", "Microsoft YaHei"  # both come with Windows
_BLANK = 6
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "no style, no grid", as PowerPoint calls it
_OTHER_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: size in points, weight, colour as hex, side."""

    size: float = 12
    bold: bool = False
    colour: str = INK
    right: bool = False


PLAIN, HEAD, HINT = Style(), Style(24, bold=True), Style(11, colour=SOFT)


def width_of(text: str, size: float) -> float:
    """How wide a text is at most, in inches: a Chinese sign and an emoji as wide as high, others .58 of that.

    >>> round(width_of("准粉ab", 72), 2)
    3.16
    """
    return sum(1.0 if east_asian_width(sign) in "WF" or ord(sign) > 0x1F000 else 0.58 for sign in text) * size / 72


def fitted(text: str, size: float, width: float, lines: int) -> str:
    """The text, cut with an ellipsis where it would take more lines of that width (inches).

    >>> fitted("one two three four", 12, 0.9, 1), fitted("短", 12, 1.0, 1)
    ('one two…', '短')
    """
    clean = "".join(sign for sign in " ".join(text.split()) if sign not in _OTHER_DIRECTION)
    room = width * lines * (0.92 if lines > 1 else 1.0)  # words at the end of a line leave a part of it empty
    if width_of(clean, size) <= room:
        return clean
    while clean and width_of(clean + "…", size) > room:
        clean = clean[:-1]
    return clean.rstrip() + "…"


def size_for(text: str, size: float, width: float) -> float:
    """The largest size up to `size` at which a figure stands on one line of that width (inches), never below the smallest readable.

    >>> size_for("31%", 24, 2.5), size_for("CN¥143-CN¥199", 24, 1.5)
    (24, 14)
    """
    while size > SMALLEST and width_of(text, size) > width:
        size -= 1
    return size


class Canvas:
    """A presentation in one language and colour; slides are added one by one, each with its footer."""

    def __init__(self, lang: Lang, brand: Brand, footer: str) -> None:
        self.lang: Lang = lang
        self.brand = brand
        self.accent = brand.colour
        self.footer = footer
        self.deck: Any = Presentation()
        self.deck.slide_width, self.deck.slide_height = Inches(WIDTH), Inches(HEIGHT)

    def slide(self, title: str, hint: str = "") -> Any:
        """A new slide with its title, a line under it, and the footer."""
        made = self.deck.slides.add_slide(self.deck.slide_layouts[_BLANK])
        self.text(made, fitted(title, 24, INNER, 1), (LEFT, 0.35, INNER, 0.55), Style(24, bold=True))
        if hint:
            self.text(made, fitted(hint, 11, INNER, 2), (LEFT, 0.88, INNER, 0.46), HINT)
        self.foot(made)
        return made

    def logo(self, made: Any) -> None:
        """The brand's logo at the top of the cover, at most 1.1 inches high and 4 wide; nothing without one."""
        if self.brand.logo:
            picture = made.shapes.add_picture(BytesIO(self.brand.logo), Inches(LEFT), Inches(0.6))
            scale = min(Inches(1.1) / picture.height, Inches(4) / picture.width)
            picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
            picture.name = self.brand.name

    def foot(self, made: Any) -> None:
        """Grade of evidence and date of the data, on every slide, and its number."""
        number = str(len(self.deck.slides))
        self.text(made, fitted(self.footer, SMALLEST, INNER - 1, 1), (LEFT, 7.05, INNER - 1, 0.3), Style(SMALLEST, colour=SOFT))
        self.text(made, number, (WIDTH - LEFT - 0.8, 7.05, 0.8, 0.3), Style(SMALLEST, colour=SOFT, right=True))

    def text(self, made: Any, text: str, box: tuple[float, float, float, float], style: Style = PLAIN) -> None:
        """One text in a box of (left, top, width, height) inches; line breaks make paragraphs."""
        left, top, width, height = map(Inches, box)
        frame = made.shapes.add_textbox(left, top, width, height).text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        for index, line in enumerate(text.split("\n")):
            paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
            self._write(paragraph, line, style)

    def _write(self, paragraph: Any, text: str, style: Style) -> None:
        paragraph.alignment = PP_ALIGN.RIGHT if style.right else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = text
        self._font(run.font, style)

    def _font(self, font: Any, style: Style) -> None:
        font.size, font.bold, font.name = Pt(style.size), style.bold, _LATIN
        font.color.rgb = RGBColor.from_string(style.colour)
        properties = font._rPr if hasattr(font, "_rPr") else font._element  # noqa: SLF001 - python-pptx names the Latin face alone
        for old in properties.findall(qn("a:ea")):
            properties.remove(old)
        face = OxmlElement("a:ea")
        face.set("typeface", _CHINESE)
        properties.append(face)
        properties.set("lang", "zh-CN" if self.lang == "zh" else "en-US")

    def table(
        self, made: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, top: float = TOP, numbers: Sequence[int] = ()
    ) -> None:  # fmt: skip
        """A native table; `widths` are parts of the slide's inner width, `numbers` the columns that stand right."""
        scale = INNER / sum(widths)
        height = 0.46 if any("\n" in text for cells in rows for text in cells) else 0.34
        box = (Inches(LEFT), Inches(top), Inches(INNER), Inches(height * (len(rows) + 1)))
        shape = made.shapes.add_table(len(rows) + 1, len(heads), *box)
        table = shape.table
        shape._element.graphic.graphicData.tbl[0][-1].text = _NO_STYLE  # noqa: SLF001 - python-pptx has no name for a table's style
        for at, part in enumerate(widths):
            table.columns[at].width = Inches(part * scale)
        for line, cells in enumerate([heads, *rows]):
            table.rows[line].height = Inches(height)
            for at, text in enumerate(cells):
                style = Style(
                    SMALLEST if line == 0 else 11, bold=line == 0, colour=SOFT if line == 0 else INK, right=at in numbers
                )
                # A figure is never cut: an ellipsis in a number would be another number.
                said = (
                    text
                    if at in numbers and line > 0
                    else fitted(text, style.size, widths[at] * scale - 0.12, 2 if line == 0 else 1)
                )
                self._cell(table.cell(line, at), said, style, shaded=line > 0 and line % 2 == 0)

    def _cell(self, cell: Any, text: str, style: Style, *, shaded: bool) -> None:
        """A cell; what stands after a line break is the interval of what stands before it."""
        cell.margin_left = cell.margin_right = Inches(0.06)
        cell.margin_top = cell.margin_bottom = Inches(0.02)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        if shaded:
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string("F6F5F1")
        else:
            cell.fill.background()
        first, _, second = text.partition("\n")
        self._write(cell.text_frame.paragraphs[0], first, style)
        if second:
            self._write(cell.text_frame.add_paragraph(), second, Style(SMALLEST, colour=SOFT, right=style.right))

    def ranges(
        self,
        made: Any,
        names: Sequence[str],
        ends: Sequence[tuple[float, float]],
        words: tuple[str, str],
        box: tuple[float, float, float, float],
    ) -> None:
        """A native bar chart of ranges (shares from 0 to 1): an unseen bar up to the lower end, a seen one from there to the upper."""
        data = CategoryChartData(number_format="0%")
        data.categories = [fitted(name, SMALLEST, 3.0, 1) for name in names]
        data.add_series(words[0], [low for low, _ in ends])
        data.add_series(words[1], [high - low for low, high in ends])
        chart = made.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, *map(Inches, box), data).chart
        chart.has_legend = False
        chart.has_title = False
        plot = chart.plots[0]
        plot.gap_width, plot.overlap = 45, 100
        hidden, seen = plot.series
        hidden.format.fill.background()
        seen.format.fill.solid()
        seen.format.fill.fore_color.rgb = RGBColor.from_string(self.accent)
        self._axes(chart)

    def _axes(self, chart: Any) -> None:
        names, values = chart.category_axis, chart.value_axis
        names.reverse_order = True
        names.format.line.color.rgb = RGBColor.from_string(RULE)
        names.has_major_gridlines = False
        values.minimum_scale = 0
        values.has_major_gridlines = True
        values.major_gridlines.format.line.color.rgb = RGBColor.from_string(RULE)
        values.format.line.fill.background()
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # names run down, so high is at the foot
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = "0%", False
        for axis in (names, values):
            self._font(axis.tick_labels.font, Style(SMALLEST, colour=SOFT))

    def bars(
        self,
        made: Any,
        names: Sequence[str],
        series: Sequence[tuple[str, Sequence[float]]],
        box: tuple[float, float, float, float],
    ) -> None:
        """A native clustered bar chart of shares: one series in the accent's colour, the others in grey."""
        data = CategoryChartData(number_format="0%")
        data.categories = [fitted(name, SMALLEST, 2.0, 1) for name in names]
        for name, values in series:
            data.add_series(name, values)
        chart = made.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *map(Inches, box), data).chart
        chart.has_title = False
        chart.has_legend = len(series) > 1
        if chart.has_legend:
            chart.legend.include_in_layout = False
            self._font(chart.legend.font, Style(SMALLEST, colour=SOFT))
        plot = chart.plots[0]
        plot.gap_width = 40
        for at, each in enumerate(plot.series):
            each.format.fill.solid()
            each.format.fill.fore_color.rgb = RGBColor.from_string(self.accent if at == 0 else "B8B4AA")
        plot.has_data_labels = True
        plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0%", False
        plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
        self._font(plot.data_labels.font, Style(SMALLEST, colour=SOFT))
        self._axes(chart)

    def picture(self, made: Any, content: Any, left: float, top: float, height: float) -> None:
        """A logo, as high as said, its own proportions kept."""
        made.shapes.add_picture(content, Inches(left), Inches(top), height=Inches(height))

    def line(self, made: Any, left: float, top: float, width: float) -> None:
        """A thin rule in the accent's colour."""
        shape = made.shapes.add_shape(1, Inches(left), Inches(top), Inches(width), Inches(0.03))
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(self.accent)
        shape.line.fill.background()
        shape.shadow.inherit = False

    def save(self, path: Path, title: str, created: datetime) -> None:
        """Writes the presentation, dated as the run: the same run makes the same bytes."""
        about = self.deck.core_properties
        whose = self.brand.name
        about.title, about.author, about.last_modified_by, about.comments = title, whose, whose, ""
        about.created = about.modified = created
        written = BytesIO()
        self.deck.save(written)
        path.write_bytes(dated(written.getvalue(), created))
