"""The 1,024 photo bytes of the city's cards: WebP, where real cards bear a vendor's secret coding.

``python -m sandbox.devices.card_photo decode`` is the decoder command of the sandbox: the 1,024
bytes on standard input, a PNG on standard output. WebP because a JPEG that small shows no face.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from PIL import Image, ImageOps, UnidentifiedImageError

PHOTO_BYTES = 1024
PHOTO_SIZE = (102, 126)
"""Width and height in pixels of the photo on a card."""


def encode_photo(image: Image.Image) -> bytes:
    """Scale a portrait to card size and press it into 1,024 bytes, padded with zeros.

    The picture is cut to 102:126 about its middle: hand over head and shoulders, the eyes at
    about two fifths of the height. ValueError when even the lowest quality is too long.
    """
    small = ImageOps.fit(image.convert("RGB"), PHOTO_SIZE, Image.Resampling.LANCZOS)
    fitting = [data for q in range(0, 61, 2) if len(data := _webp(small, q)) <= PHOTO_BYTES]
    if not fitting:
        raise ValueError("the portrait has too much detail for 1,024 bytes: blur its background")
    return fitting[-1].ljust(PHOTO_BYTES, b"\0")


def decode_photo(photo: bytes) -> Image.Image:
    """The picture in 1,024 bytes; ValueError when there is none."""
    if len(photo) != PHOTO_BYTES:
        raise ValueError(f"a card photo has {PHOTO_BYTES} bytes, not {len(photo)}")
    end = 8 + int.from_bytes(photo[4:8], "little")  # RIFF: the rest is padding
    try:
        with Image.open(io.BytesIO(photo[:end]), formats=["WEBP"]) as picture:
            return picture.convert("RGB")
    except (UnidentifiedImageError, OSError) as exc:
        raise ValueError("no picture in these bytes") from exc


def main(arguments: Sequence[str]) -> int:
    """Decode standard input to standard output; 0, or 1 for no picture, 2 for wrong usage."""
    if list(arguments) != ["decode"]:
        print("usage: python -m sandbox.devices.card_photo decode", file=sys.stderr)
        return 2
    try:
        picture = decode_photo(sys.stdin.buffer.read(PHOTO_BYTES + 1))
    except ValueError as exc:
        print(exc, file=sys.stderr)
        return 1
    picture.save(sys.stdout.buffer, "PNG")
    return 0


def _webp(image: Image.Image, quality: int) -> bytes:
    packed = io.BytesIO()
    image.save(packed, "WEBP", quality=quality, method=6)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
