"""The machine's own settings: one TOML file -> a frozen Config.

What the centre decides (services, texts, the organisation's name) is not in here. An error names
the key, the value and what is allowed, for the technician who typed it.
"""

from __future__ import annotations

import base64
import tomllib
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

ED25519_BYTES = 32
SCREEN_SOCKET = "screen.sock"
"""In the runtime directory: where the core listens for the screen."""


class BadConfig(Exception):
    """The file can't be used. ``problems`` has one sentence per wrong key."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__(f"{path}: " + "; ".join(problems))
        self.problems = problems


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _path(value: object) -> object:
    return Path(value) if isinstance(value, str) else value


def _ed25519(value: str) -> str:
    try:
        if len(base64.b64decode(value, validate=True)) == ED25519_BYTES:
            return value
    except ValueError:
        pass
    raise ValueError(f"allowed: base64 of the {ED25519_BYTES} bytes of an Ed25519 public key")


FilePath = Annotated[Path, BeforeValidator(_path)]


class Terminal(_Section):
    """Where this machine keeps things. ``runtime_dir`` must be gone after a restart (tmpfs)."""

    state_dir: FilePath
    runtime_dir: FilePath
    mode: Literal["citizen"] = "citizen"


class Central(_Section):
    """How the centre is reached, and by what it is known: its CA and its signing key."""

    url: str = Field(pattern=r"^https://")
    open_url: str = Field(pattern=r"^https://")
    ca_file: FilePath
    document_key: Annotated[str, AfterValidator(_ed25519)]
    """Ed25519 public key of signed documents, base64 of 32 bytes."""
    enrolment_code_file: FilePath | None = None
    """Holds the operator's one-time code; read once, when there is no certificate yet."""
    heartbeat_s: float = Field(default=5.0, gt=0, le=300)
    connect_timeout_s: float = Field(default=3.0, gt=0, le=60)
    read_timeout_s: float = Field(default=10.0, gt=0, le=120)


class IdCard(_Section):
    """Serial SDT reader. ``photo_decoder``: a command, 1,024 bytes in, PNG out."""

    driver: Literal["sdt_serial"] = "sdt_serial"
    port: str
    baud: Literal[115200, 57600, 38400, 19200, 9600] = 115200
    photo_decoder: tuple[str, ...] = ()


class Camera(_Section):
    """``source``: a V4L2 device node or a stream's URL."""

    driver: Literal["opencv"] = "opencv"
    source: str


class Face(_Section):
    """The matcher. ``turn_s``: time for one turn of the head."""

    driver: Literal["dlib"] = "dlib"
    threshold: float = Field(default=0.5, gt=0, lt=1)
    turn_s: float = Field(default=6.0, gt=0)
    give_up_s: float = Field(default=60.0, gt=0)


class ReceiptPrinter(_Section):
    """``url``: tcp://host:port or a serial device. ``fonts``: fall-back files for rare hanzi."""

    driver: Literal["escpos"] = "escpos"
    url: str
    fonts: tuple[str, ...] = ()


class CertificatePrinter(_Section):
    """``counts_truly``: this model's impressions are evidence (docs/devices)."""

    driver: Literal["ipp"] = "ipp"
    uri: str = Field(pattern=r"^ipp://")
    counts_truly: bool
    print_silence_s: float = Field(default=90.0, gt=0)
    """A print without news for so long is cancelled and judged by the evidence."""


class SocialCard(_Section):
    """PC/SC reader for social-security cards. ``reader``: part of its name; empty: the first."""

    driver: Literal["pcsc"] = "pcsc"
    reader: str = ""
    service_socket: str = ""
    """Of the PC/SC service where it is not the system's own."""


class PaymentPad(_Section):
    """ECRHub pad on a serial line. ``patience_s``: the longest a payer may take at it."""

    driver: Literal["ecrhub_serial"] = "ecrhub_serial"
    port: str
    baud: Literal[115200, 57600, 38400, 19200, 9600] = 115200
    app_id: str = "kiosk"
    patience_s: float = Field(default=180.0, gt=0, le=600)


class Devices(_Section):
    """The devices that are fitted; one that is missing takes its services with it."""

    id_card: IdCard | None = None
    camera: Camera | None = None
    face: Face | None = None
    receipt_printer: ReceiptPrinter | None = None
    certificate_printer: CertificatePrinter | None = None
    social_card: SocialCard | None = None
    payment_pad: PaymentPad | None = None


class Visit(_Section):
    """Seconds. None: what the centre says."""

    idle_s: float | None = Field(default=None, gt=0)
    countdown_s: int | None = Field(default=None, gt=0)
    closing_s: float = Field(default=15.0, gt=0)


class Screen(_Section):
    """``windowed`` WxH instead of full screen; ``gap_log``: where the screen measures its gaps."""

    windowed: str | None = Field(default=None, pattern=r"^\d+x\d+$")
    gap_log: FilePath | None = None


class Config(_Section):
    """Everything."""

    terminal: Terminal
    central: Central
    devices: Devices = Devices()
    visit: Visit = Visit()
    screen: Screen = Screen()


def load(path: Path) -> Config:
    """Read and check the file. BadConfig says what is wrong, all of it at once."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise BadConfig(path, [f"cannot be read: {exc.strerror}"]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise BadConfig(path, [f"is not TOML: {exc}"]) from None
    try:
        return Config.model_validate(raw)
    except ValidationError as exc:
        raise BadConfig(path, [_sentence(dict(error)) for error in exc.errors()]) from None


def _sentence(error: dict[str, object]) -> str:
    """Key, value and what is allowed."""
    path = tuple(str(part) for part in cast("tuple[object, ...]", error["loc"]))
    given = "" if error["type"] == "missing" else f" = {error['input']!r}"
    allowed = str(error["msg"])
    if error["type"] == "extra_forbidden":
        allowed = "no such key; allowed: " + ", ".join(_keys(Config, path[:-1]))
    return f"{'.'.join(path)}{given}: {allowed}"


def _keys(section: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys of the section at ``path``."""
    for name in path:
        annotation: object = section.model_fields[name].annotation
        kinds = (annotation, *cast("tuple[object, ...]", get_args(annotation)))
        section = next(k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
    return sorted(section.model_fields)
