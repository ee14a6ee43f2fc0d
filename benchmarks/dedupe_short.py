"""Short lists of people in which names repeat: true duplicates beside true namesakes.

A list of thirty or three hundred is where a person looks at every answer. Its names stand there twice
or three times because the list holds duplicates, not because they are common; some stand there
twice because two people share them. Names are drawn as people bear them: a few surnames cover half
of China, English ones have a long tail.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from dedupe_lists import DOMAINS, GIVEN, NICK, STREETS, TOWNS, Listing, typo

ZH_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万"
)
ZH_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉玉建国红志海燕晓春梅兰云鹏飞宇浩波宁欣"
    "怡佳俊凯子轩雨涵思远博诗梓雅婷雪琳琪天一嘉慧颖莉萍宏斌永新立东成林峰荣庆龙德义仁智信忠良"
)
OLD_FORMS = str.maketrans(
    "张刘陈杨黄赵吴孙马郑谢冯邓肖卢钟谭陆贾韦邹闫龙贺顾龚万丽强军杰娟涛华辉国红兰云鹏飞宁俊轩远"
    "诗婷庆东荣义伟静艳",
    "張劉陳楊黃趙吳孫馬鄭謝馮鄧肖盧鐘譚陸賈韋鄒閆龍賀顧龔萬麗強軍傑娟濤華輝國紅蘭雲鵬飛寧俊軒遠"
    "詩婷慶東榮義偉靜艷",
)
ZH_TITLES = ("先生", "女士", "经理", "老师", "（已离职）")
ZH_CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京", "苏州", "西安")
EN_SURNAMES = (
    "Smith Jones Williams Brown Taylor Davies Wilson Evans Thomas Johnson Roberts Walker Wright "
    "Robinson Thompson White Hughes Edwards Green Hall Wood Harris Lewis Martin Jackson Clarke Clark "
    "Turner Hill Scott Cooper Morris Ward Moore King Watson Baker Harrison Morgan Patel Young Allen "
    "Mitchell James Anderson Phillips Lee Bell Parker Davis Bennett Miller Cook Shaw Cox Richardson "
    "Marshall Collins Carter Gray Murphy Hunt Palmer Holmes Mills Grant Fisher Barker Ellis Knight"
).split()
ENDS = (
    "ton",
    "ley",
    "ford",
    "by",
    "worth",
    "wick",
    "ham",
    "stead",
    "well",
    "field",
    "more",
    "shaw",
)
STARTS = (
    "Ash Bar Black Brad Brom Carl Chat Crow Dal Den Ever Fair Gar Glen Had Hart Hol Ing Kel King Lang "
    "Lin Mal Mar Mid New Nor Oak Old Pem Pres Rad Red Rush Sel Shir Stan Stock Thorn Tod Up Wal West "
    "Whit Win Wood Wy York"
).split()


def _ranked(draw: random.Random, pool: Sequence[str], steep: float) -> str:
    return pool[int(len(pool) * draw.random() ** steep)]


def _zh_name(draw: random.Random) -> tuple[str, str]:
    surname = _ranked(draw, ZH_SURNAMES, 2.4)
    count = 1 if draw.random() < 0.18 else 2
    return "".join(_ranked(draw, ZH_GIVEN, 1.3) for _ in range(count)), surname


def _en_name(draw: random.Random) -> tuple[str, str]:
    given = _ranked(draw, GIVEN, 1.5)
    if draw.random() < 0.3:
        return given, _ranked(draw, EN_SURNAMES, 1.6)
    return given, draw.choice(STARTS) + draw.choice(ENDS)


def _zh_written(draw: random.Random, given: str, surname: str) -> str:
    name = surname + given
    kind = draw.random()
    if kind < 0.12:
        return name.translate(OLD_FORMS)
    if kind < 0.22:
        return name + draw.choice(ZH_TITLES)
    if kind < 0.28:
        return f"{surname} {given}"
    return name


def _en_written(draw: random.Random, given: str, surname: str) -> str:
    kind = draw.random()
    if kind < 0.08:
        given = NICK.get(given, given[0] + ".")
    elif kind < 0.16:
        given = typo(draw, given)
    elif kind < 0.26:
        surname = typo(draw, surname)
    elif kind < 0.32:
        return f"{surname}, {given}"
    elif kind < 0.36:
        return f"{given} {surname}".upper()
    return f"{given} {surname}"


def short_people(
    size: int,
    seed: int,
    heads: str,
    *,
    chinese: bool,
    duplicates: float = 0.4,
    namesakes: float = 0.12,
) -> Listing:
    """Return a short list of people.

    Args:
        size: number of records.
        seed: another seed, another list.
        heads: which columns, by first letters: Name, Phone, Email, City, Address, Birth date.
        chinese: names, phones and towns of China, else of Britain.
        duplicates: share of people with a second record or more.
        namesakes: share of people with a name that another one has.
    """
    draw = random.Random(f"{seed} {size} {heads} {chinese}")
    rows: list[list[str | None]] = []
    truth: list[int] = []
    people: list[tuple[str, str]] = []
    while len(rows) < size:
        name = _zh_name(draw) if chinese else _en_name(draw)
        if people and draw.random() < namesakes and heads != "N":
            name = draw.choice(people)
        elif name in people and heads == "N":  # no truth could tell these apart
            continue
        people.append(name)
        base = _person(draw, name, chinese=chinese, number=len(people))
        copies = 1
        if draw.random() < duplicates:
            copies += draw.choices((1, 2, 3), (75, 20, 5))[0]
        for copy in range(copies):
            rows.append(_worn(draw, base, name, chinese=chinese, first=copy == 0))
            truth.append(len(people))
    order = list(range(len(rows)))
    draw.shuffle(order)
    order = order[:size]
    titles = (
        ("姓名", "手机", "邮箱", "城市", "地址", "出生日期")
        if chinese
        else ("name", "phone", "email", "city", "address", "birth date")
    )
    chosen = ["NPECAB".index(letter) for letter in heads]
    return {titles[k]: [rows[i][k] for i in order] for k in chosen}, [truth[i] for i in order]


def _phone(draw: random.Random, *, chinese: bool) -> str:
    if chinese:
        return f"1{draw.choice('3578')}{draw.randint(0, 999999999):09}"
    return f"07{draw.randint(100000000, 999999999)}"


def _person(
    draw: random.Random, name: tuple[str, str], *, chinese: bool, number: int
) -> list[str | None]:
    born = f"{draw.randint(1950, 2002)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    if chinese:
        town = _ranked(draw, ZH_CITIES, 1.7)
        street = f"{town}市{draw.choice(ZH_GIVEN)}{draw.choice(ZH_GIVEN)}路{draw.randint(1, 500)}号"
        box = f"{draw.randint(10**7, 10**9)}@qq.com" if draw.random() < 0.6 else (
            f"u{number}{draw.randint(10, 99)}@163.com")  # fmt: skip
    else:
        town = _ranked(draw, TOWNS, 1.7)
        street = f"{draw.randint(1, 200)} {draw.choice(STREETS)} Road"
        box = f"{name[0]}.{name[1]}{draw.randint(1, 99)}@{draw.choice(DOMAINS)}".lower()
    return [None, _phone(draw, chinese=chinese), box, town, street, born]


def _worn(
    draw: random.Random,
    base: list[str | None],
    name: tuple[str, str],
    *,
    chinese: bool,
    first: bool,
) -> list[str | None]:
    row = list(base)
    row[0] = (_zh_written if chinese else _en_written)(draw, *name)
    if first and draw.random() < 0.7:
        row[0] = name[1] + name[0] if chinese else f"{name[0]} {name[1]}"
    if not first:
        if draw.random() < 0.2:
            row[1] = _phone(draw, chinese=chinese)
        if draw.random() < 0.2:
            row[2] = f"new{draw.randint(100, 9999)}@{draw.choice(DOMAINS)}"
        if draw.random() < 0.12:
            row[3] = draw.choice(ZH_CITIES if chinese else TOWNS)
            row[4] = None
        if draw.random() < 0.06:
            row[5] = str(row[5])[:8] + f"{draw.randint(1, 28):02}"
    for place, share in enumerate((0.0, 0.2, 0.3, 0.15, 0.4, 0.4)):
        if draw.random() < share:
            row[place] = None
    return row


SHORT: dict[str, Callable[[int], Listing]] = {
    f"{'zh' if chinese else 'en'} {heads} {size}{note}": (
        lambda seed, size=size, heads=heads, chinese=chinese, d=d, n=n: short_people(  # type: ignore[misc]
            size, seed, heads, chinese=chinese, duplicates=d, namesakes=n
        )
    )
    for chinese in (True, False)
    for heads in ("N", "NP", "NC", "NPC", "NPE", "NPECAB")
    for size in (20, 60, 300)
    for d, n, note in ((0.4, 0.12, " +n"), (0.3, 0.02, ""), (0.04, 0.04, " -d"))
}
