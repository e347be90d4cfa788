"""What the page works on: the workspace and how its store is opened, handed in by whoever starts it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reports.numbers import Lang
from scoring.arrays import Parameters

if TYPE_CHECKING:
    from storage.engine import Store


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace in use: `store` opens it for one request, `parameters` are those of a run that is asked for here."""

    workspace: Path
    store: "Callable[[str], AbstractContextManager[Store]]"
    parameters: Parameters
    now: Callable[[], datetime]
    code_version: str
    lang: Lang
    timezone: str = "Asia/Shanghai"
    processes: int = 1
    version: str = ""
