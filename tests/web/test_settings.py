"""Settings: what is set wrongly is said in one sentence; nothing set is safe."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from bihuan.settings import database, kept_secret, switch, text, whole


def test_sqlite_takes_the_write_lock_at_begin_and_survives_a_power_cut(tmp_path: Path) -> None:
    made = database(f"sqlite:///{tmp_path}/a/b.sqlite3")
    assert made["NAME"] == f"{tmp_path}/a/b.sqlite3"
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in made["OPTIONS"]["init_command"]
    assert (tmp_path / "a").is_dir()


def test_a_relative_sqlite_file_is_beside_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert database("sqlite:///var/b.sqlite3")["NAME"] == str(tmp_path / "var" / "b.sqlite3")


def test_postgres_is_read_with_its_escapes_and_socket() -> None:
    made = database("postgres://zh%40ou:w%2Ford@db:5433/bi%20huan?sslmode=require")
    assert [made[k] for k in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "zh@ou",
        "w/ord",
        "db",
        "5433",
        "bi huan",
    ]
    assert (made["OPTIONS"], made["CONN_MAX_AGE"]) == ({"sslmode": "require"}, 0)
    assert database("postgresql:///bihuan?host=/run/postgresql")["HOST"] == "/run/postgresql"


def test_a_serving_process_pools_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_POOL", "6")
    assert database("postgres://db/x")["OPTIONS"]["pool"]["max_size"] == 6


@pytest.mark.parametrize("url", ["mysql://db/x", "sqlite:", "sqlite:///", "bihuan.sqlite3"])
def test_another_database_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="BIHUAN_DATABASE_URL"):
        database(url)


def test_a_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret-key"
    assert kept_secret(path) == kept_secret(path)
    assert len(kept_secret(path)) > 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret-key"]


def test_a_value_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("甲乙丙\n", encoding="utf-8")
    monkeypatch.setenv("BIHUAN_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert text("BIHUAN_SECRET_KEY") == "甲乙丙"
    monkeypatch.setenv("BIHUAN_SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="BIHUAN_SECRET_KEY_FILE"):
        text("BIHUAN_SECRET_KEY")


def test_a_switch_is_on_or_off_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIHUAN_DEBUG", raising=False)
    assert switch("BIHUAN_DEBUG") is False
    monkeypatch.setenv("BIHUAN_DEBUG", "Yes")
    assert switch("BIHUAN_DEBUG") is True
    monkeypatch.setenv("BIHUAN_DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="只能写 1 或 0"):
        switch("BIHUAN_DEBUG")


def test_a_number_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert whole("BIHUAN_PROXIES", 2) == 2
    monkeypatch.setenv("BIHUAN_PROXIES", "-1")
    with pytest.raises(ImproperlyConfigured, match="整数"):
        whole("BIHUAN_PROXIES", 0)
