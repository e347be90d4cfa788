"""Every setting, with its default: flag > environment FANFIT_* > fanfit.toml > default."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from cli.errors import SettingsError

FILE_NAME = "fanfit.toml"

Days = Annotated[int, Field(ge=1, le=3650)]


class LifetimeSettings(BaseModel):
    """How long what is kept of persons stays, in days from fetch or import (DECISIONS 4)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    raw_days: Days = Field(default=7, description="texts and profiles of persons")
    features_days: Days = Field(default=90, description="counts and marks read from them")
    follow_days: Days = Field(default=400, description="who follows whom")
    labels_days: Days = Field(default=400, description="imported judgements")
    vault_days: Days = Field(default=90, description="native ids behind pseudonyms")


class NamingSettings(BaseModel):
    """When an account that is followed counts as public and is kept by name (DECISIONS 1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    followers_at_least: int = Field(default=5000, ge=1, description="public follower count from which an account is named")
    in_store_at_least: int = Field(default=50, ge=2, description="followers in the store from which an account is named")


class SourceSettings(BaseModel):
    """Where a platform's API is reached, if not at its public address."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    plc: str = Field(default="", description="empty: the public PLC directory, from which a base sample of Bluesky is drawn")
    x: str = Field(default="", description="empty: the public API")
    youtube: str = Field(default="", description="empty: the public API (v3)")
    bluesky: str = Field(default="", description="empty: the public AppView; or the address of a PDS or AppView")
    weibo: str = Field(default="", description="empty: the open platform")
    bilibili: str = Field(default="", description="empty: the open platform")
    firehose: str = Field(default="", description="empty: the public relay of the AT Protocol; or wss:// of a relay or PDS")
    jetstream: str = Field(default="", description="empty: a public Jetstream; or wss:// of another")
    mastodon: str = Field(
        default="", description="empty: each account's home server; or the address of one server that is asked for all"
    )


class SpendingSettings(BaseModel):
    """What paid sources may cost, in dollars; nothing is bought where a limit is 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    run: float = Field(default=0, ge=0, le=1_000_000, description="dollars that one command may spend; 0: nothing is bought")
    day: float = Field(
        default=0, ge=0, le=1_000_000, description="dollars that a platform may cost a UTC day, all processes together"
    )


class TierSettings(BaseModel):
    """From how many followers an account belongs to a size tier; below the last it is a KOC."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    head: int = Field(default=1_000_000, ge=1, description="头部 / head: this many followers or more")
    shoulder: int = Field(default=300_000, ge=1, description="肩部 / shoulder: this many, below head")
    waist: int = Field(default=50_000, ge=1, description="腰部 / waist: this many, below shoulder; KOC below")

    @model_validator(mode="after")
    def _descending(self) -> "TierSettings":
        if not self.head > self.shoulder > self.waist:
            message = "head must be above shoulder, and shoulder above waist"
            raise ValueError(message)
        return self


class XSettings(BaseModel):
    """What X has allowed in writing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    permission: str = Field(
        default="",
        description="X's written permission to assess authenticity on its data (date, reference); empty: it is not assessed",
    )


class MailSettings(BaseModel):
    """The mail server that reports and alerts are handed to; its password is the secret FANFIT_SMTP_PASSWORD."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str = Field(default="", description="empty: no mail is sent")
    port: int = Field(default=587, ge=1, le=65535, description="587 for starttls, 465 for ssl, as a rule")
    sender: str = Field(default="", description="the address that mails come from")
    user: str = Field(default="", description="empty: without signing in")
    security: Literal["starttls", "ssl", "none"] = Field(default="starttls", description="none only for a server on this machine")


class Settings(BaseSettings):
    """The settings of one workspace; each is documented by its description here and in docs/cli.md."""

    model_config = SettingsConfigDict(
        env_prefix="FANFIT_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    controller: str = Field(default="", description="who is responsible for the personal data (company, department)")
    purpose: str = Field(default="", description="what the data is used for")
    contact: str = Field(default="", description="whom people may ask about their data")
    notice: str = Field(
        default="", description="page that tells people what is collected of them; named to platforms beside the contact"
    )
    lang: Literal["zh", "en", ""] = Field(default="", description="language of what is printed; empty: from LANG")
    database_url: str = Field(default="", description="empty: fanfit.db in the workspace; or postgresql+psycopg://...")
    timezone: str = Field(default="", description="zone of local times in imported files, as Asia/Shanghai; empty: must be given")
    small_cell: int = Field(default=20, ge=1, description="smallest denominator of a breakdown that is printed (k)")
    min_sample: int = Field(default=10, ge=1, description="scored followers below which an account is not ranked")
    seed: int = Field(default=0, ge=0, description="seed of sampling and joint draws")
    processes: int = Field(
        default=1, ge=1, le=256, description="processes that unpack a run's texts; 1 is faster below some 50,000 posts"
    )
    lifetimes: LifetimeSettings = Field(default=LifetimeSettings(), description="days until what is kept of persons goes")
    sources: SourceSettings = Field(default=SourceSettings(), description="addresses of platforms' APIs")
    spending: SpendingSettings = Field(default=SpendingSettings(), description="what paid sources may cost")
    x: XSettings = Field(default=XSettings(), description="what X has allowed in writing")
    mail: MailSettings = Field(default=MailSettings(), description="where mail is handed in")
    naming: NamingSettings = Field(default=NamingSettings(), description="when a followed account is kept by name")
    tiers: TierSettings = Field(default=TierSettings(), description="size tiers of accounts, by followers")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the file named by `toml_file`; no dotenv, no secrets folder."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(workspace: Path, assigned: Sequence[str] = (), **flags: object) -> Settings:
    """The settings that hold in a workspace; a flag that is None was not given.

    `assigned` are the texts given to --set; a flag of the command's own goes before them.

    Raises:
        SettingsError: an unknown name or an impossible value; says which and where.
    """
    path = workspace / FILE_NAME

    class InWorkspace(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    given = _nested(assigned)
    for name, value in flags.items():
        if value is not None:
            given[name] = {**given.get(name, {}), **value} if isinstance(value, dict) else value
    try:
        return InWorkspace(**given)
    except tomllib.TOMLDecodeError as error:
        message = f"{path} is not valid TOML: {error}. Text values stand in double quotes; correct that line."
        raise SettingsError(message) from error
    except ValidationError as error:
        raise SettingsError(_explain(error, path)) from error


def _nested(assigned: Sequence[str]) -> dict[str, Any]:
    """`lifetimes.raw_days=3` as `{"lifetimes": {"raw_days": "3"}}`; which names there are, the settings themselves know."""
    given: dict[str, Any] = {}
    for text in assigned:
        name, equals, value = text.partition("=")
        table, _, setting = name.strip().rpartition(".")
        inner = given.setdefault(table, {}) if table else given
        if not (equals and setting and isinstance(inner, dict)):
            message = "--set expects NAME=VALUE, as small_cell=30 or lifetimes.raw_days=3; docs/cli.md lists the names"
            raise SettingsError(message)
        inner[setting] = value.strip()
    return given


def _explain(error: ValidationError, path: Path) -> str:
    """One line per wrong setting; never the value itself, which may be a password."""
    lines = [f"Settings cannot be used ({path}, environment FANFIT_*, or a flag):"]
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"])
        known = ", ".join(Settings.model_fields)
        reason = f"unknown; known are {known}" if item["type"] == "extra_forbidden" else item["msg"]
        lines.append(f"  {name}: {reason}")
    return "\n".join(lines)


def settings_file(values: dict[str, str]) -> str:
    """The text of a new fanfit.toml: every setting with its meaning; those not given are commented out with their default."""
    lines = [
        "# Settings of this fanfit workspace. A flag goes before an environment variable FANFIT_<NAME>, that before this file.",
        "",
    ]
    tables: list[str] = []
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        if isinstance(default, BaseModel):
            tables += ["", f"# {field.description}", f"[{name}]"]
            inner = type(default).model_fields
            tables += [f"# {key} = {json.dumps(item.default)}  # {item.description}" for key, item in inner.items()]
            continue
        lines.append(f"# {field.description}")
        given = name in values
        lines.append(f"{'' if given else '# '}{name} = {json.dumps(values.get(name, default), ensure_ascii=False)}")
    return "\n".join([*lines, *tables]) + "\n"
