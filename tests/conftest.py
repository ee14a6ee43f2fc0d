"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# a loaded machine must not fail a property: nothing here is timed
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets (../shared/data) are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def examples() -> Path:
    """The small real files that the project ships."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A store with the orders of the demo and nothing else; copy it before writing to it."""
    from ci_cli.cli.app import run
    from ci_cli.cli.demo import FILES

    store = str(tmp_path_factory.mktemp("orders") / "demo.db")
    files = [str(examples / "northwind" / name) for name in FILES]
    where = ["--db", store, "--quiet", "--lang", "en"]
    assert run(["init", "--currency", "USD", "--zone", "UTC", *where]) == 0
    assert run(["import", *files, *where]) == 0
    return Path(store)


@pytest.fixture(scope="session")
def story_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``ci-cli init --demo`` builds: the orders and the invented half year beside them."""
    from ci_cli.cli.app import run

    store = tmp_path_factory.mktemp("story") / "demo.db"
    assert run(["init", "--demo", "--db", str(store), "--quiet", "--lang", "en"]) == 0
    return store
