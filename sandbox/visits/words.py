"""The words on the glass that the visits look for: what a person reads there.

Copied by hand and on purpose: the sandbox shares nothing with the product, and a word that changes
there unseen is found here.
"""

from __future__ import annotations

from typing import Final

SERVICE: Final = "个人住房情况查询"

# headings
HOME: Final = "您好，请选择要办理的业务"
GUIDE: Final = f"{SERVICE}：办理前请看"
CARD: Final = "请放上您的身份证件"
CONFIRM: Final = "请确认是您本人"
CONSENT: Final = "怎样核验是您本人？"
FACE: Final = "请看镜头"
CODE: Final = "请输入短信验证码"
OPENING: Final = "正在核验身份"
ENQUIRY: Final = "请选择查询范围和用途"
ENQUIRING: Final = "正在查询"
RESULT: Final = "查询结果出来了"
FETCHING: Final = "正在取文件"
PREVIEW: Final = "请核对证明内容"
PRINTING: Final = "正在打印"
SLIP: Final = "正在打印凭条"
RATING: Final = "这次办理，您满意吗？"
FAREWELL: Final = "办理结束，请拿好您的东西"
EARLY_FAREWELL: Final = "请取回您的身份证"
PLEASE_WAIT: Final = "请稍候"
NOT_MATCHED: Final = "刷脸验证没有通过"
NO_LIVENESS: Final = "没有看到您转头"
UNBELIEVABLE: Final = "网络不正常，暂时不能继续"
UNTRUSTED: Final = "文件的电子印章有问题"
UNKNOWN_PRINT: Final = "不能确认是否已打印"
SENDING_CODE: Final = "正在发送验证码"

# sentences
LEFT: Final = "您已退出办理"
WIPED: Final = "您的信息已从本机清除。"
INTERRUPTED: Final = "刚才的办理因设备重启而中断。请取回您的证件和纸张，再重新办理。"
SEAL_GOOD: Final = "电子印章有效，内容未被改动"
CHOSEN: Final = "已选"
LOOK_STRAIGHT: Final = "请正对镜头，保持不动"
TURN_LEFT: Final = "请慢慢向左转头"
TURN_RIGHT: Final = "请慢慢向右转头"

# buttons
START: Final = "开始办理"
IT_IS_ME: Final = "是我本人"
BY_FACE: Final = "同意刷脸验证"
BY_SMS: Final = "用短信验证码"
NEXT: Final = "下一步"
ENQUIRE: Final = "查询"
SEE_CERTIFICATE: Final = "查看证明"
PRINT: Final = "打印"
PAGE_FOLLOWING: Final = "下一页"
PAGE_PREVIOUS: Final = "上一页"
BEST_GRADE: Final = "非常满意"
SKIP: Final = "跳过"
FINISH: Final = "我都拿好了"
LEAVE: Final = "退出"
RETRY: Final = "再试一次"
CLOSE_HELP: Final = "返回"
END_NOW: Final = "结束办理"

# options of the enquiry, from the centre's catalogue
WHOLE_CITY: Final = "云汀市（全市）"
SCHOOL: Final = "子女入学"
