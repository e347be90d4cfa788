"""PostgreSQL's own dump and restore programs, run so that the vault stays out and no password appears on a command line."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from storage.errors import StorageError
from storage.vault import SCHEMA as VAULT_SCHEMA

_INSTALLED = Path("/usr/lib/postgresql")  # Debian and Ubuntu keep several versions here, off the PATH


@dataclass(frozen=True, slots=True)
class Facts:
    """What a dump says of itself."""

    revision: str | None
    fingerprint: str | None


def dump(url: URL, path: Path) -> None:
    """Dump everything but the vault and the list of writers into `path`, as of one moment.

    Raises:
        StorageError: when pg_dump is missing or fails.
    """
    options = [
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--exclude-schema={VAULT_SCHEMA}",
        "--exclude-table-data=writer",
    ]
    _run("pg_dump", [*options, f"--file={path}"], url)


def load(url: URL, path: Path) -> None:
    """Put a dump in the place of the tables that are there, in one transaction.

    Raises:
        StorageError: when pg_restore is missing or fails; the database is as before then.
    """
    options = ["--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", [*options, f"--dbname={url.database}", str(path)], url)


def facts(path: Path) -> Facts:
    """Schema and key fingerprint of a dump, read without restoring it.

    Raises:
        StorageError: when it is no dump of PostgreSQL.
    """
    options = ["--data-only", "--table=alembic_version", "--table=meta", "--file=-", str(path)]
    script = _run("pg_restore", options, None)
    revision = re.search(r"^COPY \S*alembic_version \(.*?;\n(\S+)\n", script, re.MULTILINE)
    fingerprint = re.search(r"^key_fingerprint\t(\S+)$", script, re.MULTILINE)
    return Facts(revision.group(1) if revision else None, fingerprint.group(1) if fingerprint else None)


def _run(program: str, options: list[str], url: URL | None) -> str:
    environment = dict(os.environ)
    if url is not None:
        given = {
            "PGHOST": url.host,
            "PGPORT": url.port,
            "PGUSER": url.username,
            "PGPASSWORD": url.password,
            "PGDATABASE": url.database,
        }
        environment.update({name: str(value) for name, value in given.items() if value is not None})
    done = subprocess.run(  # noqa: S603 - one of PostgreSQL's own programs, no shell
        [str(_find(program)), *options], check=False, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        # What it says may quote a row: it is not passed on.
        what = "the file is not a backup of a PostgreSQL database" if url is None else "see the server's log"
        message = f"{program} failed (exit {done.returncode}): {what}. Nothing was changed."
        raise StorageError(message)
    return done.stdout


def _find(program: str) -> Path:
    versions = sorted(_INSTALLED.glob(f"*/bin/{program}"), key=lambda path: int(path.parent.parent.name))
    found = versions[-1] if versions else shutil.which(program)
    if found is None:
        message = (
            f"{program} is not installed, so a PostgreSQL database cannot be backed up or restored from here. "
            "Install PostgreSQL's client programs (Debian: apt install postgresql-client), or use your server's own backups."
        )
        raise StorageError(message)
    return Path(found)
