"""A plan carried out in a process of its own that tells where it is, and can be killed there."""

from collections.abc import Callable
from pathlib import Path

from ops.moving import begin, carry_out
from tests.ops.moving.town import PLAN, opened, the_act


def move(say: Callable[[object], None], url: str, home: Path, batch: int) -> None:
    """Carry the plan out, and say after each batch how many were moved."""
    with opened(url, home) as city:
        act = the_act(city)
        begin(city, PLAN, act)
        say("begun")
        carry_out(city, PLAN.name, act, batch=batch, progress=say)
        say("done")
