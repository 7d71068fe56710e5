"""./run works in any POSIX shell, says what is missing, and hands on what the command returned."""

import os
import re
import shutil
import signal
import subprocess

import pytest

from tests.architecture.checkout import ROOT

SHELLS = [shell for shell in ("sh", "dash", "busybox") if shutil.which(shell)]
TOOLS = ("cat", "cksum", "dirname", "mkdir", "rm", "sh", "sleep", "chmod", "cp", "touch")

# What bash knows and POSIX does not; `sh -n` lets these pass.
BASHISMS = re.compile(
    r"\[\[|<<<|<\(|&>|^\s*(function|local|source|declare|select)\s|\$'|\$\{\w+(:\d|//?|\^|,)|\w\+=|==.*\]"
)

# Stands in for Python: makes a .venv with itself in it and writes down what it was asked.
PYTHON = """#!/bin/sh
printf '%s\\n' "$*" >>"$ASKED"
case "$*" in
*"-m venv "*)
    for folder; do :; done
    mkdir -p "$folder/bin"
    cp "$0" "$folder/bin/python"
    printf '#!/bin/sh\\necho gridward "$@"\\nexit 7\\n' >"$folder/bin/gridward"
    chmod +x "$folder/bin/gridward"
    ;;
*"-m pip "*) [ -z "${PIP_FAILS:-}" ] ;;
*"-m ${FAILS:-nothing}"*) exit 1 ;;
esac
"""


class Machine:
    """A fresh machine: this script, a few tools, and a Python that only writes down orders."""

    def __init__(self, folder, python=PYTHON):
        self.home = folder / "a checkout"
        self.asked = folder / "asked"
        tools = folder / "tools"
        tools.mkdir()
        for tool in TOOLS:
            (tools / tool).symlink_to(shutil.which(tool))
        if python:
            (tools / "python3.11").write_text(python)
            (tools / "python3.11").chmod(0o755)
        (self.home / "deploy").mkdir(parents=True)
        for name in ("run", "setup.cfg", "pyproject.toml"):
            shutil.copy(ROOT / name, self.home)
        for lock in (ROOT / "deploy").glob("*.lock"):
            shutil.copy(lock, self.home / "deploy")
        self.environment = {"PATH": str(tools), "ASKED": str(self.asked)}

    def run(self, *arguments, **environment):
        self.asked.write_text("")
        return subprocess.run(
            ["/bin/sh", self.home / "run", *arguments],
            check=False,
            cwd=self.home.parent,
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )

    @property
    def installs(self):
        return self.asked.read_text().count("-m pip install")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def bashisms(script):
    lines = enumerate(script.splitlines(), start=1)
    return [number for number, line in lines if BASHISMS.search(line.split(" #")[0])]


def parses(shell, script):
    command = [shell, "sh", "-n"] if shell == "busybox" else [shell, "-n"]
    return subprocess.run([*command, script], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("shell", SHELLS)
def test_run_is_posix(shell):
    assert parses(shell, ROOT / "run")
    assert bashisms((ROOT / "run").read_text()) == []


def test_the_ci_script_parses():
    assert parses(shutil.which("bash"), ROOT / ".ci" / "run")


@pytest.mark.parametrize("script", ["run", ".ci/run"])
def test_scripts_can_be_started(script):
    assert os.access(ROOT / script, os.X_OK)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_broken_script_is_found(shell, tmp_path):
    broken = tmp_path / "run"
    broken.write_text("case $1 in\n")

    assert not parses(shell, broken)


@pytest.mark.parametrize("line", ["if [[ -z $1 ]]; then :; fi", "local name=1", 'steps+=" x"'])
def test_a_bashism_is_found(line):
    assert bashisms(line) == [1]


def test_without_python_it_says_so(tmp_path):
    result = Machine(tmp_path, python=None).run()

    assert result.returncode == 1
    assert "Python 3.11 or newer" in result.stderr


def test_an_old_python_is_passed_over(tmp_path):
    result = Machine(tmp_path, python="#!/bin/sh\nexit 1\n").run()

    assert result.returncode == 1
    assert "Python 3.11 or newer" in result.stderr


def test_a_python_without_venv_names_the_package(tmp_path):
    bare = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n'

    result = Machine(tmp_path, python=bare).run()

    assert result.returncode == 1
    assert "python3-venv" in result.stderr


def test_the_first_start_installs_and_shows_the_demo(machine):
    result = machine.run()

    assert result.stdout == "gridward demo\n"
    assert machine.installs == 2
    assert "--require-hashes" in machine.asked.read_text()


def test_a_command_keeps_its_arguments_and_its_exit_status(machine):
    result = machine.run("replay", "two words")

    assert result.stdout == "gridward replay two words\n"
    assert result.returncode == 7


def test_the_second_start_installs_nothing(machine):
    machine.run()

    machine.run()

    assert machine.installs == 0


@pytest.mark.parametrize("file", ["setup.cfg", "deploy/requirements.lock"])
def test_a_new_wish_is_installed(machine, file):
    machine.run()
    with (machine.home / file).open("a") as written:
        written.write("# renewed\n")

    machine.run()

    assert machine.installs == 2


def test_an_install_that_failed_is_begun_anew(machine):
    failed = machine.run(PIP_FAILS="yes")

    assert failed.returncode == 1
    assert "requirements.lock failed" in failed.stderr
    assert machine.run().returncode == 7
    assert "-m venv" in machine.asked.read_text()


def test_an_install_that_was_killed_is_begun_anew(machine):
    machine.run()
    (machine.home / ".venv" / ".being-made").write_text("999999999\n")

    machine.run()

    assert "-m venv" in machine.asked.read_text()
    assert machine.installs == 2


def test_an_install_under_way_is_waited_for(machine):
    machine.run()
    making = machine.home / ".venv" / ".being-made"
    making.write_text(f"{os.getpid()}\n")
    command = ["/bin/sh", machine.home / "run"]

    with subprocess.Popen(
        command, env=machine.environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as second:
        assert second.stderr
        said = second.stderr.readline()
        making.unlink()
        shown, _ = second.communicate(timeout=10)

    assert b"is installing; waiting" in said
    assert shown == b"gridward demo\n"


def test_whoever_can_test_can_run(machine):
    machine.run("test", "tests/domain")

    assert machine.installs == 2
    assert machine.run("demo").returncode == 7
    assert machine.installs == 0


def with_lint_imports(machine):
    machine.run("test", "tests/domain")
    lint_imports = machine.home / ".venv" / "bin" / "lint-imports"
    lint_imports.write_text("#!/bin/sh\n")
    lint_imports.chmod(0o755)


@pytest.mark.parametrize(("broken", "named"), [("mypy", "types"), ("ruff format", "formatting")])
def test_a_failed_step_is_named_and_the_others_still_run(machine, broken, named):
    with_lint_imports(machine)

    result = machine.run("test", FAILS=broken)

    assert result.returncode == 1
    assert f"Failed:\n  {named}: " in result.stderr
    assert "-m pytest -q" in machine.asked.read_text()


def test_a_failed_test_fails_the_run(machine):
    with_lint_imports(machine)

    assert machine.run("test", FAILS="pytest").returncode == 1


def test_all_checks_passed_is_a_success(machine):
    with_lint_imports(machine)

    result = machine.run("check")

    assert result.returncode == 0
    assert result.stderr == ""
    assert "-m pytest -q tests/architecture" in machine.asked.read_text()


def test_ctrl_c_reaches_the_command(machine):
    machine.run()
    (machine.home / ".venv/bin/gridward").write_text("#!/bin/sh\necho up\nexec sleep 60\n")

    with subprocess.Popen(
        ["/bin/sh", machine.home / "run"], env=machine.environment, stdout=subprocess.PIPE
    ) as demo:
        assert demo.stdout
        demo.stdout.readline()
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=30)

    assert demo.returncode == -signal.SIGINT
