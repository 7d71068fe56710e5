"""The checkout that the architecture tests look at, and what is code in it."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("domain", "ledger", "workflows", "projections", "web", "ops")


def python_files(*folders: str) -> Iterator[Path]:
    """Every module below the folders, in a steady order."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def files_of_the_checkout() -> list[str]:
    """What is committed or could be: ignored files are nobody's business."""
    # The checkout may belong to another account, as in a container: reading names is harmless.
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.split("\0") if path]


def name_of(path: Path) -> str:
    """The path as people write it: from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()


def docstring_of(node: ast.AST) -> ast.Constant | None:
    """The node of a docstring, where there is one."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    if not isinstance(node, documented) or not node.body:
        return None
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None
