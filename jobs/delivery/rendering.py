"""A message as plain text, as the HTML of a mail, and as the Markdown of chats, cut where a chat allows no more."""

from html import escape

from jobs.delivery.message import Message

_TELLS = {"zh": "附件:", "en": "Files:"}
_LEFT_OUT = {"zh": "(内容过长,其余见报告文件)", "en": "(cut: the rest is in the report's files)"}
_CELL = "padding:6px 10px;border-bottom:1px solid #e3e0d9;text-align:left;white-space:nowrap"
_HEAD = "padding:6px 10px;border-bottom:1px solid #1b1d1f;text-align:left;font-size:12px;color:#5d6470;font-weight:500;white-space:nowrap"
_BODY = "font:15px/1.6 'Microsoft YaHei','PingFang SC','Noto Sans CJK SC',Arial,sans-serif;color:#1b1d1f;margin:0;padding:24px"


def as_text(message: Message) -> str:
    """Subject, lead, table and names of files."""
    lines = [message.subject, "", *message.lead]
    if message.rows:
        lines += ["", " | ".join(message.heads), *(" | ".join(row) for row in message.rows)]
    if message.files:
        lines += ["", _TELLS[message.lang], *message.files]
    return "\n".join(lines) + "\n"


def as_html(message: Message) -> str:
    """A mail's body: inline styles, nothing loaded from anywhere."""
    told = "".join(
        f'<p style="margin:0 0 10px;font-size:{18 if at == 0 else 15}px">{escape(line)}</p>'
        for at, line in enumerate(message.lead)
    )
    head = "".join(f'<th style="{_HEAD}">{escape(cell)}</th>' for cell in message.heads)
    body = "".join("<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>" for row in message.rows)
    table = (
        f'<table style="border-collapse:collapse;font-size:13px;margin-top:14px"><tr>{head}</tr>{body}</table>' if body else ""
    )
    return (
        f'<!doctype html><html lang="{message.lang}"><head><meta charset="utf-8"><title>{escape(message.subject)}</title></head>'
        f'<body style="{_BODY}"><div style="font-size:12px;font-weight:600;color:#0f6b5c">fanfit 准粉</div>'
        f'<h1 style="font-size:20px;margin:4px 0 16px">{escape(message.subject)}</h1>{told}{table}</body></html>'
    )


def as_markdown(message: Message, *, most_bytes: int) -> str:
    """Lead and table as lists, which all chats show; at most so many bytes of UTF-8, cut between lines and saying so."""
    lines = [f"**{_plain(message.subject)}**", "", *map(_plain, message.lead)]
    if message.rows:
        lines.append("")
        lines += [f"- {_row(message.heads, row)}" for row in message.rows]
    if message.files:
        lines += ["", _TELLS[message.lang], *(f"- {_plain(file)}" for file in message.files)]
    return cut(lines, most_bytes, _LEFT_OUT[message.lang])


def cut(lines: list[str], most_bytes: int, left_out: str) -> str:
    """Lines joined, as many as fit; where some do not, the last one says so."""
    whole = "\n".join(lines)
    if len(whole.encode()) <= most_bytes:
        return whole
    room = most_bytes - len(left_out.encode()) - 1
    kept: list[str] = []
    for line in lines:
        if len("\n".join([*kept, line]).encode()) > room:
            break
        kept.append(line)
    return "\n".join([*kept, left_out])


def _row(heads: tuple[str, ...], row: tuple[str, ...]) -> str:
    first, rest = (
        _plain(row[0]),
        [f"{_plain(head)} {_plain(cell)}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell],
    )
    return f"{first}: {', '.join(rest)}"


def _plain(text: str) -> str:
    """Text in which no sign means anything to Markdown or starts a mention."""
    return "".join(f"\\{sign}" if sign in "*_`[]<>#" else "\uff20" if sign == "@" else sign for sign in " ".join(text.split()))
