"""Whose name, logo and colour a report bears, and which columns its reader sees: a brand file, checked."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal, NoReturn, cast

from reports.errors import BadBrand
from scoring.errors import PersonaError
from scoring.persona_yaml import Items, Mapping, Scalar, read_tree

Prices = Literal["list", "net", "none"]
CHOOSABLE = (
    "place", "tie", "handle", "url", "followers", "lift", "sure", "places", "fitting", "price", "cost", "views", "rank_followers", "rank_topic",
    "status", "slot", "order",
)  # fmt: skip
USUAL = ("place", "tie", "url", "followers", "lift", "fitting", "price", "cost", "views", "status", "slot")
KEYS = ("name", "logo", "colour", "footer", "columns", "prices")
LARGEST_LOGO = 1 << 20  # bytes
LEAST_CONTRAST = 4.5  # of text on white: WCAG 2.2, success criterion 1.4.3
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")
_EXAMPLE = 'an example: name: Acme Media / logo: logo.png / colour: "#0F6B5C" / footer: Confidential / columns: [place, url, status] / prices: list'


@dataclass(frozen=True, slots=True)
class Brand:
    """A reader's edition: `colour` six hex digits, `columns` those beside what always stays, `prices` which may be shown.

    Prices: "list" those that a candidate list states, "net" also net prices of quotes (they tell the rebate), "none".
    """

    name: str = "fanfit 准粉"
    colour: str = "0F6B5C"
    footer: str = "fanfit"
    logo: bytes = field(default=b"", repr=False)
    logo_kind: Literal["", "png", "jpeg"] = ""
    columns: tuple[str, ...] = USUAL
    prices: Prices = "list"

    @property
    def logo_address(self) -> str:
        """The logo as a data: address; empty without one."""
        return f"data:image/{self.logo_kind};base64,{b64encode(self.logo).decode()}" if self.logo else ""


OURS = Brand()


def read_brand(path: Path) -> Brand:
    """A brand file.

    Raises:
        BadBrand: it cannot be read, says a key or value that is none, or its logo or colour cannot be used.
    """
    try:
        text = path.read_text("utf-8-sig")
        root = read_tree(text, where=path.name)
    except OSError as error:
        _fail(f"{path.name} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        _fail(f"{path.name} is no text in UTF-8")
    except PersonaError as error:
        _fail(str(error))
    strange = sorted(set(root.entries) - set(KEYS))
    if strange:
        _fail(f"{path.name}:{root.entries[strange[0]].line}: there is no key {strange[0]!r}; expected some of {', '.join(KEYS)}")
    name = _text(root, "name", path)
    if not name:
        _fail(f"{path.name}: the key name: is missing: whose edition is it")
    logo, kind = _logo(_text(root, "logo", path), path)
    return Brand(
        name=name, colour=_colour(_text(root, "colour", path) or OURS.colour, path), footer=_text(root, "footer", path) or name, logo=logo,
        logo_kind=kind, columns=_columns(root, path), prices=_prices(_text(root, "prices", path), path),
    )  # fmt: skip


def _fail(what: str) -> NoReturn:
    message = f"{what}. {_EXAMPLE}"
    raise BadBrand(message)


def _text(root: Mapping, key: str, path: Path) -> str:
    entry = root.entries.get(key)
    if entry is None:
        return ""
    if not isinstance(entry.value, Scalar) or len(entry.value.text) > 200:
        _fail(f"{path.name}:{entry.line}: {key}: expected one text of up to 200 signs")
    return entry.value.text.strip()


def _columns(root: Mapping, path: Path) -> tuple[str, ...]:
    entry = root.entries.get("columns")
    if entry is None:
        return USUAL
    if not isinstance(entry.value, Items):
        _fail(f"{path.name}:{entry.line}: columns: expected a list of {', '.join(CHOOSABLE)}")
    chosen = []
    for item in entry.value.items:
        if not isinstance(item, Scalar) or item.text not in CHOOSABLE:
            said = item.text[:40] if isinstance(item, Scalar) else "a list in the list"
            _fail(f"{path.name}:{item.line}: columns: {said!r} cannot be chosen; expected some of {', '.join(CHOOSABLE)}")
        chosen.append(item.text)
    return tuple(dict.fromkeys(chosen))


def _prices(text: str, path: Path) -> Prices:
    if text not in {"", "list", "net", "none"}:
        _fail(f"{path.name}: prices: {text[:40]!r} is none; expected list, net (which tells rebates) or none")
    return cast("Prices", text or "list")


def _colour(text: str, path: Path) -> str:
    found = _COLOUR.fullmatch(text)
    if found is None:
        _fail(f'{path.name}: colour: {text[:40]!r} is no colour; expected six hex digits in quotes, as "#0F6B5C"')
    contrast = contrast_on_white(found[1])
    if contrast < LEAST_CONTRAST:
        _fail(
            f"{path.name}: colour: #{found[1]} is too pale to be read on white (contrast {contrast:.1f}, at least {LEAST_CONTRAST} is needed); take a darker one"
        )
    return found[1].upper()


def contrast_on_white(colour: str) -> float:
    """The contrast of a colour (six hex digits) against white, 1 to 21 (WCAG 2.2, contrast ratio and relative luminance).

    >>> round(contrast_on_white("000000")), round(contrast_on_white("FFFFFF"))
    (21, 1)
    """
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _logo(text: str, path: Path) -> tuple[bytes, Literal["", "png", "jpeg"]]:
    """The picture's bytes, only if it is one: nothing is fetched, nothing else is let in."""
    if not text:
        return b"", ""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - heavy, and only for logos

    where = path.parent / text
    try:
        size = where.stat().st_size
        if size > LARGEST_LOGO:
            _fail(f"{path.name}: logo: {where.name} has {size >> 10:,} KB; up to {LARGEST_LOGO >> 10:,} KB are taken")
        content = where.read_bytes()
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            kind, size = picture.format, max(picture.size)
            picture.verify()
    except OSError as error:
        if not isinstance(error, UnidentifiedImageError) and error.strerror:
            _fail(f"{path.name}: logo: {text[:80]!r} cannot be read ({error.strerror}); it is looked for beside the brand file")
        _fail(f"{path.name}: logo: {where.name} is no PNG or JPEG picture")
    except (SyntaxError, ValueError, Image.DecompressionBombError):
        _fail(f"{path.name}: logo: {where.name} is no PNG or JPEG picture")
    if size > 4000:
        _fail(f"{path.name}: logo: {where.name} is {size} pixels wide or high; up to 4,000 are taken")
    return content, "png" if kind == "PNG" else "jpeg"
