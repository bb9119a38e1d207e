"""The words on the glass of a certificate check. See words.py."""

from __future__ import annotations

from typing import Final

SERVICE: Final = "证书核验"
GUIDE: Final = f"{SERVICE}：办理前请看"

# headings
WAYS: Final = "怎样核验？"
SCAN: Final = "请把二维码对着镜头"
NUMBER: Final = "请输入证号"
HOLDER: Final = "请输入权利人的证件号码"
CHECKING: Final = "正在核验"
VERDICT: Final = "核验结果"

# verdicts
CURRENT: Final = "现行有效"
CANCELLED: Final = "已注销，不再有效"
REPLACED: Final = "已换发新证，这份不再有效"
NO_MATCH: Final = "没有相符的记录"
SIGNATURE_ONLY: Final = "签名有效，今天的状态没有查到"
FORGED: Final = "二维码是伪造或被改动的"
NOT_OURS: Final = "这不是不动产登记的二维码"
LIST_EXPIRED: Final = "现在不能核验：本机的核验名单已过期"
NOT_TODAY: Final = "不能说明今天是否仍然有效"
NOT_CALLED_FALSE: Final = "不能核验，不等于证书有假"

# buttons
BY_CODE: Final = "扫二维码"
BY_NUMBER: Final = "输入证号"
CHECK: Final = "核验"
ANOTHER: Final = "再核验一份"
SEEN: Final = "看完了"

# fields and their options
YEAR: Final = "括号里的年份"
SERIAL: Final = "“第”字后面的数字"
OWNERSHIP: Final = "不动产权证书"
PERSON: Final = "居民身份证"
HOLDERS_NUMBER: Final = "证件号码"
