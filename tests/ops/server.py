"""A real server in a process of its own, for tests that kill it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GRIDWARD = (sys.executable, "-c", "from ops.cli import main; main(prog_name='gridward')")
PATIENCE = 60.0


@dataclass
class Server:
    """One ``gridward`` process and its children, in a process group of their own."""

    home: Path
    port: int
    command: str = "serve"
    more: tuple[str, ...] = ()
    database: str = ""
    workers: int = 1
    process: subprocess.Popen[bytes] = field(init=False)
    seconds: float = field(init=False, default=0.0)

    def start(self) -> Server:
        """Start and wait until it answers; ``seconds`` is how long that took."""
        began = time.monotonic()
        self.launch()
        while not (self.answers() if self.port_words else "works" in self.said):
            assert self.process.poll() is None, f"it ended:\n{self.said}"
            assert time.monotonic() - began < PATIENCE, f"it never answered:\n{self.said}"
            time.sleep(0.02)
        self.seconds = time.monotonic() - began
        return self

    def launch(self) -> None:
        """Start and do not wait."""
        log = (self.home.parent / f"{self.command}.log").open("ab")
        self.process = subprocess.Popen(
            [*GRIDWARD, self.command, *self.port_words, *self.more],
            env=environment(self.home, self.database, self.workers),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    @property
    def port_words(self) -> tuple[str, ...]:
        return () if self.command == "work" else ("--port", str(self.port))

    @property
    def said(self) -> str:
        return (self.home.parent / f"{self.command}.log").read_text()

    def answers(self) -> bool:
        try:
            status, _ = self.get("/health")
        except OSError:
            return False
        return status == 200

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self._ask(urllib.request.Request(self.url(path), headers=headers))

    def post(self, path: str, body: object, **headers: str) -> tuple[int, Any]:
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        return self._ask(urllib.request.Request(self.url(path), data=data, headers=headers))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def kill(self) -> None:
        """As a power cut would: the first process and its workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_worker(self) -> None:
        """Kill the process that answers; the first one starts another."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            if stat.read_text().rpartition(")")[2].split()[1] == str(self.process.pid):
                os.kill(int(stat.parent.name), signal.SIGKILL)
                return

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Ask it to stop; give how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(PATIENCE) == 0, self.said
        return time.monotonic() - began

    def _ask(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, _content(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _content(error.read())


def _content(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()


def environment(home: Path, database: str, workers: int) -> dict[str, str]:
    """This process's, but for settings."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWARD_")}
    return {
        **plain,
        "PYTHONPATH": str(ROOT),
        "GRIDWARD_HOME": str(home),
        "GRIDWARD_DATABASE": database,
        "GRIDWARD_WORKERS": str(workers),
        "PYTHONUNBUFFERED": "1",
    }
