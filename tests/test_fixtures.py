"""The databases and the chance that other tests stand on."""

import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.postgres import (
    NoPostgresError,
    PrivateServer,
    find_programs,
    newest_installed,
    running_postgres,
    with_psycopg,
)

pytest_plugins = ["pytester"]


def tables_in(url):
    engine = sa.create_engine(url)
    try:
        return sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def add_table(url):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE left_behind (id integer)")
    engine.dispose()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_store_is_empty_whatever_another_test_left(store_url, turn):
    assert tables_in(store_url) == []

    add_table(store_url)

    assert tables_in(store_url) == ["left_behind"]


def test_postgresql_is_as_new_as_the_engine_needs(postgres_url):
    engine = sa.create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
    engine.dispose()

    assert int(version) >= 150000


def test_a_given_server_is_used():
    given = {"DATABASE_URL": "postgres://city@db.example/gridward"}

    with running_postgres(given) as url:
        assert url == "postgresql+psycopg://city@db.example/gridward"


def test_another_kind_of_database_is_refused():
    with pytest.raises(NoPostgresError, match="postgresql://"):
        with_psycopg("mysql://city@db.example/gridward")


def test_the_newest_installed_server_is_taken(tmp_path):
    for version in ("9", "15", "17"):
        programs = tmp_path / version / "bin"
        programs.mkdir(parents=True)
        (programs / "initdb").touch()

    assert newest_installed(tmp_path) == tmp_path / "17" / "bin"


def test_a_server_that_is_too_old_is_left_alone(tmp_path):
    (tmp_path / "14" / "bin").mkdir(parents=True)
    (tmp_path / "14" / "bin" / "initdb").touch()

    assert newest_installed(tmp_path) is None


@pytest.mark.parametrize("is_open", [True, False])
def test_the_wheel_serves_where_no_server_is_installed(monkeypatch, is_open):
    monkeypatch.setattr("tests.postgres.newest_installed", lambda: None)
    monkeypatch.setattr("tests.postgres.is_open_to_all", lambda _: is_open)

    with running_postgres({}) as url:
        assert tables_in(url) == []


def test_the_wheel_is_copied_where_its_folder_is_private(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.postgres.newest_installed", lambda: None)
    monkeypatch.setattr("tests.postgres.is_open_to_all", lambda _: False)

    programs = find_programs(tmp_path, for_another=True)

    assert programs.is_relative_to(tmp_path)
    subprocess.run([programs / "postgres", "--version"], check=True)


def test_a_private_server_leaves_nothing_behind():
    server = PrivateServer()
    server.start()

    server.stop()

    assert not server.folder.exists()


def test_a_missing_server_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.postgres.newest_installed", lambda: None)
    monkeypatch.setattr("tests.postgres.find_spec", lambda _: None)

    with pytest.raises(NoPostgresError, match="test extra"):
        find_programs(tmp_path, for_another=False)


def test_a_given_seed_is_taken_and_printed(monkeypatch, capsys, request):
    monkeypatch.setenv("GRIDWARD_SEED", "311")

    assert request.getfixturevalue("random_seed") == 311
    assert "GRIDWARD_SEED=311" in capsys.readouterr().out


@pytest.mark.parametrize(("wish", "outcome"), [("skip", {"skipped": 1}), ("", {"errors": 1})])
def test_without_postgresql_tests_fail_unless_told_to_skip(pytester, monkeypatch, wish, outcome):
    monkeypatch.setenv("GRIDWARD_TEST_POSTGRES", wish)
    monkeypatch.setenv("DATABASE_URL", "mysql://nowhere.example/none")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent), prepend=os.pathsep)
    pytester.makeconftest("from tests.conftest import *")
    pytester.makepyfile("def test_store(fresh_postgres): pass")

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(**outcome)
