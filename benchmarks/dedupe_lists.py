"""Lists with known duplicates, made by rule: people, companies, Chinese companies.

Each list is (columns, truth): header -> values, and a number per record that records of one
customer share. Names are drawn from long-tailed pools, so that some are common and most are rare,
as in life. The lists hold what misleads: households, twins, fathers and sons, colleagues, branches,
brands in two cities, switchboards, placeholder addresses.
"""

from __future__ import annotations

import random
from collections.abc import Callable

Columns = dict[str, list[str | None]]
Listing = tuple[Columns, list[int]]

GIVEN = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "William",
    "Barbara",
    "Richard",
    "Susan",
    "Joseph",
    "Jessica",
    "Thomas",
    "Sarah",
    "Christopher",
    "Karen",
    "Charles",
    "Lisa",
    "Daniel",
    "Nancy",
    "Matthew",
    "Betty",
    "Anthony",
    "Sandra",
    "Mark",
    "Margaret",
    "Donald",
    "Ashley",
    "Steven",
    "Kimberly",
    "Andrew",
    "Emily",
    "Paul",
    "Donna",
    "Joshua",
    "Michelle",
    "Kenneth",
    "Carol",
    "Kevin",
    "Amanda",
    "Brian",
    "Melissa",
    "Timothy",
    "Deborah",
    "Ronald",
    "Stephanie",
    "Jason",
    "Rebecca",
    "Edward",
    "Laura",
    "Jeffrey",
    "Helen",
    "Ryan",
    "Sharon",
    "Jacob",
    "Cynthia",
    "Gary",
    "Kathleen",
    "Nicholas",
    "Amy",
    "Eric",
    "Angela",
    "Jonathan",
    "Shirley",
    "Stephen",
    "Anna",
    "Larry",
    "Brenda",
    "Justin",
    "Pamela",
    "Scott",
    "Emma",
    "Brandon",
    "Nicole",
    "Benjamin",
    "Ruth",
    "Samuel",
    "Katherine",
    "Gregory",
    "Samantha",
    "Alexander",
    "Christine",
    "Patrick",
    "Virginia",
    "Frank",
    "Debra",
    "Raymond",
    "Rachel",
    "Jack",
    "Janet",
    "Dennis",
    "Maria",
    "Jerry",
    "Olivia",
    "Tyler",
    "Heather",
    "Aaron",
    "Diane",
    "Jose",
    "Julie",
    "Adam",
    "Joyce",
    "Nathan",
    "Victoria",
    "Henry",
    "Kelly",
    "Zachary",
    "Christina",
    "Douglas",
    "Joan",
    "Peter",
    "Evelyn",
    "Kyle",
    "Lauren",
    "Noah",
    "Judith",
    "Ethan",
    "Andrea",
    "Jeremy",
    "Frances",
    "Walter",
    "Megan",
    "Christian",
    "Cheryl",
    "Keith",
    "Jacqueline",
    "Roger",
    "Martha",
    "Terry",
    "Madison",
    "Austin",
    "Teresa",
    "Sean",
    "Gloria",
    "Gerald",
    "Sara",
    "Carl",
    "Janice",
    "Dylan",
    "Ann",
    "Harold",
    "Kathryn",
    "Jordan",
    "Abigail",
    "Jesse",
    "Sophia",
    "Bryan",
    "Doris",
    "Lawrence",
    "Isabella",
    "Arthur",
    "Julia",
    "Gabriel",
    "Beatrice",
    "Ingrid",
    "Yusuf",
    "Fatima",
    "Omar",
    "Aisha",
    "Wei",
    "Mei",
    "Hiroshi",
    "Yuki",
    "Raj",
    "Priya",
    "Anil",
    "Sunita",
    "Lars",
    "Astrid",
]
NICK = {
    "Robert": "Bob", "William": "Bill", "Richard": "Dick", "James": "Jim", "Michael": "Mike",
    "Elizabeth": "Liz", "Katherine": "Kate", "Thomas": "Tom", "Margaret": "Peggy", "Joseph": "Joe",
    "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Andrew": "Andy", "Samuel": "Sam",
    "Patricia": "Pat", "Jennifer": "Jen", "Christopher": "Chris", "Benjamin": "Ben",
}  # fmt: skip
SYLLABLES = [
    "ber",
    "ton",
    "wood",
    "ley",
    "field",
    "man",
    "son",
    "ford",
    "ham",
    "well",
    "worth",
    "stein",
    "berg",
    "mann",
    "schmidt",
    "ro",
    "sen",
    "kov",
    "ski",
    "va",
    "ne",
    "ra",
    "mi",
    "lo",
    "ka",
    "do",
    "tan",
    "gar",
    "mar",
    "del",
    "cas",
    "mor",
    "hol",
    "bran",
    "win",
    "har",
    "cal",
    "dun",
    "ash",
    "bel",
    "cor",
    "fen",
    "gil",
    "hul",
    "jar",
    "kel",
    "lan",
    "mer",
    "nor",
    "os",
    "pel",
    "quin",
    "rad",
    "sal",
    "tor",
    "ul",
    "ven",
    "wal",
    "yar",
    "zel",
]
STREETS = [
    "High",
    "Station",
    "Church",
    "Park",
    "Mill",
    "Victoria",
    "Green",
    "King",
    "Queen",
    "New",
    "Oak",
    "Elm",
    "Maple",
    "Hill",
    "Lake",
    "River",
]
KINDS = ["Street", "Road", "Avenue", "Lane", "Close", "Drive", "Way", "Place"]
TOWNS = [
    "London",
    "Leeds",
    "Bristol",
    "Hull",
    "York",
    "Derby",
    "Bath",
    "Oxford",
    "Exeter",
    "Lincoln",
    "Norwich",
    "Ipswich",
    "Luton",
    "Poole",
    "Bolton",
    "Dover",
    "Harlow",
    "Kendal",
    "Ludlow",
    "Marlow",
    "Newark",
    "Oakham",
    "Penrith",
    "Redcar",
    "Selby",
    "Thirsk",
    "Ulverston",
    "Whitby",
]
DOMAINS = [
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "hotmail.com",
    "mail.com",
    "proton.me",
    "icloud.com",
]


def _pool(draw: random.Random, size: int) -> list[str]:
    """Return made-up surnames, all different (there are some 100,000)."""
    size = min(size, 60_000)
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(draw.choice(SYLLABLES) for _ in range(draw.choice((2, 2, 3)))).title()] = None
    return list(found)


def _tail(draw: random.Random, pool: list[str]) -> str:
    """Draw with a long tail: the first names of the pool are common, the last ones rare."""
    return pool[int(len(pool) * draw.random() ** 2.2)]


def typo(draw: random.Random, text: str) -> str:
    """Return text with one slip of the keyboard."""
    if len(text) < 3:
        return text
    at = draw.randrange(1, len(text))
    letter = draw.choice("abcdefghijklmnopqrstuvwxyz" if not text.isdigit() else "0123456789")
    kind = draw.randrange(4)
    if kind == 0:
        return text[:at] + letter + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + letter + text[at + 1 :]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def _birth(draw: random.Random, low: int = 1935, high: int = 2004) -> str:
    return f"{draw.randint(low, high)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"


def people(size: int, seed: int, *, duplicates: float = 0.25, noise: float = 1.0) -> Listing:
    """Return about ``size`` records of people, with households, twins, fathers and sons.

    Args:
        size: number of records.
        seed: another seed, another list.
        duplicates: share of people with a second record or more.
        noise: 1 is a usual list; 2 has twice as many slips and gaps.
    """
    draw = random.Random(seed)
    names = _pool(draw, max(50, size // 4))
    heads = ["first_name", "last_name", "date_of_birth", "street", "city", "zip", "phone", "email"]
    rows: list[list[str | None]] = []
    truth: list[int] = []
    boxes: set[str] = set()
    person = 0
    while len(rows) < size:
        surname, town = _tail(draw, names), _tail(draw, TOWNS)
        home = (f"{draw.randint(1, 250)} {draw.choice(STREETS)} {draw.choice(KINDS)}", town,
                f"{TOWNS.index(town) + 10}{draw.randint(100, 999)}")  # fmt: skip
        landline = f"0{draw.randint(1000000000, 1999999999)}"
        members = draw.choices((1, 2, 3, 4), (60, 20, 12, 8))[0]
        births = [_birth(draw) for _ in range(members)]
        if members >= 3 and draw.random() < 0.08:
            births[2] = births[1]  # twins
        taken: list[str] = []
        for member in range(members):
            given = _tail(draw, GIVEN)
            if member == 1 and draw.random() < 0.05:
                given = taken[0]  # named after the father
            elif given in taken:
                continue
            taken.append(given)
            phone = landline if draw.random() < 0.3 else f"07{draw.randint(100000000, 999999999)}"
            local = draw.choice(
                (f"{given}.{surname}", f"{given[0]}{surname}", f"{given}{draw.randint(1, 99)}")
            )
            box = f"{local.lower()}@{draw.choice(DOMAINS)}"
            if box in boxes:  # a provider gives an address to one person only
                box = f"{local.lower()}{len(boxes)}@{box.partition('@')[2]}"
            boxes.add(box)
            base = [given, surname, births[member], *home, phone, box]
            copies = 1
            if draw.random() < duplicates:
                copies += draw.choices((1, 2, 3), (75, 18, 7))[0]
            for copy in range(copies):
                rows.append(_worn(draw, base, noise * (1.0 if copy else 0.35), names))
                truth.append(person)
            person += 1
    order = list(range(len(rows)))
    draw.shuffle(order)
    order = order[:size]
    return (
        {head: [rows[i][k] for i in order] for k, head in enumerate(heads)},
        [truth[i] for i in order],
    )


def _worn(
    draw: random.Random, base: list[str | None], noise: float, names: list[str]
) -> list[str | None]:
    """Return a person's record as another clerk, years later, would write it."""
    row = list(base)

    def happens(share: float) -> bool:
        return draw.random() < share * noise

    if happens(0.10):
        row[0] = NICK.get(str(row[0]), str(row[0])[0])
    elif happens(0.12):
        row[0] = typo(draw, str(row[0]))
    if happens(0.04):
        row[1] = _tail(draw, names)  # married
    elif happens(0.12):
        row[1] = typo(draw, str(row[1]))
    if happens(0.03):
        row[0], row[1] = row[1], row[0]
    if happens(0.10):
        row[2] = typo(draw, str(row[2])[:4]).ljust(4, "0")[:4] + str(row[2])[4:] if draw.random() < 0.3 \
            else f"{str(row[2])[:8]}{draw.randint(1, 28):02}"  # fmt: skip
    if happens(0.12):  # moved
        town = _tail(draw, TOWNS)
        row[3:6] = [f"{draw.randint(1, 250)} {draw.choice(STREETS)} {draw.choice(KINDS)}", town,
                    f"{TOWNS.index(town) + 10}{draw.randint(100, 999)}"]  # fmt: skip
    elif happens(0.15):
        row[3] = typo(draw, str(row[3]))
    if happens(0.15):
        row[6] = f"07{draw.randint(100000000, 999999999)}"
    elif happens(0.2):
        row[6] = f"+44 {str(row[6])[1:5]} {str(row[6])[5:]}"
    if happens(0.2):
        row[7] = f"{str(row[0]).lower()}{draw.randint(1, 999)}@{draw.choice(DOMAINS)}"
    for place, share in enumerate((0.02, 0.02, 0.2, 0.12, 0.08, 0.12, 0.25, 0.3)):
        if draw.random() < share * noise:
            row[place] = None
    if draw.random() < 0.01 * noise:
        row[7] = "none@none.com"
    return row


FIRM_WORDS = [
    "Global",
    "Advanced",
    "United",
    "National",
    "Pacific",
    "Northern",
    "Alpha",
    "Delta",
    "Prime",
    "Blue",
    "Green",
    "Silver",
    "Precision",
]
TRADES = [
    "Logistics",
    "Foods",
    "Software",
    "Engineering",
    "Chemicals",
    "Textiles",
    "Motors",
    "Plastics",
    "Pharma",
    "Energy",
    "Media",
    "Optics",
    "Tools",
    "Packaging",
    "Steel",
    "Glass",
    "Paper",
    "Furniture",
    "Electronics",
    "Consulting",
]
FORMS = {
    "GB": ("Ltd", "Limited", "LTD.", "plc"), "DE": ("GmbH", "G.m.b.H.", "AG", "GmbH & Co. KG"),
    "FR": ("SA", "S.A.", "SARL", "SAS"), "US": ("Inc", "Inc.", "Corp.", "LLC", "Corporation"),
    "NL": ("B.V.", "BV", "N.V.", "NV"), "IT": ("S.p.A.", "SpA", "S.r.l.", "SRL"),
}  # fmt: skip


def firms(size: int, seed: int, *, duplicates: float = 0.3, fields: int = 7) -> Listing:
    """Return records of companies from three systems; groups have several companies of one brand."""
    draw = random.Random(seed)
    brands = _pool(draw, max(30, size // 2))
    heads = ["company", "country", "city", "address", "phone", "email", "vat_id"][:fields]
    rows: list[list[str | None]] = []
    truth: list[int] = []
    taken: set[tuple[str, str, str]] = set()
    firm = 0
    while len(rows) < size:
        brand = _tail(draw, brands)
        if draw.random() < 0.3:
            brand = f"{draw.choice(FIRM_WORDS)} {brand}"
        for _ in range(draw.choices((1, 2, 4), (90, 7, 3))[0]):  # companies of one group
            country = draw.choice(sorted(FORMS))
            trade, town = draw.choice(TRADES), _tail(draw, TOWNS)
            if (brand, trade, country) in taken:  # no register takes a name twice
                continue
            taken.add((brand, trade, country))
            street = f"{draw.randint(1, 250)} {draw.choice(STREETS)} {draw.choice(KINDS)}"
            phone = (
                f"+{draw.randint(30, 49)} {draw.randint(100, 999)} {draw.randint(100000, 9999999)}"
            )
            host = f"{brand.split()[-1].lower()}-{trade.lower()}.{country.lower()}"
            vat = f"{country}{draw.randint(10**8, 10**9 - 1)}"
            copies = 1 + (
                draw.choices((1, 2, 4), (60, 30, 10))[0] if draw.random() < duplicates else 0
            )
            for _ in range(copies):
                form = draw.choice(FORMS[country])
                name = f"{brand} {trade} {form}"
                kind = draw.random()
                if kind < 0.12:
                    name = typo(draw, name)
                elif kind < 0.2:
                    name = f"{brand} {form}"
                elif kind < 0.27:
                    name = name.upper()
                elif kind < 0.32:
                    name = f"{brand} {trade}"
                elif kind < 0.35:
                    name = f"{form} {brand} {trade}"
                row: list[str | None] = [
                    name, country, town, street, phone,
                    f"{draw.choice(('info', 'sales', 'office', brand.split()[-1].lower()))}@{host}", vat,
                ]  # fmt: skip
                if draw.random() < 0.15:
                    row[2], row[3] = (
                        _tail(draw, TOWNS),
                        f"{draw.randint(1, 99)} {draw.choice(STREETS)} Street",
                    )
                elif draw.random() < 0.15:
                    row[3] = typo(draw, street)
                if draw.random() < 0.3:
                    row[4] = phone[:-3] + f"{draw.randint(0, 999):03}"
                for place, share in enumerate((0.0, 0.1, 0.15, 0.3, 0.35, 0.4, 0.6)):
                    if draw.random() < share:
                        row[place] = None
                rows.append(row[:fields])
                truth.append(firm)
            firm += 1
    order = list(range(len(rows)))
    draw.shuffle(order)
    order = order[:size]
    return (
        {head: [rows[i][k] for i in order] for k, head in enumerate(heads)},
        [truth[i] for i in order],
    )


CITIES = [
    "北京",
    "上海",
    "深圳",
    "广州",
    "杭州",
    "南京",
    "苏州",
    "武汉",
    "成都",
    "西安",
    "青岛",
    "天津",
]
CHARACTERS = "华信天河中科联创恒瑞宏远金诚盛达博雅安康鼎新同方凯德明星宇通正大东方海润泰和嘉美永兴"
CHINESE_TRADES = [
    "科技",
    "贸易",
    "电子",
    "信息技术",
    "实业",
    "机械设备",
    "医疗器械",
    "食品",
    "物流",
    "建筑工程",
    "文化传媒",
    "网络科技",
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"


def chinese_firms(size: int, seed: int, *, duplicates: float = 0.3) -> Listing:
    """Return Chinese companies with contact and phone; brands recur in other cities and trades."""
    draw = random.Random(seed)
    brands = ["".join(draw.sample(CHARACTERS, 2)) for _ in range(max(20, size // 2))]
    heads = ["客户名称", "联系人", "手机", "地址", "城市"]
    rows: list[list[str | None]] = []
    truth: list[int] = []
    taken: set[tuple[str, str, str]] = set()
    firm = 0
    while len(rows) < size:
        brand = _tail(draw, brands)
        for city in draw.sample(CITIES, draw.choices((1, 2, 3), (85, 10, 5))[0]):
            trade = draw.choice(CHINESE_TRADES)
            if (brand, trade, city) in taken:
                continue
            taken.add((brand, trade, city))
            person = draw.choice(SURNAMES) + "".join(draw.sample(CHARACTERS, draw.choice((1, 2))))
            phone = f"1{draw.randint(3, 9)}{draw.randint(0, 999999999):09}"
            street = f"{city}市{draw.choice(CHARACTERS)}{draw.choice(CHARACTERS)}路{draw.randint(1, 999)}号"
            copies = 1 + (
                draw.choices((1, 2, 3), (65, 25, 10))[0] if draw.random() < duplicates else 0
            )
            for _ in range(copies):
                form = draw.choice(
                    ("有限公司", "有限公司", "有限责任公司", "股份有限公司", "公司", "")
                )
                name = draw.choice((
                    f"{city}{brand}{trade}{form}", f"{city}市{brand}{trade}{form}",
                    f"{brand}{trade}({city}){form}", f"{brand}{trade}（{city}）{form}",
                    f"{city}{brand}{trade}{form}", f"{brand}{trade}{form}",
                ))  # fmt: skip
                row: list[str | None] = [name, person, phone, street, city]
                if draw.random() < 0.25:
                    row[1] = draw.choice(SURNAMES) + draw.choice(("经理", "总", "小姐"))
                if draw.random() < 0.25:
                    row[2] = f"1{draw.randint(3, 9)}{draw.randint(0, 999999999):09}"
                for place, share in enumerate((0.0, 0.2, 0.25, 0.4, 0.2)):
                    if draw.random() < share:
                        row[place] = None
                rows.append(row)
                truth.append(firm)
            firm += 1
    order = list(range(len(rows)))
    draw.shuffle(order)
    order = order[:size]
    return (
        {head: [rows[i][k] for i in order] for k, head in enumerate(heads)},
        [truth[i] for i in order],
    )


def only(listing: Listing, *heads: str) -> Listing:
    """Return the list with some of its columns."""
    columns, truth = listing
    return {head: columns[head] for head in heads}, truth


def mixed(size: int, seed: int) -> Listing:
    """Return people and companies in one list with one column of names, as shops have."""
    one, truth = people(size // 2, seed)
    two, more = firms(size - size // 2, seed + 1)
    names = [
        " ".join(part for part in (a, b) if part) or None
        for a, b in zip(one["first_name"], one["last_name"], strict=True)
    ]
    start = max(truth) + 1
    return (
        {
            "name": [*names, *two["company"]],
            "city": [*one["city"], *two["city"]],
            "phone": [*one["phone"], *two["phone"]],
            "email": [*one["email"], *two["email"]],
        },
        [*truth, *(start + label for label in more)],
    )


LISTS: dict[str, Callable[[int], Listing]] = {
    "people 3,000": lambda seed: people(3000, seed),
    "people 3,000, twice as noisy": lambda seed: people(3000, seed, noise=2.0),
    "people 300": lambda seed: people(300, seed),
    "people 2,000, no duplicates": lambda seed: people(2000, seed, duplicates=0.0),
    "people 100, no duplicates": lambda seed: people(100, seed, duplicates=0.0),
    "people 2,000, name and city": lambda seed: only(
        people(2000, seed), "first_name", "last_name", "city"
    ),
    "companies 3,000": lambda seed: firms(3000, seed),
    "companies 2,000, name and city": lambda seed: firms(2000, seed, fields=3),
    "companies 300": lambda seed: firms(300, seed),
    "companies 1,000, no duplicates": lambda seed: firms(1000, seed, duplicates=0.0),
    "Chinese companies 2,000": lambda seed: chinese_firms(2000, seed),
    "Chinese companies 200": lambda seed: chinese_firms(200, seed),
    "mixed 2,000": lambda seed: mixed(2000, seed),
}
