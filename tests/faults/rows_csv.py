"""Rows 44 to 71: what a text file can hold."""

from __future__ import annotations

from collections.abc import Callable

from lab import Case, Elsewhere, Lab

HEAD = "Order ID,Customer ID,Order Date,Product,Quantity,Amount\n"
LINES = [f"A{n},K{n},2025-01-0{n},Tea,{n},{n}.50" for n in range(1, 7)]
PEOPLE = "Customer ID,Customer Name,City\n"
CUSTOMERS = "import customers.csv --as customers"


def text(*lines: str, head: str = HEAD, end: str = "\n") -> str:
    """Return an order book of these lines and six sound ones."""
    return head.replace("\n", end) + "".join(line + end for line in (*lines, *LINES))


def _csv(row: int, name: str, content: str | bytes, **more: object) -> Case:
    return Case(row, name, files={"orders.csv": content}, **more)  # type: ignore[arg-type]


def _people(row: int, name: str, content: str | bytes, **more: object) -> Case:
    return Case(row, name, files={"customers.csv": content}, run=CUSTOMERS, **more)  # type: ignore[arg-type]


def _stored(query: str, *expected: object) -> Callable[[Lab], None]:
    def check(lab: Lab) -> None:
        assert [row[0] if len(row) == 1 else row for row in lab.rows(query)] == list(expected)

    return check


AMOUNTS = "SELECT amount FROM order_line ORDER BY line"
NAMES = "SELECT name FROM record ORDER BY id"
IDS = "SELECT source_key FROM record ORDER BY id"
SOUND = tuple(n * 10_000 + 5_000 for n in range(1, 7))


def _amounts(name: str, row: int, values: dict[str, int | None], **more: object) -> Case:
    """Return a case with these amounts: None must be rejected."""
    lines = [f'B{n},K,2025-02-01,Pen,1,"{value}"' for n, value in enumerate(values)]
    good = [amount for amount in values.values() if amount is not None]
    bad = len(values) - len(good)
    return _csv(
        row, name, text(*lines), exit=4 if bad else 0,
        counts={"created": len(good) + 6, "rejected": bad},
        check=_stored(AMOUNTS, *good, *SOUND), **more,
    )  # fmt: skip


def _both_zones(lab: Lab) -> None:
    """The figures are the same wherever the machine stands."""
    lab.write({"orders.csv": text("Z1,K1,2025-03-30T02:30:00+01:00,Tea,1,1.00",
                                  "Z2,K2,2025-03-30T23:30:00-05:00,Tea,1,1.00")})  # fmt: skip
    found = []
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        lab.monkeypatch.setenv("TZ", zone)
        import time

        time.tzset()
        name = zone.replace("/", "-")
        for line in (f"init --db {name}.db --currency EUR --zone UTC",
                     f"import orders.csv --as orders --db {name}.db"):  # fmt: skip
            answer = lab.run(line)
            assert answer.code == 0, answer.said
        found.append(lab.run(f"rfm run --as-of 2025-04-30 --format csv --db {name}.db").out)
        days = lab.run(f"sql \"select date from sales_order order by order_key\" --db {name}.db"
                       " --format csv")  # fmt: skip
        assert "2025-03-30" in days.out
        assert "2025-03-31" in days.out  # half past eleven in New York is the next day in UTC
    lab.monkeypatch.undo()
    assert found[0] == found[1] == found[2]


def _two_currencies(lab: Lab) -> None:
    answer = lab.run("import orders.csv --as orders")
    assert answer.code in (0, 2), answer.said
    if answer.code == 0:
        assert lab.rows("SELECT count(DISTINCT currency) FROM sales_order")[0][0] == 2
    else:
        assert lab.journal() == []


def _nothing_ahead(lab: Lab) -> None:
    answer = lab.run("import orders.csv --as orders --today 2025-01-06 --dry-run")
    assert "future" not in answer.said
    answer = lab.run("import orders.csv --as orders --today 2025-01-05 --dry-run")
    assert "future" in answer.said


def _no_customer_in_rfm(lab: Lab) -> None:
    report = lab.run("rfm run --as-of 2025-12-31")
    assert report.code == 0
    assert "without a customer" in report.said or "no customer" in report.said, report.said
    months = lab.run("procat report --as-of 2025-01-31 --format csv")
    assert "28.00" in months.out or "28" in months.out, months.out


def _returns(lab: Lab) -> None:
    out = lab.run("rfm run --as-of 2025-12-31 --format csv").out
    assert "R1" not in out
    assert lab.rows("SELECT sum(amount) FROM revenue_line") == [(sum(SOUND) - 20_000,)]


GB = PEOPLE + "K1,镕基商贸,北京\nK2,张伟有限公司,上海\nK3,李娜贸易公司,广州\nK4,王芳科技,深圳\n"
SJIS = PEOPLE + "K1,東京商事,東京\nK2,大阪貿易,大阪\nK3,カナダ産業,横浜\n"
SINGLE = "Email\nann@example.test\nbill@example.test\nlola@example.test\n"
DAYS = "Day\n2025-01-02\n2025-01-03\n2025-01-04\n"

CASES: list[Case | Elsewhere] = [
    _csv(44, "delimiter at the end of all rows",
         "".join(f"{line},\n" for line in text().splitlines()), counts={"created": 6},
         check=_stored(AMOUNTS, *SOUND)),
    _csv(44, "delimiter at the end of one row", text("B1,K1,2025-02-01,Pen,1,1.00,"),
         check=_stored(AMOUNTS, 10_000, *SOUND), counts={"created": 7}),
    _csv(45, "too long and too short", text("B1,K1,2025-02-01,Pen,1,1.00,x,y", "B2,K2,2025-02-01"),
         exit=4, counts={"created": 6, "rejected": 2}, rejects=("6", "8")),
    _csv(46, "quote closed three rows later",
         text('B1,K1,2025-02-01,"Pen,1,1.00', "B2,K2,2025-02-01,Ink,1,2.00",
              "B3,K3,2025-02-01,Ink,1,3.00", 'B4,K4,2025-02-01,"Pen",1,4.00'),
         exit=4, counts={"created": 9, "rejected": 1},
         check=_stored(AMOUNTS, 20_000, 30_000, 40_000, *SOUND)),
    _people(47, "quote never closed", PEOPLE + 'A1,Acme,x\nA2,"Berg,y\nA3,C,z\n', exit=4,
            says=("line 3",), counts={"created": 2, "rejected": 1}),
    _people(47, "quote never closed and nothing sure", 'Customer ID,Name\nA1,Acme\nA2,"Berg\nChai\n',
            exit=1, code="quote-unclosed", says=("line 3",)),
    _csv(47, "endless line", HEAD + "x" * (17 * 2**20), exit=1),
    _people(48, "newlines and quotes inside",
            PEOPLE + 'K1,"Acme\nand ""Sons"", Ltd",Hull\nK2,Berg,Ulm\n', counts={"created": 2},
            check=_stored("SELECT name, line FROM record ORDER BY id",
                          ('Acme\nand "Sons", Ltd', 2), ("Berg", 4))),
    *[
        _csv(49, name, text().replace(",", mark).replace(".50", dot + "50"), says=(says,),
             counts={"created": 6}, check=_stored(AMOUNTS, *SOUND))
        for name, mark, dot, says in (
            ("semicolon and decimal comma", ";", ",", "orders"), ("tab", "\t", ".", "orders"),
            ("pipe", "|", ".", "orders"),
        )
    ],
    Case(50, "one column of addresses", files={"list.csv": SINGLE}, run="import list.csv --as contacts",
         exit=4, says=("one column",), counts={"read": 3, "rejected": 3}, rejects=("ann@example",)),
    Case(50, "one column of days", files={"list.csv": DAYS}, run="import list.csv --as orders",
         says=("one column",), counts={"created": 3},
         check=_stored("SELECT date FROM sales_order ORDER BY id", "2025-01-02", "2025-01-03",
                       "2025-01-04")),
    _people(51, "apostrophes", PEOPLE + "K1,O'Brien,Cork\nK2,'t Hooft,Delft\n",
            counts={"created": 2}, check=_stored(NAMES, "O'Brien", "'t Hooft")),
    _csv(52, "mark", b"\xef\xbb\xbf" + text().encode(), counts={"created": 6}),
    _csv(52, "mark and quoted header", b"\xef\xbb\xbf" + text().replace(
         "Order ID", '"Order ID"').encode(), counts={"created": 6}),
    *[
        _people(53, name, (PEOPLE + "K1,张伟,北京\nK2,Müller,Köln\n").encode(name),
                counts={"created": 2}, check=_stored(NAMES, "张伟", "Müller"))
        for name in ("utf-16",)
    ],
    _people(53, "utf-16-be with mark", b"\xfe\xff" + (PEOPLE + "K1,张伟,北京\n").encode("utf-16-be"),
            counts={"created": 1}, check=_stored(NAMES, "张伟")),
    *[
        _people(54, f"{name} without mark", (PEOPLE + "K1,Acme,Hull\nK2,Berg,Ulm\n").encode(name),
                counts={"created": 2}, says=(name,), check=_stored(NAMES, "Acme", "Berg"))
        for name in ("utf-16-le", "utf-16-be")
    ],
    _people(54, "nul bytes", PEOPLE + "K1,Ac\0me,Hull\n", exit=1, code="nul-bytes"),
    _people(55, "gb18030 told", GB.encode("gb18030"), counts={"created": 4},
            check=_stored(NAMES, "镕基商贸", "张伟有限公司", "李娜贸易公司", "王芳科技")),
    Case(55, "shift-jis with the option", files={"customers.csv": SJIS.encode("shift_jis")},
         run=f"{CUSTOMERS} --encoding shift_jis", counts={"created": 3},
         check=_stored(NAMES, "東京商事", "大阪貿易", "カナダ産業")),
    _people(55, "cp1252 is asked for", PEOPLE.encode() + b"K1,M\xfcller,K\xf6ln\n", exit=2,
            code="encoding-unknown", says=("--encoding",)),
    _people(56, "one row of cp1252", (PEOPLE + "K1,张伟,北京\n").encode() + b"K2,M\xfcller,x\n",
            exit=1, code="encoding-broken", says=("byte 52", "line 3")),
    *[
        _csv(57, name, text(end=end) if end else text().replace("\nA2", "\r\nA2"),
             counts={"created": 6})
        for name, end in (("carriage returns only", "\r"), ("both kinds of line end", ""))
    ],
    _csv(57, "no end and control z", text()[:-1] + "\x1a", counts={"created": 6},
         check=_stored(AMOUNTS, *SOUND)),
    _csv(58, "sep line", "sep=;\n" + text().replace(",", ";"), counts={"created": 6}),
    _csv(59, "header again", text(HEAD.strip()), exit=4, counts={"created": 6, "rejected": 1},
         rejects=("header",)),
    _people(60, "names that look like nothing",
            PEOPLE + "K1,NA,x\nK2,None,x\nK3,nan,x\nK4,True,x\nK5,Acme,x\n", counts={"created": 5},
            check=_stored(NAMES, "NA", "None", "nan", "True", "Acme")),
    _people(61, "ids stay as they are",
            PEOPLE + "1E5,a,x\n00123,b,x\n+4412345,c,x\n1_000,d,x\nAb,e,x\naB,f,x\n",
            counts={"created": 6},
            check=_stored(IDS, "1E5", "00123", "+4412345", "1_000", "Ab", "aB")),
    _amounts("widths and digits", 61, {"１２３": 1_230_000, "1E2": 1_000_000, "١٢٣": 1_230_000}),
    _amounts("marks and signs", 62, {"1,234.56": 12_345_600, "(12.50)": -125_000, "12-": -120_000,
             "€5": 50_000, "5 €": 50_000}),
    _csv(62, "decimal comma by option", text().replace(".50", ",50").replace(",", ";")
         .replace(";50", ",50"), run="import orders.csv --as orders --decimal comma",
         counts={"created": 6}, check=_stored(AMOUNTS, *SOUND)),
    _csv(62, "thousands or decimals", "Order ID;Customer ID;Order Date;Amount\n"
         "A1;K1;2026-01-02;1.234\nA2;K2;2026-01-03;2.345\n", exit=2, code="number-ambiguous"),
    _amounts("no numbers", 63, {"inf": None, "nan": None, "1e400": None, "-0": 0, "1e-20": 0,
             "0.00005": 1}),
    _csv(64, "day or month", "Order ID,Customer ID,Order Date,Amount\nA1,K,03/04/2026,1.50\n"
         "A2,K,05/06/2026,2.50\n", exit=2, code="date-ambiguous", says=("--dates",)),
    _csv(64, "one row decides for all", "Order ID,Customer ID,Order Date,Amount\n"
         "A1,K,03/04/2026,1.50\nA2,K,25/06/2026,2.50\n", counts={"created": 2},
         check=_stored("SELECT date FROM sales_order ORDER BY id", "2026-04-03", "2026-06-25")),
    _csv(65, "days that are none", text("B1,K,2025-02-30,Pen,1,1.00", "B2,K,2023-02-29,Pen,1,1.00",
         "B3,K,0024-01-01,Pen,1,1.00", "B4,K,9999-12-31,Pen,1,1.00"), exit=4,
         counts={"created": 6, "rejected": 4}),
    _csv(65, "tomorrow", text("B1,K,2098-01-01,Pen,1,1.00", "B2,K,2099-01-01,Pen,1,1.00"),
         counts={"created": 8}, says=("future", ": 2 (", "2098-01-01", "line 2")),
    _csv(65, "today and not yet tomorrow", text("B1,K,2025-01-06,Pen,1,1.00"),
         run="import orders.csv --as orders --today 2025-01-06", counts={"created": 7},
         check=_nothing_ahead),
    Case(66, "moments with zones", act=_both_zones, posix=True),
    _people(67, "two ways to write one letter",
            PEOPLE.replace("Customer ID,", "") + "Café\u0301,x\nCaf\u00e9\u0301,x\n",
            counts={"created": 1}),
    _people(67, "case in ids is kept", PEOPLE + "ab,a,x\nAB,b,x\n", counts={"created": 2}),
    _people(68, "too much and too large", PEOPLE + f"K1,{'x' * 2_000_000},x\nK2,ok,x\nK3,fine,x\n",
            exit=4, counts={"created": 2, "rejected": 1}),
    _people(68, "half a character", PEOPLE.encode() + b"K1,\xed\xa0\x80,x\nK2,Acme,x\n", exit=2),
    _amounts("beyond any number", 68, {"9223372036854775808": None, "99999999999999999999": None}),
    Case(69, "two currencies in one column", files={"orders.csv":
         "Order ID,Customer ID,Order Date,Amount\nA1,K1,2026-01-02,€10.00\nA2,K2,2026-01-03,$20.00\n"},
         act=_two_currencies),
    _csv(70, "returns", text("R1,K9,2025-02-01,Tea,-1,-2.00"), counts={"created": 7},
         check=_returns),
    _csv(70, "no price", text("F1,K9,2025-02-01,Tea,1,0.00"), counts={"created": 7}),
    _csv(70, "cancelled", text("C1,K9,2025-02-01,Tea,1,9.00,cancelled",
         head=HEAD.replace("\n", ",Status\n")).replace(".50\n", ".50,done\n"), counts={"created": 7},
         check=_stored("SELECT sum(amount) FROM revenue_line", sum(SOUND))),
    _csv(71, "no customer", text("N1,,2025-01-15,Tea,1,4.00"), counts={"created": 7},
         check=_no_customer_in_rfm),
]  # fmt: skip
