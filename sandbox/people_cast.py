"""Who lives in the invented city: the fixed cast, its places and its words.

The cast says what tests and demonstrations rely on (who owns what, whose card is special); the
seed decides the rest (given names, days of birth, streets, numbers).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.people import CardKind, Region, State, Use

CITY = {"zh-CN": "云汀市", "en": "Yunting City"}
REGISTRY = {
    "zh-CN": "云汀市不动产登记中心",
    "en": "Yunting City Real Estate Registration Centre",
}
REGIONS = (
    Region("990000", {"zh-CN": "云汀市（全市）", "en": "Yunting (whole city)"}, date(2005, 1, 1)),
    Region("990100", {"zh-CN": "中心城区", "en": "Central districts"}, date(2005, 1, 1)),
    Region("990102", {"zh-CN": "东渚区", "en": "Dongzhu District"}, date(2005, 1, 1)),
    Region("990103", {"zh-CN": "南芷区", "en": "Nanzhi District"}, date(2006, 7, 1)),
    Region("990221", {"zh-CN": "北屿县", "en": "Beiyu County"}, date(2010, 3, 1)),
)
ISSUERS = {
    "990102": "云汀市公安局东渚分局",
    "990103": "云汀市公安局南芷分局",
    "990221": "北屿县公安局",
}
STREETS = {
    "990102": ("听澜路", "望渚街", "新汀大道"),
    "990103": ("芷兰路", "采薇巷", "南堤街"),
    "990221": ("屿前路", "渡口街", "橘洲路"),
}
ESTATES = {
    "990102": ("听澜苑", "渚上花园"),
    "990103": ("芷兰里", "采薇雅居"),
    "990221": ("屿前小区", "橘洲新村"),
}
GIVEN_FIRST = "例试拟范示"
GIVEN_SECOND_MAN = "安远明川和立"
GIVEN_SECOND_WOMAN = "宁清雯禾薇月"


@dataclass(frozen=True, slots=True)
class Home:
    """A unit to be invented for a member of the cast."""

    region: str
    use: Use = "residential"
    state: State = "current"
    with_owner: str = ""
    """A co-owner's key."""


@dataclass(frozen=True, slots=True)
class Role:
    """What is fixed about a resident before the seed speaks."""

    key: str
    surname: str
    sex: int
    """1 man, 2 woman."""
    born: int
    """The year of birth."""
    region: str = "990102"
    kind: CardKind = "resident"
    ethnic: str = "01"
    given: str = ""
    """A given name that must be just so; empty leaves it to the seed."""
    long_valid: bool = False
    expired: bool = False
    english_name: str = ""
    nationality: str = ""
    homes: tuple[Home, ...] = ()


@dataclass(frozen=True, slots=True)
class Firm:
    """A company before the seed speaks."""

    key: str
    name: str
    organisation: str
    """Characters 9-17 of its unified social credit code."""
    representative: str
    """A resident's key."""
    small: bool = False


CAST = (
    Role("zhang", "张", 2, 1988, homes=(Home("990102"),)),
    Role("li", "李", 1, 1996, region="990103"),
    Role(
        "wang",
        "王",
        1,
        1979,
        homes=(Home("990102", state="mortgaged", with_owner="chen"), Home("990221")),
    ),
    Role("chen", "陈", 2, 1981),
    Role("zhao", "赵", 2, 1942, long_valid=True, homes=(Home("990103"),)),
    Role("liu", "刘", 1, 1990, region="990103", homes=(Home("990103", use="commercial"),)),
    Role("ma", "马", 2, 1993, ethnic="03", region="990221", homes=(Home("990221"),)),
    Role("rare", "闻", 1, 1985, given="𬱖", homes=(Home("990102"),)),
    Role("seized", "周", 1, 1975, homes=(Home("990103", state="seized"),)),
    Role("expired", "钱", 1, 1970, expired=True, homes=(Home("990102"),)),
    Role("landlord", "孙", 2, 1968, homes=tuple(Home("990102") for _ in range(16))),
    Role("hmt", "何", 2, 1991, kind="hmt_residence", ethnic="", homes=(Home("990103"),)),
    Role(
        "foreign",
        "艾",
        1,
        1984,
        kind="foreign_permanent",
        ethnic="",
        given="德森",
        english_name="EXAMPLESON, SAMPLE",
        nationality="NZL",
        homes=(Home("990102"),),
    ),
)

COMPANIES = (
    Firm("developer", "云汀例川房地产开发有限公司", "MA9900011", "wang"),
    Firm("bank", "云汀示范农村商业银行股份有限公司", "MA9900022", "chen"),
    Firm("shop", "云汀试禾文具店（有限合伙）", "MA9900033", "liu", small=True),
)
