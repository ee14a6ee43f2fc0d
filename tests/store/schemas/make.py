"""Write ``schema-N.sql``: a small store of the schema that the program has now, as text.

Run it once, right before the schema gets another version::

    python tests/store/schemas/make.py

The stores hold what a real one holds: several sources, corrections, an undone import, a name that
was linked, one typed in, a saved run, a saved map, a rule. ``test_upgrade.py`` brings each of them
up to date.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent

HEADER = (
    "Order ID,Line Number,Customer ID,Customer Name,Order Date,Product,Category,Quantity,Amount"
)
LINES = """
A1,1,K1,Acme Ltd,2025-01-05,Tea,Drinks,2,20.00
A1,2,K1,Acme Ltd,2025-01-05,Pen,Office,1,1.50
A2,1,K2,张伟商贸,2025-02-06,Tea,Drinks,5,50.00
A3,1,K1,Acme Ltd,2025-03-07,Ink,Office,1,9.99
A4,1,K3,Blue Yonder,2025-04-08,Tea,Drinks,-1,-10.00
"""
FILES = {
    "orders.csv": HEADER + LINES,
    "corrected.csv": HEADER + LINES.replace("9.99", "19.99"),
    "customers.csv": "Customer ID,Customer Name,Industry,Phone\n"
    "K1,Acme Ltd,Retail,+44 20 7946 0000\nK2,张伟商贸,批发,\n",
    "calls.csv": "Order ID,Order Date,Customer Name,Amount\nX1,2025-05-01,Acme Ltd,5.00\n"
    "X2,2025-05-02,Nobody Known,6.00\n",
    "mistake.csv": HEADER + LINES.replace("\nA", "\nM"),
}
COMMANDS = (
    "init --currency EUR --zone UTC",
    "import orders.csv --source shop",
    "import corrected.csv --source shop",
    "import customers.csv --source shop --as customers",
    "import calls.csv --source phone",
    "import mistake.csv --source other",
    "import undo 5 --yes",
    "customer add Typed industry=Services",
    "customer set K1 tier=A fit.modules=returns",
    "rfm run --save may",
    "import map save shop --from orders.csv --source shop",
    "procat categories --rename Office=Stationery",
)


def main() -> None:
    from ci_cli.cli.app import run

    os.environ |= {"CI_LANG": "en", "USER": "tester", "LOGNAME": "tester"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in FILES.items():
            Path(name).write_text(text, "utf-8")
        for line in COMMANDS:
            code = run([*line.split(), "--quiet"])
            if code:
                raise SystemExit(f"{line}: {code}")
        with closing(sqlite3.connect("ci.db")) as conn:
            version = conn.execute("PRAGMA user_version").fetchone()[0]
            application = conn.execute("PRAGMA application_id").fetchone()[0]
            dump = [line for line in conn.iterdump() if "sqlite_sequence" not in line]
            dump += [
                f"DELETE FROM sqlite_sequence WHERE name = '{name}';\n"
                f"INSERT INTO sqlite_sequence VALUES ('{name}', {last});"
                for name, last in conn.execute("SELECT name, seq FROM sqlite_sequence")
            ]
        text = "\n".join(
            (f"PRAGMA application_id = {application};", f"PRAGMA user_version = {version};", *dump)
        )
        (HERE / f"schema-{version}.sql").write_text(text + "\n", "utf-8")
        print(f"schema-{version}.sql")


if __name__ == "__main__":
    main()
