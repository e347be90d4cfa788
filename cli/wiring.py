"""The composition root: from global options to a session, and from a session to an open store."""

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import typer

from cli.errors import NoWorkspace

if TYPE_CHECKING:
    from cli.settings import Settings
    from scoring.tiers import Tiers
    from storage.engine import Lifetimes, Store
    from storage.text_index import TextIndexer

Lang = Literal["zh", "en"]

FILE_NAME = "fanfit.toml"


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """What was given before the command's name; None where not given."""

    workspace: Path | None = None
    lang: str | None = None
    debug: bool = False
    assigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One call of the program: its settings, its workspace, its language, its clock."""

    settings: "Settings"
    workspace: Path
    lang: Lang
    debug: bool

    @contextmanager
    def store(self, command: str) -> Iterator["Store"]:
        """The workspace's store, closed at the end; `command` is what others who wait will read.

        Raises:
            NoWorkspace: nothing was set up here.
            StorageError: wrong key, other schema, busy.
        """
        from storage.engine import open_store
        from storage.keys import load_key

        self.require(command)
        key = load_key(self.key_path, os.environ.get("FANFIT_KEY"))
        store = open_store(self.database_url, key=key, vault_path=self.vault_path, lifetimes=self.lifetimes())
        try:
            yield store
        finally:
            store.close()

    def indexer(self) -> "TextIndexer":
        """What turns texts into counts while they are imported."""
        from scoring.text.indexer import JiebaIndexer

        return JiebaIndexer()

    def now(self) -> datetime:
        """The clock, in UTC: the only place where a command reads it."""
        return datetime.now(UTC)

    @property
    def database_url(self) -> str:
        """The configured database, else fanfit.db in the workspace."""
        return self.settings.database_url or f"sqlite:///{(self.workspace / 'fanfit.db').as_posix()}"

    @property
    def key_path(self) -> Path:
        """The pseudonym key's file; FANFIT_KEY stands instead of it."""
        return self.workspace / "secret.key"

    @property
    def vault_path(self) -> Path | None:
        """The id vault's own file; None on a server, where it is a schema."""
        return self.workspace / "vault.db" if self.database_url.startswith("sqlite") else None

    def lifetimes(self) -> "Lifetimes":
        """The settings' lifetimes as storage wants them."""
        from storage.engine import Lifetimes

        return Lifetimes(**self.settings.lifetimes.model_dump())

    def tiers(self) -> "Tiers":
        """The settings' size tiers as scoring wants them."""
        from scoring.tiers import Tiers

        return Tiers(**self.settings.tiers.model_dump())

    def require(self, command: str) -> None:
        """Raise NoWorkspace unless `fanfit init` was here."""
        if not (self.workspace / FILE_NAME).exists():
            message = (
                f"`fanfit {command}` needs a workspace, and {self.workspace} has no {FILE_NAME}. "
                "Make one with `fanfit init`, or name one with --workspace or FANFIT_WORKSPACE."
            )
            raise NoWorkspace(message)


def open_session(ctx: typer.Context, *, lang: str | None = None, **flags: object) -> Session:
    """The session of a command; `lang` and `flags` are the command's own and go before environment and file."""
    from cli.settings import load_settings

    options = ctx.obj if isinstance(ctx.obj, GlobalOptions) else GlobalOptions()
    workspace = find_workspace(options.workspace)
    settings = load_settings(workspace, options.assigned, lang=lang or options.lang, **flags)
    return Session(settings, workspace, choose_lang(settings.lang), options.debug)


def find_workspace(given: Path | None) -> Path:
    """The flag, else FANFIT_WORKSPACE, else the nearest folder upwards with a fanfit.toml, else here."""
    if given is not None:
        return given.expanduser().resolve()
    if named := os.environ.get("FANFIT_WORKSPACE"):
        return Path(named).expanduser().resolve()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / FILE_NAME).is_file()), here)


def choose_lang(setting: str) -> Lang:
    """The setting, else Chinese where the system speaks Chinese, else English."""
    if setting in {"zh", "en"}:
        return cast("Lang", setting)
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if spoken.lower().startswith(("zh", "chinese")) else "en"
