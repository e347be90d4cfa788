"""Migrations and models say the same on both databases, from wherever they are run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from storage import schema
from storage.connect import open_engine
from storage.engine import Store, create_store, open_store
from storage.errors import SchemaMismatch, WorkspaceBusy
from storage.models import Base

ROOT = Path(__file__).parents[2]


def _shape(engine: Engine) -> dict[str, Any]:
    """Everything that a database says of its tables; order of columns included."""
    look = inspect(engine)
    found: dict[str, Any] = {}
    for table in sorted(set(look.get_table_names()) - {"alembic_version"}):
        columns = [
            (column["name"], str(column["type"]), column["nullable"], column["default"]) for column in look.get_columns(table)
        ]
        asks: list[Callable[[str], Any]] = [
            look.get_indexes,
            look.get_unique_constraints,
            look.get_check_constraints,
            look.get_foreign_keys,
        ]
        rest = [sorted(map(repr, ask(table))) for ask in asks]
        found[table] = (columns, look.get_pk_constraint(table), rest)
    return found


def _sqlite_definitions(engine: Engine) -> list[str]:
    with engine.begin() as conn:
        rows = conn.execute(
            text("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL ORDER BY name")
        )
        # a table that was made anew keeps quotes around its name
        return [" ".join(sorted(part for part in re.split(r"[\s,]+", row.sql.replace('"', "")) if part)) for row in rows]


@pytest.fixture
def both(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[tuple[Engine, Engine]]:
    """The migrated schema, and one made from the models in a database of the same kind."""
    if store.engine.dialect.name == "sqlite":
        fresh = open_engine(f"sqlite:///{tmp_path}/fresh.db", create=True)
    else:
        fresh = open_engine(request.getfixturevalue("postgresql_cluster").new_database(), create=True)
    Base.metadata.create_all(fresh)
    yield store.engine, fresh
    fresh.dispose()


def test_a_fresh_schema_equals_the_migrated(both: tuple[Engine, Engine]) -> None:
    migrated, fresh = both
    assert _shape(migrated) == _shape(fresh)
    assert set(_shape(fresh)) == set(Base.metadata.tables)
    if migrated.dialect.name == "sqlite":
        assert _sqlite_definitions(migrated) == _sqlite_definitions(fresh)


def test_alembic_finds_nothing_to_add(store: Store) -> None:
    assert schema.differences(store.engine) == []


def test_a_difference_is_found(store: Store) -> None:
    with store.write("test") as conn:
        conn.execute(text("DROP TABLE price"))
        conn.execute(text("ALTER TABLE word DROP COLUMN accounts"))
    assert sorted(schema.differences(store.engine)) == ["add_column word accounts", "add_table price"]


def test_without_rowid_where_the_models_say_so(store_key: bytes, tmp_path: Path) -> None:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=store_key, vault_path=None)
    with made.read() as conn:
        rows = conn.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    made.close()
    assert {row.name for row in rows if "WITHOUT ROWID" in row.sql} == {"follow", "pull_member"}


def test_the_stated_head_is_alembics() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [schema.HEAD]
    assert {revision.revision for revision in script.walk_revisions()} == schema.known_revisions()


def _url(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def test_downgrade_takes_back_every_table(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(store.engine).get_table_names() == ["alembic_version"]


def test_upgrade_of_a_current_database_does_nothing(store: Store) -> None:
    with store.write("import posts"):  # so little that it need not even wait
        assert schema.upgrade(_url(store)) is False
    assert schema.is_current(store.engine)


BEFORE = schema.HEAD
NEXT = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9998", "{BEFORE}", None, None
def upgrade():
    with op.batch_alter_table("word") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=True))
"""


@pytest.fixture
def newer_program(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Store:
    """A store of today's schema under a program that has one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "storage" / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "9998_next.py").write_text(NEXT, encoding="utf-8")
    monkeypatch.setattr(schema, "_MIGRATIONS", folder)
    monkeypatch.setattr(schema, "HEAD", "9998")
    return store


def test_upgrade_brings_an_older_database_forward_and_keeps_its_rows(
    newer_program: Store, store_key: bytes, tmp_path: Path
) -> None:
    store = newer_program
    with store.write("test") as conn:
        conn.execute(text("INSERT INTO word (term, text, accounts) VALUES (1, 'a', 2)"))
    with pytest.raises(SchemaMismatch, match="fanfit db upgrade"):
        open_store(_url(store), key=store_key, vault_path=tmp_path / "vault.db")
    assert schema.upgrade(_url(store)) is True
    assert schema.upgrade(_url(store)) is False
    reopened = open_store(_url(store), key=store_key, vault_path=tmp_path / "vault.db")
    with reopened.read() as conn:
        assert conn.execute(text("SELECT term, text, accounts, note FROM word")).all() == [(1, "a", 2, None)]
    reopened.close()


def test_upgrade_waits_for_writers(newer_program: Store) -> None:
    with newer_program.write("import posts"), pytest.raises(WorkspaceBusy):
        schema.upgrade(_url(newer_program), wait_seconds=0.1)
    assert schema.current(newer_program.engine) == BEFORE


def test_upgrade_refuses_a_newer_database(store: Store) -> None:
    with store.write("test") as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="newer"):
        schema.upgrade(_url(store))


def test_migrations_are_found_from_any_folder(tmp_path: Path) -> None:
    code = "from storage.engine import create_store; create_store('sqlite:///fanfit.db', key=bytes(32), vault_path=None).close()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, env=environment)
    assert {path.name for path in tmp_path.iterdir()} >= {"fanfit.db", "vault.db"}


def test_a_template_for_the_next_migration_imports_what_it_names() -> None:
    template = (ROOT / "storage" / "migrations" / "script.py.mako").read_text(encoding="utf-8")
    assert "import sqlmodel" in template
    assert "import storage.types" in template
