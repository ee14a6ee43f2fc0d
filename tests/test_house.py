"""The house around the code: what is pinned, what is tracked, the two commands of the README."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
REQUIREMENTS = ["requirements.txt", "requirements-dev.txt"]


def pins(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Return each requirement of a pinned file with its hashes, by normalised name."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.strip().startswith("#"):
            requirement = Requirement(line.partition(" --hash")[0])
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", line)
            found[canonicalize_name(requirement.name)] = (requirement, hashes)
    return found


# --- requirements


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    for requirement, hashes in pins(name).values():
        assert [part.operator for part in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert hashes, requirement


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_name_no_place_on_the_network_or_disk(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert re.findall(r"https?:|file:|@ |^-[^-]|^--|find-links", text, re.MULTILINE) == []


def test_the_two_files_agree() -> None:
    run, dev = (pins(name) for name in REQUIREMENTS)
    assert run.items() <= dev.items()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements.txt", PROJECT["dependency-groups"]["build"]),
        ("requirements.txt", PROJECT["build-system"]["requires"]),
        ("requirements-dev.txt", PROJECT["dependency-groups"]["dev"]),
    ],
    ids=["dependencies", "build group", "build system", "dev group"],
)
def test_what_the_project_asks_for_is_pinned(name: str, wanted: list[str]) -> None:
    pinned = pins(name)
    for text in wanted:
        asked = Requirement(text)
        requirement, _hashes = pinned[canonicalize_name(asked.name)]
        (exact,) = requirement.specifier
        assert asked.specifier.contains(exact.version), f"{text}: {exact.version} is pinned"


# --- tracked files


def tracked_files() -> list[Path]:
    """Return what git would commit; every file of the folder where there is no git."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(git, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        ignored = {".venv", "build", "dist", "__pycache__", ".git"}
        paths = (path for path in ROOT.rglob("*") if not ignored & set(path.parts))
        return [path for path in paths if path.is_file()]
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# Written in pieces, so that this file does not accuse itself.
LEAK = re.compile(
    rb"(?<![\w.~])/(?:"
    + b"|".join([b"wo" + b"rk", b"tm" + b"p", b"ro" + b"ot", b"far" + b"m"])
    + rb")/"
    rb"|/(?:home|Users)/\w+/"
    rb"|[A-Z]:\\\\?Users\\"
    rb"|pypi" + rb"\.org|python" + rb"hosted|index" + rb"-url|file" + rb":///\w"
)


def test_no_path_of_one_machine_and_no_index_address_is_tracked() -> None:
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content[:8192]:
            continue
        for match in LEAK.finditer(content):
            line = content.count(b"\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match.group().decode()}")
    assert found == []


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        ("see /ro" + "ot/x", True),
        ("'/tm" + "p/ci.db'", True),
        ("/ho" + "me/chen/orders.csv", True),
        ("--index" + "-url=x", True),
        ("orders/tmp/x and a/work/b", False),
        ("file:// and ~/tmp/x", False),
    ],
)
def test_leaks_are_recognised(text: str, leaks: bool) -> None:
    assert bool(LEAK.search(text.encode())) is leaks


def test_no_lock_file_with_addresses_is_tracked() -> None:
    assert [path for path in tracked_files() if path.name in {"uv.lock", "poetry.lock"}] == []


# --- the two commands


def test_the_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"^make (\w+)", readme, re.MULTILINE)
    assert named[:2] == ["demo", "test"]
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_ci_runs_what_people_run() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text("utf-8")
    assert script.stat().st_mode & stat.S_IXUSR
    assert re.search(r"\bmake [^\n]*\btest\b", text)
    assert re.search(r"\bmake [^\n]*\bcheck\b", text)


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A folder with the setup script and a PATH that holds a shell and its helpers, no Python."""
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "dirname", "cat", "cksum", "rm"):
        found = shutil.which(tool)
        if found is None:
            pytest.skip(f"{tool} is not on this machine")
        (tmp_path / "bin" / tool).symlink_to(found)
    (tmp_path / "tools").mkdir()
    for name in ("tools/venv.sh", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    path = machine / "bin"
    return subprocess.run(
        [str(path / "sh"), "tools/venv.sh", "requirements.txt"],
        cwd=machine,
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def put_python(machine: Path, name: str, script: str) -> None:
    """Put a stand-in for Python on the PATH; ``$2`` is the code that it is asked to run."""
    file = machine / "bin" / name
    file.write_text(f"#!{machine}/bin/sh\n{script}\n", "utf-8")
    file.chmod(0o755)


posix_only = pytest.mark.skipif(os.name != "posix", reason="the setup script needs a POSIX shell")


@posix_only
def test_without_python_the_setup_says_what_is_missing(bare_machine: Path) -> None:
    done = set_up(bare_machine)
    assert done.returncode == 1
    assert "No Python 3.11 or newer was found" in done.stderr
    assert not (bare_machine / ".venv").exists()


@posix_only
def test_an_old_python_is_passed_over(bare_machine: Path) -> None:
    put_python(bare_machine, "python3", "exit 1")
    done = set_up(bare_machine)
    assert done.returncode == 1
    assert "No Python 3.11 or newer was found" in done.stderr


@posix_only
def test_without_the_venv_module_the_setup_names_the_package(bare_machine: Path) -> None:
    put_python(
        bare_machine,
        "python3.12",
        'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac',
    )
    done = set_up(bare_machine)
    assert done.returncode == 1
    assert "apt install python3.12-venv" in done.stderr


@posix_only
def test_a_python_that_was_asked_for_but_is_none_is_named(bare_machine: Path) -> None:
    done = set_up(bare_machine, PYTHON="python3.99")
    assert done.returncode == 1
    assert "PYTHON=python3.99" in done.stderr


@posix_only
def test_a_folder_in_the_way_is_left_alone(bare_machine: Path) -> None:
    put_python(bare_machine, "python3", "exit 0")
    (bare_machine / ".venv").mkdir()
    (bare_machine / ".venv" / "precious.txt").write_text("mine", "utf-8")
    done = set_up(bare_machine)
    assert done.returncode == 1
    assert "is not a virtual environment" in done.stderr
    assert (bare_machine / ".venv" / "precious.txt").read_text("utf-8") == "mine"
