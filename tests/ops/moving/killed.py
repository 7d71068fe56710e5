"""A plan carried out in a process of its own, told where it is, so that it can be killed there.

``python -m tests.ops.moving.killed URL HOME BATCH``
"""

import sys
from pathlib import Path

from ops.moving import begin, carry_out
from tests.ops.moving.town import PLAN, opened, the_act


def main() -> None:
    url, home, batch = sys.argv[1:]
    with opened(url, Path(home)) as city:
        act = the_act(city)
        begin(city, PLAN, act)
        print("begun", flush=True)
        carry_out(
            city, PLAN.name, act, batch=int(batch), progress=lambda moved: print(moved, flush=True)
        )
        print("done", flush=True)


if __name__ == "__main__":
    main()
