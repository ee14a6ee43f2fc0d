"""Names of firms in parts."""

# ruff: noqa: E501 - one case a line; a Chinese character counts twice

from __future__ import annotations

from pathlib import Path

import pytest

from ci_cli.dedupe.clean.companies import company
from ci_cli.dedupe.clean.places import load_places
from ci_cli.dedupe.clean.vocabulary import load_forms, read_list

COUNTRIES = frozenset(read_list("places")["countries"])


def parts(text: str) -> dict[str, object]:
    """The parts of a name that are not empty."""
    found = company(text)
    assert found is not None
    return {name: value for name, value in found._asdict().items() if value}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京华信科技有限公司", "brand=华信 trade=科技 region=北京 form=有限公司"),
        ("华信（北京）科技股份有限公司", "brand=华信 trade=科技 region=北京 form=股份有限公司"),
        ("浙江省杭州市西湖区明远食品厂", "brand=明远 trade=食品 region=浙江/杭州/西湖 form=厂"),
        ("内蒙古自治区伊利集团", "brand=伊利 region=内蒙古 group=True"),
        ("上海贸易有限公司", "brand=上海贸易 region=上海 form=有限公司 weak=True"),
        ("华信科技有限公司深圳分公司", "brand=华信 trade=科技 form=有限公司 branch=深圳_分公司"),
        ("中国银行杭州分行", "brand=中国银行 region=中国 branch=杭州_分行 weak=True"),
        ("星巴克咖啡(国贸店)", "brand=星巴克 trade=咖啡 shop=国贸"),
        ("南京市场营销有限公司", "brand=南京市场营销 region=江苏/南京 form=有限公司 weak=True"),
        ("株式会社東芝", "brand=东芝 form=株式会社"),
        ("㈜카카오", "brand=카카오 form=주식회사"),
        ("삼성전자 주식회사", "brand=삼성전자 form=주식회사"),
        ("บริษัท ปตท จำกัด (มหาชน)", "brand=ปตท form=จำกัด"),
        ("S.A. Alpha de C.V.", "brand=sa_alpha_de form=cv"),
        ("Alpha, S.A. de C.V.", "brand=alpha form=sadecv"),
        ("Huaxin (Beijing) Technology Co., Ltd.", "brand=huaxin trade=technology region=北京 form=ltd"),
        ("Foo Holdings plc", "brand=foo form=plc group=True"),
        ("Foo Bank Hong Kong Branch", "brand=foo trade=bank branch=hong_kong_branch"),
        ("Petroleo Brasileiro S.A. - Petrobras", "brand=petroleo_brasileiro form=sa other=petrobras"),
        ("Alpina N.V., Amsterdam, NL", "brand=alpina form=nv other=amsterdam,_nl"),
        ("Alpina Technology Co., Ltd.", "brand=alpina trade=technology form=ltd"),
        ("China Mobile", "brand=china_mobile"),
        ("International Trading Company", "brand=international_trading form=co weak=True"),
    ],
)  # fmt: skip
def test_parts(text: str, expected: str) -> None:
    found = parts(text)
    found.pop("kind", None)
    found.pop("written", None)
    wanted = dict(part.split("=", 1) for part in expected.split())
    assert {name: str(value).replace(" ", "_") for name, value in found.items()} == wanted


# One firm each, as its country writes it; the brand is always the same word.
FORMS = """
DE: Alpina GmbH | Alpina G.m.b.H. | Alpina AG | Alpina GmbH & Co. KG | Alpina KGaA | Alpina e.K. | Alpina OHG | Alpina UG (haftungsbeschränkt) | Alpina SE
FR: Alpina S.A. | Alpina SARL | S.A.R.L. Alpina | Alpina S.A.S. | Alpina SASU | Alpina SNC
IT: Alpina S.p.A. | Alpina S.r.l. | Alpina S.n.c. | Alpina Società per Azioni
ES: Alpina S.L. | Alpina S.A.U. | Alpina Sociedad Limitada
PT: Alpina Lda. | Alpina SGPS, S.A. | Alpina Unipessoal Lda
BR: Alpina Ltda. | Alpina S/A | Alpina Eireli
MX: Alpina S.A. de C.V. | Alpina S. de R.L. de C.V. | Alpina S.A.B. de C.V.
AR: Alpina S.A.I.C. | Alpina S.R.L.
VE: Alpina C.A.
GB: Alpina Ltd | Alpina Limited | Alpina PLC | Alpina LLP | Alpina & Co. Ltd. | Alpina Bros Ltd
IE: Alpina Teoranta | Alpina Public Limited Company
US: Alpina Inc. | Alpina Incorporated | Alpina Corp. | Alpina LLC | Alpina L.L.C. | Alpina L.P.
CA: Alpina Ltée
AU: Alpina Pty Ltd | Alpina Pty. Limited
NZ: Alpina Limited
ZA: Alpina (Pty) Ltd | Alpina CC
IN: Alpina Pvt. Ltd. | Alpina Private Limited
PK: Alpina (Pvt) Ltd
SG: Alpina Pte Ltd | Alpina Pte. Ltd.
MY: Alpina Sdn. Bhd. | Alpina Berhad
ID: PT Alpina | PT Alpina Tbk | PT. Alpina (Persero) Tbk
TH: Alpina Public Co. Ltd. | Alpina Company Limited
VN: Công ty TNHH Alpina | Công ty Cổ phần Alpina
NL: Alpina B.V. | Alpina N.V. | Alpina V.O.F. | Stichting Alpina
BE: Alpina BVBA | Alpina SPRL
LU: Alpina S.à r.l.
CH: Alpina Sagl
AT: Alpina Ges.m.b.H.
DK: Alpina A/S | Alpina ApS | A/S Alpina
NO: Alpina AS | Alpina ASA
SE: Alpina AB | AB Alpina | Alpina Aktiebolag | Alpina AB (publ)
FI: Alpina Oy | Alpina Oyj | Oy Alpina Ab
IS: Alpina hf. | Alpina ehf.
EE: Alpina OÜ | OÜ Alpina
LV: SIA Alpina | Alpina SIA
LT: UAB Alpina | Alpina, UAB
PL: Alpina Sp. z o.o. | Alpina Spółka z o.o. | Alpina sp.k. | Alpina Sp. z o.o. Sp. k. | Alpina Spółka z ograniczoną odpowiedzialnością
CZ: Alpina s.r.o. | Alpina spol. s r.o. | Alpina a.s. | Alpina, akc. spol.
HU: Alpina Kft. | Alpina Zrt. | Alpina Nyrt. | Alpina Bt.
HR: Alpina d.o.o. | Alpina d.d.
RO: S.C. Alpina S.R.L.
BG: Alpina OOD | Alpina EOOD | Alpina AD
AL: Alpina Sh.p.k.
GR: Alpina A.E. | Alpina E.P.E.
TR: Alpina A.Ş. | Alpina Ltd. Şti. | Alpina Limited Şirketi | Alpina Anonim Şirketi | Alpina San. ve Tic. Ltd. Şti.
RU: ООО Alpina | ООО «Alpina» | ОАО Alpina | ПАО Alpina | OOO Alpina | Alpina OAO
UA: ТОВ Alpina
JP: Alpina K.K. | Alpina Kabushiki Kaisha | 株式会社Alpina | Alpina株式会社
KR: Alpina 주식회사 | (주)Alpina
AE: Alpina FZE | Alpina FZCO
QA: Alpina W.L.L.
EG: Alpina S.A.E.
LB: Alpina S.A.L. Offshore
DO: Alpina C. por A.
UZ: Alpina MChJ
MN: Alpina XXK
CN: Alpina有限公司 | Alpina股份有限公司
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines(), ids=lambda line: line[:2])
def test_legal_forms_of_countries(line: str) -> None:
    for text in line.partition(": ")[2].split(" | "):
        for spelling in (text, text.upper(), text.replace(",", "")):
            found = company(spelling)
            assert found is not None
            assert (found.brand, bool(found.form)) == ("alpina", True), (spelling, found)


def test_at_least_forty_countries_are_known() -> None:
    assert len(load_forms().countries) >= 40


def test_every_province_and_its_cities_are_known() -> None:
    bare = {*load_places().named.values(), *load_places().bare.values()}
    assert len({path for path in bare if "/" not in path} - COUNTRIES) == 34
    assert len({path for path in bare if path.count("/") == 1}) >= 333


@pytest.mark.shared
def test_the_forms_of_real_names_are_found(shared_data: Path) -> None:
    lines = (shared_data / "dedup" / "company_names.csv").read_text("utf-8").splitlines()
    names = [line.partition(";")[0] for line in lines if line.strip()]
    known = [found for name in names if (found := company(name))]
    assert len(known) == len(names)
    # 75 of the 1,320 have none (Air Canada, AXA, Royal Bank of Scotland Group)
    assert sum(bool(found.form) for found in known) / len(names) > 0.94
    assert all(found.brand for found in known)
