"""Which program makes a result: its version and a digest of the rooms that decide one."""

from functools import cache
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

ROOMS = ("collectors", "storage", "scoring")  # reading, keeping, scoring; how a result is shown decides nothing
COMPILED = "__pycache__"


def digest(folders: dict[str, Path]) -> str:
    """Eight hexadecimal digits of every file below `folders` (by name), source and data alike, compiled ones aside."""
    seen = blake2b(digest_size=4)
    for name, folder in sorted(folders.items()):
        for path in sorted(each for each in folder.rglob("*") if COMPILED not in each.parts and each.is_file()):
            seen.update(f"{name}/{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
            seen.update(path.read_bytes())
    return seen.hexdigest()


@cache
def code_version() -> str:
    """Such as `0.1.0+3f2a1b9c` (a local version of PEP 440): two programs of one version that may score otherwise differ in it."""
    return f"{version('fanfit')}+{digest({room: _folder(room) for room in ROOMS})}"


def _folder(room: str) -> Path:
    return Path(str(import_module(room).__file__)).parent
