"""A post office for tests: a ledger with notices in its outbox, and channels by a file."""

from __future__ import annotations

from pathlib import Path

from ledger.ledger import Ledger
from ledger.records import Notice
from ledger.store import Store
from ops.bootstrap import uncounted
from ops.notices.delivering import Delivering
from ops.notices.reading import lines_of
from tests.ledger.lamps import Clock, report
from tests.ops.notices.receivers import SECRET, Web

STREET = "120101001000"
TO = f"commander@{STREET}"


def a_notice(nth: int = 0, *, to: str = TO, about: str = "lamp.dark") -> Notice:
    return Notice(to=to, about=about, facts={"pole": nth})


def write(ledger: Ledger, count: int, *, name: str = "pole", **given) -> None:
    """Let so many commands each leave a notice."""
    for nth in range(count):
        report(ledger, f"{name} {nth}", notices=[a_notice(nth, **given)])


def webhook(web: Web, name: str = "desk", **more: str) -> str:
    """Write the table of a webhook channel."""
    given = {"secrets": f'["{SECRET}"]', "allow_private": "true", **more}
    lines = [f'name = "{name}"', 'kind = "webhook"', f'url = "{web.url}"']
    return "\n".join(["[[channel]]", *lines, *(f"{k} = {v}" for k, v in given.items()), ""])


def delivering(store: Store, clock: Clock, folder: Path, *tables: str, **given) -> Delivering:
    """Open the channels of a file."""
    file = folder / "notices.toml"
    file.write_text("\n".join(tables), encoding="utf-8")
    lines = lines_of(str(file), clock)
    return Delivering(store, lines, now=clock, **({"count": uncounted} | given))
