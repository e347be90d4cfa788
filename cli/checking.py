"""What `fanfit doctor` looks at: the machine, the packages, the workspace, the database."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from cli.errors import is_expected
from cli.wiring import FILE_NAME, Session

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs"})
LEAST_FREE = 200 * 1024**2
LITTLE_FREE = 2 * 1024**3
FIRST_RELEASE_YEAR = 2025


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination: `state` is "failed" where fanfit will not work, "note" where it will, but read this."""

    name: str
    state: Literal["ok", "note", "failed"]
    found: str


def examine(session: Session) -> list[Check]:
    """Every check, in the order in which one would mend them; a check that breaks has failed and says with what."""
    parts: tuple[Callable[[Session], Iterator[Check]], ...] = (
        _python, _packages, _tokeniser, _clock, _disk, _workspace, _file_system, _key, _database,
    )  # fmt: skip
    found: list[Check] = []
    for part in parts:
        try:
            found.extend(part(session))
        except Exception as error:  # noqa: BLE001 - an examination goes on after a broken part
            said = str(error) if is_expected(error) else type(error).__name__
            found.append(Check(part.__name__.strip("_").replace("_", " "), "failed", said))
    return found


def _python(_: Session) -> Iterator[Check]:
    fits = (3, 11) <= sys.version_info < (3, 15)
    yield Check("python", "ok" if fits else "failed", f"{sys.version.split()[0]} (3.11 to 3.14 are supported)")


def _packages(_: Session) -> Iterator[Check]:
    wanted = [re.split(r"[\s<>=!~;\[]", line)[0] for line in metadata.requires("fanfit") or [] if "extra ==" not in line]
    missing = []
    for name in wanted:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    yield Check(
        "packages",
        "failed" if missing else "ok",
        f"missing: {', '.join(missing)}" if missing else f"{len(wanted)} of {len(wanted)}",
    )


def _tokeniser(session: Session) -> Iterator[Check]:
    dictionary = session.indexer().dictionary
    try:
        import rjieba  # noqa: F401 - only whether it is there
    except ImportError:
        yield Check("tokeniser", "note", f"rjieba is missing: jieba does the same work, about 15 times slower ({dictionary})")
        return
    yield Check("tokeniser", "ok", dictionary)


def _clock(session: Session) -> Iterator[Check]:
    now = session.now()
    newest = max((path.stat().st_mtime for path in session.workspace.glob("*.db")), default=0.0)
    if now.year < FIRST_RELEASE_YEAR or newest > now.timestamp() + 86_400:
        yield Check(
            "clock", "failed", f"{now:%Y-%m-%d %H:%M} UTC lies before this program or this workspace was made: set the clock"
        )
        return
    yield Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _disk(session: Session) -> Iterator[Check]:
    free = shutil.disk_usage(_nearest(session.workspace)).free
    state: Literal["ok", "note", "failed"] = "failed" if free < LEAST_FREE else "note" if free < LITTLE_FREE else "ok"
    yield Check("free disk", state, f"{free / 1024**3:.1f} GiB")


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _workspace(session: Session) -> Iterator[Check]:
    if not (session.workspace / FILE_NAME).exists():
        yield Check("workspace", "failed", f"no {FILE_NAME} in {session.workspace}: run `fanfit init`")
        return
    writable = os.access(session.workspace, os.W_OK)
    yield Check("workspace", "ok" if writable else "failed", f"{session.workspace}{'' if writable else ' cannot be written'}")
    missing = [name for name in ("controller", "purpose", "contact") if not getattr(session.settings, name)]
    found = f"not given: {', '.join(missing)}; collecting from platforms is refused without" if missing else "given"
    yield Check("controller, purpose, contact", "note" if missing else "ok", found)
    private = [*session.workspace.glob("*.db"), session.key_path]
    open_files = [path.name for path in private if path.exists() and path.stat().st_mode & 0o077]
    found = f"other users of this machine can read {', '.join(open_files)}: chmod go-rwx" if open_files else "private"
    yield Check("permissions", "note" if open_files else "ok", found)


def _file_system(session: Session) -> Iterator[Check]:
    if not session.database_url.startswith("sqlite"):
        yield Check("file system", "ok", "the database is on a server")
        return
    kind = mount_type(session.workspace, Path("/proc/mounts"))
    if kind in NETWORK_FILE_SYSTEMS:
        found = f"{kind}: SQLite's write-ahead log does not work on network shares; use a local folder or FANFIT_DATABASE_URL"
        yield Check("file system", "failed", found)
        return
    yield Check("file system", "ok", kind or "local")


def mount_type(path: Path, mounts: Path) -> str | None:
    """The type of the file system that holds `path`, from a table like /proc/mounts; None where there is no such table."""
    if not mounts.exists():
        return None
    best, kind = "", None
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split()
        point = fields[1].replace("\\040", " ")
        if len(point) > len(best) and Path(point) in (path, *path.parents):
            best, kind = point, fields[2]
    return kind


def _key(session: Session) -> Iterator[Check]:
    from storage.keys import load_key

    load_key(session.key_path, os.environ.get("FANFIT_KEY"))
    yield Check("key", "ok", "FANFIT_KEY" if os.environ.get("FANFIT_KEY") else session.key_path.name)


def _database(session: Session) -> Iterator[Check]:
    from sqlalchemy import make_url

    shown = make_url(session.database_url).render_as_string(hide_password=True)
    with session.store("doctor"):
        yield Check("database", "ok", f"{shown}: schema and key fit")
