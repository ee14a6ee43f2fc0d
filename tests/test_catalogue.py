"""Everything that the program says can be said in Chinese, and the checker sees what is not."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from ci_cli import text
from ci_cli.text import Msg, translate

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "tools" / "catalogue.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_is_complete(tool: ModuleType) -> None:
    assert tool.problems(tool.extract(), tool.load()) == []


def test_gettext_finds_every_translation(tool: ModuleType) -> None:
    text.activate("zh")
    try:
        untold = [m.id for m in tool.load() if m.id and translate(Msg(m.id)) != m.string]
    finally:
        text.activate("en")
    assert untold == []


FAULTY = [
    ('msg("Hello {name}", nome=1)', "gaps and values differ (name, nome)"),
    ('msg("Hello")\nmsg(f"Hello {name}")', "not a literal"),
    ('msg("Hello {}")', "a gap needs a simple name"),
    ('msg("Hello {name")', "expected '}'"),
    ('msg("never seen")', "not in the catalogue"),
    ('msg("untranslated")', "not translated"),
    ('msg("doubtful")', "marked fuzzy"),
    ('msg("gap {a}", a=1)', "gaps differ"),
    ("pass", "no longer said"),
]


def catalogue() -> Catalog:
    made = Catalog(locale="zh")
    made.add("Hello", "你好")
    made.add("Hello {name}", "你好，{name}")
    made.add("untranslated", "")
    made.add("doubtful", "可疑", flags=["fuzzy"])
    made.add("gap {a}", "缺 {b}")
    return made


@pytest.mark.parametrize(("source", "problem"), FAULTY)
def test_the_checker_sees(tool: ModuleType, tmp_path: Path, source: str, problem: str) -> None:
    (tmp_path / "module.py").write_text(source, encoding="utf-8")
    (tmp_path / "x.mo").write_bytes(tool.compiled(catalogue()))
    found = tool.extract(tmp_path, tmp_path)
    assert any(problem in line for line in tool.problems(found, catalogue(), tmp_path / "x.mo"))


def test_the_checker_sees_a_stale_compiled_file(tool: ModuleType, tmp_path: Path) -> None:
    stale = "the compiled file does not match the catalogue (run update)"
    (tmp_path / "x.mo").write_bytes(tool.compiled(Catalog(locale="zh")))
    found = tool.Extracted()
    assert stale in tool.problems(found, catalogue(), tmp_path / "x.mo")
    assert stale in tool.problems(found, catalogue(), tmp_path / "missing.mo")


def test_update_keeps_translations_and_drops_what_is_gone(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        'msg("Hello " "{name}", name=1)\nx._("new")\ntext.msg("doubtful")\nMsg("20 % of x")\n',
        encoding="utf-8",
    )
    found = tool.extract(tmp_path, tmp_path)
    assert found.problems == []
    po, mo = tmp_path / "x.po", tmp_path / "x.mo"
    dropped = tool.update(found, catalogue(), po, mo)
    assert dropped == ["Hello", "gap {a}", "untranslated"]
    kept = tool.load(po)
    assert {m.id: m.string for m in kept if m.id} == {
        "Hello {name}": "你好，{name}", "new": "", "doubtful": "可疑", "20 % of x": "",
    }  # fmt: skip
    assert kept.get("doubtful").fuzzy
    assert "python-format" not in po.read_text(encoding="utf-8")
    before = po.read_bytes(), mo.read_bytes()
    tool.update(found, kept, po, mo)
    assert (po.read_bytes(), mo.read_bytes()) == before
