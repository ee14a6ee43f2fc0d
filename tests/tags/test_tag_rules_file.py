"""A rules file says everything that is wrong with it at once, each on its line."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.tags.catalogue import shipped
from ci_cli.tags.language import FIELDS, Group, Question, questions_of
from ci_cli.tags.rules_file import read_rules

HEAD = '[[rule]]\nname = "r"\ntag = "budget-cut"\n'


def faults_of(text: str) -> list[tuple[int, str]]:
    _rules, faults = read_rules(text, "file", shipped())
    return [(fault.line, str(fault.message)) for fault in faults]


def asking(condition: str) -> str:
    return f"{HEAD}all = [\n  {{ {condition} }},\n]\n"


SOUND = "field = 'customer.name', op = 'present'"

# what the file says -> line and a part of what is said about it
TABLE: dict[str, tuple[int, str]] = {
    "": (1, "no rule"),
    "# only words\n": (1, "no rule"),
    f'nmae = "x"\n{HEAD}all = [{{field="customer.name", op="present"}}]': (1, "no setting nmae"),
    f'name = ""\n{asking(SOUND)}': (1, "name of the rules"),
    f"simplify = 1\n{asking(SOUND)}": (1, "true or false"),
    f"{HEAD}[other]\nx = 1\n": (4, "no setting other"),
    "rule = 3\n": (1, "begins with [[rule]]"),
    "rule = [3]\n": (1, "begins with [[rule]]"),
    '[[rule]]\ntag = "budget-cut"\nall = [{field="customer.name", op="present"}]': (1, "needs a name"),
    '[[rule]]\nname = "a"\nall = [{field="customer.name", op="present"}]': (1, "needs a tag"),
    '[[rule]]\nname = "a"\ntag = "gone"\nall = [{field="customer.name", op="present"}]': (3, "no tag gone"),
    HEAD: (1, "asks nothing"),
    f"{HEAD}when = 1\n": (4, "has no when"),
    f"{HEAD}all = 1\n": (4, "list of conditions"),
    f"{HEAD}all = []\n": (4, "list of conditions"),
    f"{HEAD}all = [1]\n": (4, "list of conditions"),
    f"{HEAD}all = [\n{{ any = [] }}]\n": (5, "list of conditions"),
    f"{HEAD}all = [\n\n{{ any = [{{field='customer.name', op='present'}}], op = 'is' }}]\n": (6, "only all, any, not"),
    asking("op = 'is', value = 'x'"): (5, "needs a field"),
    asking("field = 'customer.nmae', op = 'is', value = 'x'"): (5, "perhaps customer.name"),
    asking("field = 'qqqq', op = 'is', value = 'x'"): (5, "no field qqqq"),
    asking("field = 'field.', op = 'is', value = 'x'"): (5, "no field field."),
    asking("field = 'customer.name'"): (5, "not with nothing"),
    asking("field = 'customer.name', op = '<', value = 1"): (5, "not with <"),
    asking("field = 'customer.name', op = ['is'], value = 1"): (5, "not with ['is']"),
    asking("field = 'orders.count', op = 'above_normal', value = 2"): (5, "not with above_normal"),
    asking("field = 'customer.name', op = 'is'"): (5, "needs a value"),
    asking("field = 'customer.name', op = 'is', value = 3"): (5, "a text in quotes"),
    asking("field = 'customer.name', op = 'is', value = []"): (5, "a text in quotes"),
    asking("field = 'customer.name', op = 'missing', value = 'x'"): (5, "takes no value"),
    asking("field = 'interaction.kind', op = 'is', value = 'cal'"): (5, "cal is none of call"),
    asking("field = 'interaction.text', op = 'contains', value = ['a']"): (5, "takes a word"),
    asking("field = 'interaction.text', op = 'any_of', value = 'a'"): (5, "takes a list"),
    asking("field = 'interaction.text', op = 'any_of', value = []"): (5, "from one to"),
    asking("field = 'interaction.text', op = 'any_of', value = ['*']"): (5, "no word"),
    asking("field = 'interaction.text', op = 'contains', value = '" + "x" * 201 + "'"): (5, "no word"),
    asking("field = 'interaction.text', op = 'any_of', value = ['a* b']"): (5, "only at the end"),
    asking("field = 'interaction.text', op = 'near', value = ['a']"): (5, "two words"),
    asking("field = 'interaction.text', op = 'near', value = ['a', 'b'], distance = -1"): (5, "whole number"),
    asking("field = 'interaction.text', op = 'near', value = ['a', 'b'], distance = true"): (5, "whole number"),
    asking("field = 'interaction.text', op = 'near', value = ['a', 'b'], unit = 'miles'"): (5, "unit is one of"),
    asking("field = 'interaction.text', op = 'contains', value = 'a', distance = 3"): (5, "has no distance"),
    asking("field = 'interaction.age', op = '<', value = 'x'"): (5, "takes a number"),
    asking("field = 'interaction.age', op = '<', value = true"): (5, "takes a number"),
    asking("field = 'interaction.age', op = '<', value = nan"): (5, "takes a number"),
    asking("field = 'interaction.age', op = '<', value = inf"): (5, "takes a number"),
    asking("field = 'interaction.age', op = 'between', value = 3"): (5, "two numbers"),
    asking("field = 'interaction.age', op = 'between', value = [3, 1]"): (5, "smaller number first"),
    asking("field = 'customer.since', op = 'before', value = 'May'"): (5, "not a day"),
    asking("field = 'contacts.count', op = '>', value = 1, kind = 'cal'"): (5, "kind is one of"),
    asking("field = 'contacts.count', op = '>', value = 1, within = 90"): (5, "a span"),
    asking("field = 'contacts.count', op = '>', value = 1, within = '90q'"): (5, "a span"),
    asking("field = 'contacts.count', op = '>', value = 1, within = '0d'"): (5, "a span"),
    asking("field = 'contacts.count', op = 'above_normal', value = 2"): (5, "needs a period"),
    asking("field = 'contacts.count', op = 'above_normal', value = 0.5, within = '30d'"): (5, "from 1 on"),
    asking("field = 'orders.change', op = '<', value = 2"): (5, "needs a period"),
    asking("field = 'customer.name', op = 'present', within = '30d'"): (5, "has no within"),
    asking("field = 'customer.name', op = 'present', metric = 'x'"): (5, "has no metric"),
    asking("field = 'usage.value', op = '<', value = 2"): (5, "needs a usage series"),
    asking("field = 'usage.value', op = '<', value = 2, metric = ' '"): (5, "needs a usage series"),
    asking("field = 'contracts.renewal', op = '<', value = 2, within = '9d'"): (5, "has no within"),
    f'{HEAD}expires = "soon"\nall = [{{field="interaction.kind", op="present"}}]': (4, "a span"),
    f'{HEAD}expires = "9d"\nall = [{{field="customer.name", op="present"}}]': (4, "ends by itself"),
    '[[rule]]\nname = "a\ntag = 1\n': (2, "no TOML"),
    '[[rule]]\nname = "a"\nname = "b"\n': (3, "no TOML"),
    '[[rule]]\nname = "a"\nall = [\n': (3, "no TOML"),
    "[[rule]]\nall = " + "[" * 5_000: (2, "no TOML"),
    'text = """\n[[rule]]\n"""\n': (1, "no setting text"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLE.items())
def test_each_fault_has_its_line(text: str, expected: tuple[int, str]) -> None:
    found = faults_of(text)
    line, part = expected
    assert any(row == line and part in said for row, said in found), found


def test_a_rule_that_asks_nothing_says_so_beside_its_other_faults() -> None:
    assert faults_of('[[rule]]\ntag = "refused-call"\n') == [
        (1, "The rule asks nothing: it needs all, any or not."),
        (1, "The rule needs a name, a text of at most 100 characters."),
    ]
    assert faults_of('[[rule]]\nname = "a"\ntga = "x"\nexpires = "soon"\n') == [
        (1, "The rule asks nothing: it needs all, any or not."),
        (1, "The rule needs a tag."),
        (3, "A rule has no tga; it has: name, tag, expires, all, any, not."),
        (4, 'expires must be a span such as "90d".'),
    ]


def test_a_state_that_asks_nothing_is_not_blamed_for_its_end() -> None:
    # what it would be about is not known yet
    assert faults_of(f'{HEAD}expires = "9d"\n') == [
        (1, "The rule asks nothing: it needs all, any or not.")
    ]


def test_a_wrong_operator_hides_no_other_fault() -> None:
    for more, part in {
        "field = 'usage.value'": "needs a usage series",
        "field = 'contacts.count', within = 'soon'": "within must be a span",
        "field = 'contacts.count', kind = 'cal'": "kind is one of",
    }.items():
        found = faults_of(asking(f"{more}, op = 'like'"))
        assert [line for line, _said in found] == [5, 5]
        assert "not with like" in " ".join(said for _line, said in found)
        assert part in " ".join(said for _line, said in found)


def test_each_fault_stands_on_the_line_of_its_key() -> None:
    text = f"""
simplify = 1
nmae = "x"

{asking(SOUND)}
[[rule]]
# a remark
tag = "gone"
name = "r"
any = 1
expires = "soon"
wehn = [
  3,
]

[[rule]]

name = ""
all = [
  {{ {SOUND}, within = "9d" }},
  {{ any = [{{ {SOUND} }}], op = "is" }},
]
tag = 7
"other" = 1
"""
    lines = text.split("\n")
    at = {word: next(n for n, row in enumerate(lines, 1) if row.strip().startswith(word))
          for word in ("simplify", "nmae", 'tag = "gone"', "any = 1", 'expires = "soon"', "wehn",
                       'name = ""', "tag = 7", '"other"')}  # fmt: skip
    second_name = max(n for n, row in enumerate(lines, 1) if row == 'name = "r"')
    told = {(line, said.split(" ")[0], said) for line, said in faults_of(text)}
    expected = {
        at["simplify"]: "simplify must be",
        at["nmae"]: "There is no setting nmae",
        at['tag = "gone"']: "There is no tag gone",
        second_name: "Another rule is called r already, on line 6",
        at["any = 1"]: "any must be a list",
        at['expires = "soon"']: "expires must be",
        at["wehn"]: "A rule has no wehn",
        at['name = ""']: "The rule needs a name",
        at["tag = 7"]: "The rule needs a tag",
        at['"other"']: "A rule has no other",
    }
    for line, part in expected.items():
        assert any(row == line and said.startswith(part) for row, _word, said in told), (
            line, part, sorted(told),
        )  # fmt: skip


def test_all_faults_are_told_at_once() -> None:
    rules = [
        text.replace('"r"', f'"r{n}"') for n, text in enumerate(TABLE) if text.startswith(HEAD)
    ]
    starts = list(itertools.accumulate((rule.count("\n") + 1 for rule in rules), initial=0))
    found = faults_of("\n".join(rules))
    for text, (line, part) in TABLE.items():
        if text.startswith(HEAD):
            number = list(TABLE).index(text)
            where = starts[rules.index(text.replace('"r"', f'"r{number}"'))]
            assert any(row == where + line and part in said for row, said in found), (text, part)


def test_equal_names_are_told_with_both_lines() -> None:
    rule = asking(SOUND)
    assert faults_of(rule + rule) == [(8, "Another rule is called r already, on line 2.")]


def test_tables_written_out_have_their_own_lines() -> None:
    text = (
        HEAD
        + "[[rule.all]]\nfield = 'customer.name'\nop = 'present'\n\n[[rule.any]]\nfield = 'x'\n"
    )
    assert faults_of(text) == [(8, "There is no field x; `ci-cli tag rules fields` lists them.")]


def test_windows_lines_and_a_byte_order_mark_are_no_fault() -> None:
    text = "\ufeff" + asking(SOUND).replace("\n", "\r\n")
    assert faults_of(text) == []


@given(st.text(max_size=200))
def test_any_text_gives_rules_or_faults(text: str) -> None:
    rules, faults = read_rules(text, "file", shipped())
    assert rules.rules or faults
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").count("\n") + 1
    assert all(1 <= fault.line <= lines for fault in faults)


_LINES = st.sampled_from([*HEAD.splitlines(), "all = [", "]", "{", "}", "any = [{", "'''", '"""', "#",
                          'field = "customer.name"', 'op = "is"', "[[rule.all]]", "[x]"])  # fmt: skip


@given(st.lists(_LINES, max_size=25))
def test_broken_rules_never_break_the_reader(lines: list[str]) -> None:
    rules, faults = read_rules("\n".join(lines), "file", shipped())
    assert rules.rules or faults
    assert all(1 <= fault.line <= max(len(lines), 1) for fault in faults)


def test_every_field_can_be_asked() -> None:
    values = {"choice": "'call'", "text": "'x'", "number": "1", "day": "'2026-01-01'"}
    ops = {"choice": "is", "text": "contains", "number": "<", "day": "before"}
    period = {"orders.change": ", within = '90d'"}
    for name, field in FIELDS.items():
        value = {"interaction.outcome": "'refused'", "interaction.direction": "'in'"}.get(
            name, values[field.kind]
        )
        more = period.get(name, ", metric = 'logins'" if "metric" in field.options else "")
        text = asking(f"field = '{name}', op = '{ops[field.kind]}', value = {value}{more}")
        assert faults_of(text) == [], name


def test_the_rules_that_ship_are_sound() -> None:
    from importlib import resources

    text = resources.files("ci_cli").joinpath("data/tag_rules.toml").read_text("utf-8")
    rules, faults = read_rules(text, "x", shipped())
    assert faults == []
    assert {rule.tag for rule in rules.rules} == set(shipped())
    assert rules.name == "usual"


def test_groups_keep_their_shape() -> None:
    text = HEAD + (
        "all = [ { any = [ { field='customer.name', op='present' }, { not = [ { field='orders.count',"
        " op='=', value=0 } ] } ] } ]\nnot = [ { field='customer.tier', op='is', value='A' } ]\n"
    )
    rules, faults = read_rules(text, "file", shipped())
    assert faults == []
    whole = rules.rules[0].condition
    assert [part.how for part in whole.parts if isinstance(part, Group)] == ["all", "not"]
    assert [test.name for test in questions_of(whole)] == [
        "customer.name",
        "orders.count",
        "customer.tier",
    ]
    assert all(isinstance(test, Question) for test in questions_of(whole))
    assert not rules.rules[0].by_interaction
