"""Delivery into a folder: every file whole or not at all, the same message again in its own place."""

import os
import re
import shutil
from pathlib import Path

from jobs.delivery.errors import GiveUp
from jobs.delivery.message import Message
from jobs.delivery.rendering import as_text

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_LONGEST = 60


def to_folder(message: Message, folder: Path) -> None:
    """Writes message.txt and the attachments into a folder of the message's own.

    Raises:
        GiveUp: the folder cannot be written.
    """
    target = folder / f"{_safe(message.subject)}-{message.digest[:8]}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for path in message.paths:
            _place(path.read_bytes(), target / path.name)
        _place(as_text(message).encode(), target / "message.txt")
    except OSError as error:
        reason = f"the folder cannot be written ({error.strerror}): check that it exists and who may write there"
        raise GiveUp(reason) from None


def _place(content: bytes, path: Path) -> None:
    half = path.with_name(f".{path.name}.half")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shutil.move(half, path)


def _safe(text: str) -> str:
    """A name for a folder on any system, Windows among them."""
    return " ".join(_UNSAFE.sub(" ", text).split()).strip(" .")[:_LONGEST].strip(" .") or "fanfit"
