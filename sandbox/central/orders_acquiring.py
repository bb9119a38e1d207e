"""The two acquirers as the centre has them, and what a hand on the panel sets about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sandbox.acquirers import Acquirer

Means = Literal["qr", "pad"]
QR_LIFE = timedelta(seconds=300)
"""A QR lives 5 minutes at most: common practice of the payment platforms."""
CHANNELS = {
    "wechat": {"zh-CN": "微信支付", "en": "WeChat Pay"},
    "alipay": {"zh-CN": "支付宝", "en": "Alipay"},
    "unionpay": {"zh-CN": "云闪付", "en": "UnionPay app"},
    "ecny": {"zh-CN": "数字人民币", "en": "e-CNY"},
}
"""What a phone can pay a QR with."""


@dataclass(slots=True)
class Acquiring:
    """``wallet`` stands behind the QR codes on screens, ``card`` behind the payment pads."""

    wallet: Acquirer
    card: Acquirer
    qr_life: timedelta = QR_LIFE
    refunds_held: bool = False
    """While it is set, what is to be given back stays with the centre."""

    @classmethod
    def kept_in(cls, directory: Path, clock: Callable[[], datetime]) -> Acquiring:
        """Two acquirers, each with its file there."""
        return cls(
            Acquirer("wallet", directory / "wallet.sqlite", now=clock),
            Acquirer("card", directory / "card.sqlite", now=clock),
        )

    @classmethod
    def in_memory(cls) -> Acquiring:
        """Two that remember nothing when they go: for an office that no terminal calls."""
        nowhere = Path(":memory:")
        return cls(Acquirer("wallet", nowhere), Acquirer("card", nowhere))

    def behind(self, means: str) -> Acquirer:
        """Whose ledger decides about an attempt of these means."""
        return self.wallet if means == "qr" else self.card
