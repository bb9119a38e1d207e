"""Who has bought what from the developer, and what stands in the way of registering it.

As with the cast, a deal fixes what tests and demonstrations rely on; the seed decides the rest.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sandbox.people import Contract, TaxState, Use
from sandbox.people_cast import REGIONS, STREETS
from sandbox.people_form import unit_number

PRESALE: Final = "presale_notice_registration"
TRANSFER: Final = "new_home_transfer"
ESTATES: Final = {
    "990102": ("渚映新苑", "澜岸雅筑"),
    "990103": ("芷岸新城", "南堤晴苑"),
    "990221": ("橘洲云庭", "屿前新苑"),
}
"""New estates; the cast's present homes stand in others."""
FIRST_SIGNED: Final = date(2025, 6, 1)
FIRST_PARCEL: Final = 500
"""Parcels of new estates; the cast's homes have lower numbers."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A contract before the seed speaks."""

    buyer: str
    service: str
    region: str = "990102"
    use: Use = "residential"
    with_buyer: str = ""
    share: str = "共同共有"
    """Only where there are two buyers."""
    tax: TaxState = "paid"
    authorised: bool = True
    filed: bool = True
    seized: bool = False
    area_differs: bool = False
    lacking: bool = False
    nth: int = 1
    """Counts a buyer's contracts of one service."""


DEALS: Final = (
    Deal("zhang", PRESALE),
    Deal("wang", PRESALE, with_buyer="chen"),
    Deal("li", PRESALE, region="990103", tax="unpaid"),
    Deal("liu", PRESALE, region="990103", authorised=False),
    Deal("seized", PRESALE, region="990103", seized=True),
    Deal("ma", PRESALE, region="990221", area_differs=True),
    Deal("hmt", PRESALE, region="990103", lacking=True),
    Deal("rare", PRESALE, filed=False),
    Deal("zhang", TRANSFER),
    Deal("zhao", TRANSFER, region="990103", tax="exempt"),
    Deal("wang", TRANSFER, region="990221", with_buyer="chen", share="1/2"),
    Deal("li", TRANSFER, region="990103", tax="unpaid"),
    Deal("foreign", TRANSFER, tax="unknown"),
    *(Deal("landlord", TRANSFER, nth=nth) for nth in (1, 2, 3)),
)


def contract(dice: random.Random, deal: Deal, index: int) -> Contract:
    """The contract of that deal; ``index`` counts all deals from 1."""
    building, floor, door = dice.randrange(1, 12), dice.randrange(2, 28), dice.randrange(1, 5)
    room = floor * 100 + door
    estate, street = dice.choice(ESTATES[deal.region]), dice.choice(STREETS[deal.region])
    area = dice.randrange(7200, 14400)
    taxed = area + 136 if deal.area_differs else area
    signed = FIRST_SIGNED + timedelta(days=dice.randrange(360))
    region = next(region.names["zh-CN"] for region in REGIONS if region.code == deal.region)
    shared = bool(deal.with_buyer)
    suffix = "presale" if deal.service == PRESALE else "transfer"
    nth = f"-{deal.nth}" if deal.nth > 1 else ""
    return Contract(
        key=f"{deal.buyer}-{suffix}{nth}",
        service=deal.service,
        number=f"YT{signed.year}{deal.region}{index:06d}",
        buyers=(deal.buyer, deal.with_buyer) if shared else (deal.buyer,),
        shares=(deal.share, deal.share) if shared else ("单独所有",),
        seller="developer",
        unit_no=unit_number(deal.region, 2000 + index, FIRST_PARCEL + index, building, room),
        region=deal.region,
        location=(f"云汀市{region}{street}{dice.randrange(1, 300)}号{estate}{building}幢{room}室"),
        use=deal.use,
        area_m2=f"{area / 100:.2f}",
        taxed_area_m2=f"{taxed / 100:.2f}",
        price_fen=area * dice.randrange(9000, 16000) // 100 * 100,
        signed_on=signed,
        filed_on=signed + timedelta(days=3) if deal.filed else None,
        tax=deal.tax,
        authorised=deal.authorised,
        seized=deal.seized,
        lacking=deal.lacking,
    )
