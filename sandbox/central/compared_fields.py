"""What the departments say about one contract, field by field (一致 / 不一致).

A field with one source is ``single``; where a source that should speak is silent, the field is
``unknown`` and never ``agrees``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sandbox.central.catalogue_filing import TRANSFER
from sandbox.central.catalogue_words import Text, text
from sandbox.central.housing_page import unit_in_groups
from sandbox.central.register_names import USES
from sandbox.people import City, Contract, Resident

HOUSING_DEPARTMENT: Final = text("住建部门网签备案", "Housing department's filing")
TAX_OFFICE: Final = text("税务部门", "Tax office")
REGISTER: Final = text("不动产登记簿", "Real estate register")
CARDS: Final = {
    "resident": text("居民身份证", "Resident ID card"),
    "hmt_residence": text("港澳台居民居住证", "Residence permit (HK, Macao, Taiwan)"),
    "foreign_permanent": text("外国人永久居留身份证", "Foreign permanent resident ID card"),
}
NOTHING: Final = "—"
"""What stands for a value that a source did not give."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One field and each source's value; None where a source was asked and is silent."""

    field: str
    label: Text
    values: tuple[tuple[Text, str | None], ...]

    @property
    def verdict(self) -> str:
        """``agrees``, ``differs``, ``single`` or ``unknown``."""
        known = {value for _, value in self.values if value is not None}
        if len(known) > 1:
            return "differs"
        if any(value is None for _, value in self.values):
            return "unknown"
        return "single" if len(self.values) == 1 else "agrees"

    def told(self) -> dict[str, object]:
        """As the wire has it."""
        values = [{"source": source, "value": value or NOTHING} for source, value in self.values]
        return {
            "field": self.field,
            "label": self.label,
            "values": values,
            "verdict": self.verdict,
        }


def masked_number(number: str) -> str:
    """A document's number for the screen: the first six and the last four characters."""
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def yuan(amount_fen: int) -> str:
    """``1,073,990.00`` (元)."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d}"


def compare(city: City, contract: Contract, reader: Resident) -> list[Compared]:
    """Everything the departments hold about the contract, as ``reader`` (a buyer) may see it."""
    return [*_of_the_person(city, contract, reader), *_of_the_sale(city, contract)]


def differ(city: City, contract: Contract) -> bool:
    """Whether two departments contradict each other about the sale."""
    return any(field.verdict == "differs" for field in _of_the_sale(city, contract))


def _of_the_person(city: City, contract: Contract, reader: Resident) -> list[Compared]:
    buyers = "、".join(city.resident(key).name for key in contract.buyers)
    number = masked_number(reader.number)
    taxed = None if contract.tax == "unknown" else buyers
    return [
        Compared(
            "buyers",
            text("买受人", "Buyers"),
            ((HOUSING_DEPARTMENT, buyers), (TAX_OFFICE, taxed)),
        ),
        Compared(
            "own_name",
            text("您的姓名", "Your name"),
            ((HOUSING_DEPARTMENT, reader.name), (CARDS[reader.kind], reader.name)),
        ),
        Compared(
            "own_number",
            text("您的证件号码", "Your document number"),
            ((HOUSING_DEPARTMENT, number), (CARDS[reader.kind], number)),
        ),
    ]


def _of_the_sale(city: City, contract: Contract) -> list[Compared]:
    seller = city.company(contract.seller).name
    return [
        _everywhere("seller", text("出卖人（开发商）", "Seller (developer)"), contract, seller),
        _everywhere("location", text("坐落", "Address"), contract, contract.location),
        _registered(
            "unit_no",
            text("不动产单元号", "Unit number"),
            contract,
            unit_in_groups(contract.unit_no),
        ),
        _area(contract),
        _registered("use", text("用途", "Use"), contract, USES[contract.use]["zh-CN"]),
        _price(contract),
    ]


def _everywhere(field: str, label: Text, contract: Contract, value: str) -> Compared:
    """What contract, tax office and (where there is a first registration) the register hold."""
    taxed = None if contract.tax == "unknown" else value
    values: tuple[tuple[Text, str | None], ...] = ((HOUSING_DEPARTMENT, value), (TAX_OFFICE, taxed))
    return Compared(field, label, (*values, *_in_register(contract, value)))


def _registered(field: str, label: Text, contract: Contract, value: str) -> Compared:
    return Compared(field, label, ((HOUSING_DEPARTMENT, value), *_in_register(contract, value)))


def _in_register(contract: Contract, value: str) -> tuple[tuple[Text, str | None], ...]:
    """A home that is sold before it is built is not in the register yet."""
    return ((REGISTER, value),) if contract.service == TRANSFER else ()


def _area(contract: Contract) -> Compared:
    area, taxed = f"{contract.area_m2} ㎡", f"{contract.taxed_area_m2} ㎡"
    values: tuple[tuple[Text, str | None], ...] = (
        (HOUSING_DEPARTMENT, area),
        (TAX_OFFICE, None if contract.tax == "unknown" else taxed),
        *_in_register(contract, area),
    )
    return Compared("area", text("建筑面积", "Floor area"), values)


def _price(contract: Contract) -> Compared:
    price = yuan(contract.price_fen)
    taxed = None if contract.tax == "unknown" else price
    return Compared(
        "price",
        text("成交价（元）", "Price (yuan)"),
        ((HOUSING_DEPARTMENT, price), (TAX_OFFICE, taxed)),
    )
