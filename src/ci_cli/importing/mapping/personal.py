"""Which columns describe people, and so are stored only where somebody said what for.

Gender, age, income, schooling, belief and the like: what a company keeps of people for no purpose
is a burden to both. A day of birth is no such column: it tells two people of one name apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from ci_cli.importing.mapping.columns import ColumnChoice, ColumnMap
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.models.names import name_key

# topic -> what a heading says, as :func:`squeeze` leaves it
_TOPICS: Mapping[str, str] = {
    "gender": r"gender|sex|sexatbirth|性别|sexualorientation|性取向",
    "age": r"age(inyears|years)?|年龄|年纪|岁数",
    "family": r"marital(status)?|maritalstate|married|ismarried|(number|no|num)?of(children|kids)"
    r"|children|kids|familysize|householdsize|婚姻(状况|情况|状态)?|婚否|是否已婚|已婚未婚"
    r"|子女(数|数量|情况|个数)?|小孩数|生育(状况|情况)?|家庭(人口|成员|人数|状况|情况)",
    "schooling": r"education(level|al)?|educationallevel|highesteducation|schooling"
    r"|学历|文化程度|(受)?教育(程度|水平|背景)",
    "belief": r"religion|religious(affiliation|belief)?|faith|politics|politicalparty"
    r"|politicalaffiliation|宗教(信仰)?|信仰|政治面貌|党派",
    "origin": r"ethnic(ity)?|race|ethnicorigin|民族|种族|籍贯",
    # no "health status": accounts have one too
    "health": r"disability|disabled|bloodtype|medicalhistory|健康(状况|情况)|病史|既往病史|血型"
    r"|残疾(情况|等级)?",
    # no "interests": mostly what they would buy
    "hobbies": r"hobby|hobbies|personalinterests|zodiac(sign)?|(兴趣|个人)?爱好|星座|生肖",
    "income": r"(monthly|personal|household|family)(annual)?(income|salary)|salary|wages?"
    r"|incomelevel|月收入|月薪|年薪|薪资|薪水|工资|(个人|家庭)(年|月)?收入|收入(水平|等级|区间|范围|档次)",
}
# a firm has these as well: they describe people in a sheet that otherwise speaks of people
_EITHER = r"income|annualincome|yearlyincome|年收入|收入"
_WHOSE = (
    r"(customer|client|contact|buyer|shopper|consumer|person|member|user|patient|guest|student"
    r"|donor|subscriber|passenger|respondent|owner"
    r"|客户|客人|顾客|联系人|联络人|会员|用户|买家|买方|购买人|消费者|患者|病人|学员|学生|个人|本人|车主|投保人)"
)
_KIND_OF = (
    r"(group|range|band|bracket|level|status|category|class|bucket|code"
    r"|段|层|组|区间|范围|分组|阶段)"
)
# what is said of people's gender, and not of what they wear
_GENDERS = frozenset({
    "m", "f", "w", "d", "male", "female", "man", "woman", "mr", "ms", "mrs", "other", "unknown",
    "diverse", "nonbinary", "na", "0", "1", "2", "9", "男", "女", "男性", "女性", "男士", "女士",
    "先生", "小姐", "未知", "保密", "其他", "不详", "未填",
})  # fmt: skip
_NUMBERED = frozenset({"0", "1", "2", "9"})
_LISTS_OF_PEOPLE = ("customers", "contacts")
_OF_THINGS = ("products", "categories")


def describes_person(heading: str) -> bool:
    """Tell whether a heading alone says that its column describes a person."""
    found = _topic(heading)
    return found is not None and found[0] != "either"


def personal_columns(columns: ColumnMap, rows: Sequence[Sequence[str]]) -> list[ColumnChoice]:
    """Return the columns of a table that describe people and have no field of their own.

    A list of customers or contacts speaks of people where its headings do. In orders and talks the
    same words may describe goods (Gender: Kids; Age: 3+), so there a heading must say whose it is,
    or a second one must speak of people as well, or the values do.

    Args:
        columns: what each column is.
        rows: a sample of the table.
    """
    if columns.kind in _OF_THINGS:
        return []
    told = [(choice, found) for choice in columns.extras
            if (found := _topic(choice.header)) is not None and choice.field is None]  # fmt: skip
    topics = {topic for _choice, (topic, _whose) in told} - {"either"}
    is_list = columns.kind in _LISTS_OF_PEOPLE
    of_people = is_list or len(topics) > 1

    def is_personal(choice: ColumnChoice, topic: str, whose: bool) -> bool:
        if topic == "either":
            beside = bool(topics) or read_header(choice.header).apart == "person"
            return beside and of_people and columns.choice("customer.industry") is None
        if of_people or whose:
            return True
        return topic == "gender" and _tells_genders(choice, rows)

    return [choice for choice, found in told if is_personal(choice, *found)]


def without_purpose(
    columns: ColumnMap, rows: Sequence[Sequence[str]], known: Collection[str]
) -> list[ColumnChoice]:
    """Return the personal columns for which nobody said what they are for.

    Args:
        columns: what each column is.
        rows: a sample of the table.
        known: headings that have one, as ``purposes.key_of`` gives them.
    """
    return [
        choice for choice in personal_columns(columns, rows)
        if (name_key(choice.header) or choice.header) not in known
    ]  # fmt: skip


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    return {
        topic: re.compile(f"(?P<whose>{_WHOSE}s?的?)?({words}){_KIND_OF}?")
        for topic, words in (*_TOPICS.items(), ("either", _EITHER))
    }


def _topic(heading: str) -> tuple[str, bool] | None:
    """Return what a heading says about a person and whether it says of whom; None: nothing."""
    for key in (squeeze(heading), read_header(heading).key):
        for topic, form in _forms().items():
            found = form.fullmatch(key)
            if found is not None:
                return topic, found["whose"] is not None
    return None


def _tells_genders(choice: ColumnChoice, rows: Sequence[Sequence[str]]) -> bool:
    values = {squeeze(row[choice.index]) for row in rows if choice.index < len(row)} - {""}
    return bool(values) and values <= _GENDERS and not values <= _NUMBERED
