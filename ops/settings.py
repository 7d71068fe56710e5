"""Settings: one frozen object, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeAlias

from environs import Env, EnvError, validate

from domain.kernel.refusals import Refused

PREFIX = "GRIDWARD_"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Network: TypeAlias = IPv4Network | IPv6Network
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs; every field is read from ``GRIDWARD_<FIELD>``.

    ``home`` holds all state of the embedded default. ``database`` is a SQLAlchemy URL; empty means
    SQLite in ``home``. ``parts`` counts only when a new database is made. ``workers`` are the web
    processes, 0 for one per core; on SQLite there is one. ``language`` is the language of pages
    until somebody chooses, ``time_zone`` the city's own. ``notices`` names the file of channels;
    without one, notices go to the log. What was delivered is forgotten after ``notices_days``.
    ``keys`` is the URL of the key store, by default a SQLite file in ``home``; ``master_key_file``
    wraps its keys and lies in ``home`` unless given: keep both apart from backups of the database.
    ``publish_words`` shows strangers what residents wrote, by Open311; without it, never.
    Photos lie in ``evidence``: a folder, by default one in ``home``, or ``s3://bucket/prefix``.
    ``hosts`` are the names, parted by commas,
    under which pages answer besides this machine's own; ``proxies`` counts those in front of it.
    ``limit_sender`` and ``limit_address`` bound the requests a minute of one key or session, and of
    one network address, counted together by all web processes of a machine; 0 sets no limit.
    ``oidc`` names the file of sign-in providers; without one people sign in with passwords.
    ``breached_passwords`` names the downloaded list of Have I Been Pwned (SHA-1, ordered by hash);
    without one, breached passwords are not known. Log lines go to standard error, as JSON to
    ``log_file`` too, and by ``syslog`` (``tls://host``, ``tcp://host`` or ``udp://host``).
    ``watchers`` are the networks, parted by commas, that may ask for ``/metrics``.
    Files that are sent in pass the virus scanner at ``clamd`` (``unix:///path`` or ``tcp://host``).
    """

    home: Path = Path("var")
    database: str = ""
    parts: int = 0
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    workers: int = 0
    language: str = "zh"
    time_zone: str = "Asia/Shanghai"
    workflow: str = "street-incident"
    keys: str = ""
    master_key_file: str = ""
    notices: str = ""
    notices_days: int = 90
    publish_words: bool = False
    evidence: str = ""
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    limit_sender: int = 6000
    limit_address: int = 12_000
    oidc: str = ""
    breached_passwords: str = ""
    log_level: str = "info"
    log_format: str = "text"
    log_file: str = ""
    syslog: str = ""
    clamd: str = ""
    watchers: str = "127.0.0.0/8,::1/128"

    @property
    def database_url(self) -> str:
        """The database in use."""
        return self.database or f"sqlite:///{self.home.resolve() / 'gridward.sqlite'}"

    @property
    def keys_url(self) -> str:
        """The key store in use."""
        return self.keys or f"sqlite:///{self.home.resolve() / 'keys.sqlite'}"

    @property
    def master_keys(self) -> Path:
        """The file of master keys in use."""
        given = self.master_key_file
        return Path(given) if given else self.home.resolve() / "master.keys"

    @property
    def evidence_folder(self) -> Path:
        """Where photos are kept."""
        return Path(self.evidence) if self.evidence else self.home / "evidence"

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded default: SQLite, one process."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; an unknown or wrong key stops the start with its name."""
        given = dict(os.environ if environment is None else environment)
        _must_be_known(given, {PREFIX + field.name.upper() for field in fields(cls)})
        try:
            return _read(given)
        except EnvError as error:
            raise Refused("invalid-setting", f"{error}. Correct it and start again.") from error


def _must_be_known(given: Mapping[str, str], known: set[str]) -> None:
    # Some steer ./run and the test suite, not the program.
    named = {key for key in given if key.startswith(PREFIX)} - known - _OUTSIDE
    if named:
        listed = ", ".join(sorted(named))
        reason = f"There is no setting {listed}. Known: {', '.join(sorted(known))}."
        raise Refused("unknown-setting", reason, settings=sorted(named))


_OUTSIDE = {f"{PREFIX}{name}" for name in ("TEST_POSTGRES", "SEED", "DATA", "PYTHON")}


def networks_of(watchers: str) -> tuple[Network, ...]:
    """Give the networks that are written, parted by commas; refuses ``invalid-setting``."""
    try:
        return tuple(ip_network(one.strip()) for one in watchers.split(","))
    except ValueError as error:
        reason = f"GRIDWARD_WATCHERS: {error}. Write networks, such as 10.1.0.0/16,127.0.0.1."
        raise Refused("invalid-setting", reason) from error


_DATABASES = {"sqlite", "postgresql", "postgres"}


def _a_database(url: str) -> None:
    scheme = url.partition("://")[0].partition("+")[0]  # a driver may be named: postgresql+psycopg
    if url and ("://" not in url or scheme not in _DATABASES):
        reason = (
            "GRIDWARD_DATABASE and GRIDWARD_KEYS are addresses that begin with sqlite:/// or"
            " postgresql://, such as postgresql://gridward@10.1.0.5/city. Correct them and start"
            " again."
        )
        raise Refused("invalid-setting", reason)


def _read(given: dict[str, str]) -> Settings:
    # environs reads the process's environment only; a copy of it is laid in for the reading.
    env = Env(prefix=PREFIX, eager=True)
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(given)
    try:
        return Settings(
            home=env.path("HOME", Path("var")),
            database=env.str("DATABASE", "", validate=_a_database),
            parts=env.int("PARTS", 0, validate=validate.Range(0, 1024)),
            host=env.str("HOST", "127.0.0.1"),
            port=env.int("PORT", 8000, validate=validate.Range(0, 65535)),
            threads=env.int("THREADS", 8, validate=validate.Range(1, 256)),
            workers=env.int("WORKERS", 0, validate=validate.Range(0, 64)),
            language=env.str("LANGUAGE", "zh", validate=validate.OneOf(["zh", "en"])),
            time_zone=env.str("TIME_ZONE", "Asia/Shanghai"),
            workflow=env.str("WORKFLOW", "street-incident"),
            keys=env.str("KEYS", "", validate=_a_database),
            master_key_file=env.str("MASTER_KEY_FILE", ""),
            notices=env.str("NOTICES", ""),
            notices_days=env.int("NOTICES_DAYS", 90, validate=validate.Range(1, 3650)),
            publish_words=env.bool("PUBLISH_WORDS", False),
            evidence=env.str("EVIDENCE", ""),
            hosts=tuple(env.list("HOSTS", [])),
            limit_sender=env.int("LIMIT_SENDER", 6000, validate=validate.Range(0, 10**9)),
            limit_address=env.int("LIMIT_ADDRESS", 12_000, validate=validate.Range(0, 10**9)),
            oidc=env.str("OIDC", ""),
            breached_passwords=env.str("BREACHED_PASSWORDS", ""),
            proxies=env.int("PROXIES", 0, validate=validate.Range(0, 8)),
            log_level=env.str("LOG_LEVEL", "info", validate=validate.OneOf(LOG_LEVELS)),
            log_format=env.str("LOG_FORMAT", "text", validate=validate.OneOf(["text", "json"])),
            log_file=env.str("LOG_FILE", ""),
            syslog=env.str("SYSLOG", ""),
            clamd=env.str("CLAMD", ""),
            watchers=env.str("WATCHERS", "127.0.0.0/8,::1/128", validate=networks_of),
        )
    finally:
        os.environ.clear()
        os.environ.update(before)
