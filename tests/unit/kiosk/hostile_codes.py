"""All ways to spoil a signed QR code, by name. Each makes one hostile text of one good code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.unit.kiosk import hostile_cbor as cbor
from tests.unit.kiosk import hostile_contents as contents
from tests.unit.kiosk import hostile_forms as forms
from tests.unit.kiosk import hostile_texts as texts
from tests.unit.kiosk.hostile_spoiler import Good, Spoiler

Spoil = Callable[[Spoiler, Good], str]
CLASSES: Mapping[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (
        texts.alphabet,
        texts.text_cut,
        texts.text_extended,
        texts.text_flipped,
        texts.text_moved,
        texts.triplet_too_great,
        texts.prefix,
        texts.url_lookalike,
        texts.plain_lookalike,
        texts.huge_text,
        texts.noise,
        forms.flip_envelope,
        forms.flip_protected,
        forms.flip_payload,
        forms.flip_signature,
        forms.cose_cut,
        forms.cose_extended,
        forms.other_alg,
        forms.alg_none,
        forms.eddsa,
        forms.hmac_of_public_key,
        forms.mac0,
        forms.cose_sign,
        forms.kid_of_another,
        forms.kid_odd,
        forms.kid_unprotected,
        forms.unprotected_filled,
        forms.header_more,
        forms.wrong_tag,
        forms.wrong_count,
        forms.detached,
        cbor.same_otherwise,
        cbor.header_twice,
        cbor.claim_twice,
        cbor.signed_otherwise,
        cbor.deep,
        cbor.lengths,
        cbor.tags_inside,
        contents.payload_replaced,
        contents.signature_replaced,
        contents.signature_twin,
        contents.signed_by_stranger,
        contents.signed_by_another_listed,
        contents.key_out_of_time,
        contents.signed_wrong_type,
        contents.signed_missing_or_more,
        contents.signed_time,
        contents.signed_too_long,
        contents.signed_hiding,
        contents.signed_date,
        contents.signed_header_more,
        contents.digest_as_content,
    )
}
"""Name of a class -> how it spoils."""
FEW = {"huge_text": 30}
"""Classes of which a few are enough: each takes room."""
