from __future__ import annotations

import pytest

from ci_cli.dedupe.levels import compare
from ci_cli.dedupe.priors import PRIORS
from ci_cli.dedupe.settings import Settings
from ci_cli.dedupe.table import Records


def level_of(kind: str, one: str | None, other: str | None) -> str:
    records = Records.from_columns(
        {"x": [one, other, *FILL.get(kind, [])]}, settings=Settings(types={"x": kind})
    )
    if not records.fields:
        return "missing"
    import numpy as np

    level = int(compare(records, np.array([0]), np.array([1]))[0][0])
    return PRIORS[kind].levels[level] if level >= 0 else "missing"


# other values of the list, where a level depends on what is rare in it
FILL = {
    "organisation": [f"{a} {b}" for a in ("alpha", "beta", "gamma") for b in ("foods", "steel")],
    "email": [f"info@host{i}.com" for i in range(20)],
}


@pytest.mark.parametrize(
    ("kind", "one", "other", "level"),
    [
        ("given", "Robert", "ROBERT", "exact"),
        ("given", "Robert", None, "missing"),
        ("given", None, None, "missing"),
        ("given", "Robert", "Roberta", "close"),
        ("given", "Robert", "R", "initial"),
        ("given", "Gerald", "Geraint", "similar"),
        ("given", "Robert", "Bob", "close"),
        ("given", "Robert", "Alice", "else"),
        ("given", "张伟", "张伟", "exact"),
        ("given", "晓明", "晓红", "else"),
        ("full_name", "Anna Berg", "Berg, Anna", "exact"),
        ("full_name", "Anna Berg", "Berg Anna", "reordered"),
        ("full_name", "Robert Bergmann", "Bob Bergmann", "close"),
        ("full_name", "王小明", "王晓明", "else"),
        ("full_name", "王小明", "王小明先生", "exact"),
        ("full_name", "王小明", "王总", "faint"),
        ("full_name", "王总", "王总", "faint"),
        ("full_name", "王小明", "Wang Xiaoming", "missing"),
        ("full_name", "Anna Bergmann", "A. Bergmann", "initials"),
        ("full_name", "张伟", "李伟", "else"),
        ("organisation", "Koninklijke Philips", "Philips Koninklijke", "same letters"),
        ("organisation", "Koninklijke Philips N.V.", "KONINKLIJKE PHILIPS BV", "exact"),
        ("organisation", "Kordam Philipsen", "Kordamphilipsen", "same letters"),
        ("organisation", "Kordam Philipsen Tulips", "Philipsen Kordam", "contained"),
        ("organisation", "Tele Leste Celular", "Tele Sudeste Celular", "similar"),
        ("organisation", "天河科技", "天和科技", "else"),
        ("organisation", "北京华信科技有限公司", "华信科技（北京）有限公司", "exact"),
        ("organisation", "华信科技", "华信科技有限公司", "exact"),
        ("organisation", "华信", "华信科技有限公司", "contained"),
        ("organisation", "北京华信科技有限公司", "上海华信科技有限公司", "another"),
        ("organisation", "华信科技有限公司", "华信科技有限公司深圳分公司", "another"),
        ("organisation", "华信集团有限公司", "华信有限公司", "open"),
        ("organisation", "京东", "JD Logistics", "missing"),
        ("organisation", "Zenit Deutschland GmbH", "Zenit France SAS", "another"),
        ("organisation", "zenit foods", "orbit lumber", "else"),
        ("birth_date", "1980-01-02", "1980-01-03", "one edit"),
        ("birth_date", "1980-03-02", "1980-02-03", "day and month swapped"),
        ("birth_date", "1980-03-12", "1980-03-25", "two parts"),
        ("birth_date", "1980-03-12", "1980-11-25", "same year"),
        ("birth_date", "1980-03-12", "1981-11-25", "else"),
        ("id_number", "913101150938", "913101150983", "one edit"),
        ("id_number", "913101150938", "913101150999", "two edits"),
        ("id_number", "913101150938", "913101151777", "else"),
        ("phone", "020 7946 0958", "020 7946 0959", "one edit"),
        ("phone", "+44 20 7946 0958", "020 7946 0958", "same end"),
        ("phone", "020 7946 0958", "020 7946 0412", "same start"),
        ("phone", "020 7946 0958", "0161 555 1234", "else"),
        ("email", "anna.berg@a.com", "anna.berg@b.org", "same local part"),
        ("email", "anna.berg@abc.com", "anna.brg@abc.com", "close"),
        ("email", "anna@zenit.com", "otto@zenit.com", "same host"),
        ("email", "info@zenit.com", "info@orbit.com", "else"),  # everybody has an info@
        ("id_number", "91310115093811662L", "91310115093811662M", "one edit"),  # both invalid
        ("email", "anna@gmail.com", "otto@gmail.com", "else"),  # anybody has one there
        ("postcode", "4011", "4012", "one edit"),
        ("postcode", "SW1A 1AA", "SW1A 2BB", "same area"),
        ("address", "12 Mill Road", "12 Mil Road", "close"),
        ("address", "杭州市文三路12号", "浙江杭州文三路12号3幢", "close"),
        ("address", "杭州市文三路12号", "杭州市文三路14号", "else"),
        ("address", "杭州市文三路12号3幢", "杭州市文三路12号5幢", "similar"),
        ("place", "浙江省杭州市", "杭州", "exact"),
        ("place", "浙江省", "杭州", "close"),
        ("place", "宁波", "杭州", "else"),
        ("house_number", "12", "12a", "one edit"),
        ("place", "London", "Lonon", "close"),
        ("place", "London", "Leeds", "else"),
        ("coordinates", "52.0,5.0", "52.001,5.001", "1 km"),
        ("coordinates", "52.0,5.0", "52.1,5.0", "20 km"),
        ("coordinates", "52.0,5.0", "53.0,5.0", "else"),
        ("category", "retail", "Retail", "exact"),
        ("category", "retail", "bank", "else"),
    ],
)
def test_two_values_reach_a_level(kind: str, one: str, other: str, level: str) -> None:
    assert level_of(kind, one, other) == level
    assert level_of(kind, other, one) == level


def test_names_entered_the_wrong_way_round_are_one_piece_of_evidence() -> None:
    import numpy as np

    records = Records.from_columns({"first_name": ["Isla", "Hall"], "surname": ["Hall", "Isla"]})
    given, surname = compare(records, np.array([0]), np.array([1]))
    assert PRIORS["given"].levels[int(given[0])] == "swapped"
    assert surname[0] == -1


def test_a_street_is_not_counted_again_as_its_town() -> None:
    import numpy as np

    records = Records.from_columns(
        {"street": ["1 Mill Road", "1 Mill Road"], "city": ["Hull", "Hull"]}
    )
    street, city = compare(records, np.array([0]), np.array([1]))
    assert (street[0], city[0]) == (0, -1)


def test_of_two_phones_the_best_pair_counts() -> None:
    import numpy as np

    records = Records.from_columns(
        {"phone": ["020 7946 0958", "0161 555 1234"], "mobile": ["07700 900123", "020 7946 0958"]}
    )
    assert len(records.fields) == 1
    assert compare(records, np.array([0]), np.array([1]))[0][0] == 0
