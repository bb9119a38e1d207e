"""The register's words, in the city's languages."""

from __future__ import annotations

from typing import Final

USES: Final = {
    "residential": {"zh-CN": "住宅", "en": "Residential"},
    "commercial": {"zh-CN": "商业", "en": "Commercial"},
    "storage": {"zh-CN": "储藏", "en": "Storage"},
}
STATES: Final = {
    "current": {"zh-CN": "有效", "en": "In force"},
    "mortgaged": {"zh-CN": "已抵押", "en": "Mortgaged"},
    "seized": {"zh-CN": "已查封", "en": "Seized by court"},
}
