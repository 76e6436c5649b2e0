import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generations.magnific.signature import BadSignature, StaleTimestamp, sign, verify

BODY = b'{"task_id": "t1", "status": "COMPLETED"}'
NOW = 1_800_000_000
HEX = "00112233445566778899aabbccddeeff"


def signed_with(key: bytes, *, webhook_id: str = "msg_1", timestamp: int = NOW, body: bytes = BODY) -> str:
    """The signature as the vendor's page describes it, written without the code under test."""
    digest = hmac.new(key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def check(secrets: list[str], signature: str, *, now: float = NOW, timestamp: str = str(NOW)) -> str:
    return verify(secrets, "msg_1", timestamp, signature, BODY, now)


def test_sign_uses_the_secrets_utf8_bytes():
    assert sign("sécret", "msg_1", NOW, BODY) == signed_with("sécret".encode())


@pytest.mark.parametrize(
    ("secret", "key", "encoding"),
    [
        ("plain secret", b"plain secret", "utf-8"),
        ("whsec_plain secret", b"plain secret", "utf-8"),
        ("plain secret", b"whsec_plain secret", "whsec_ utf-8"),
        ("whsec_plain secret", b"whsec_plain secret", "whsec_ utf-8"),
        (base64.b64encode(b"\xff\xfe\xfdkey!").decode(), b"\xff\xfe\xfdkey!", "base64"),
        ("whsec_" + base64.b64encode(b"\xff\xfe\xfdkey!").decode(), b"\xff\xfe\xfdkey!", "base64"),
        (base64.urlsafe_b64encode(b"\xff\xfe\xfdk").decode().rstrip("="), b"\xff\xfe\xfdk", "base64"),
        (HEX, bytes.fromhex(HEX), "hex"),
        ("whsec_" + HEX.upper(), bytes.fromhex(HEX), "hex"),
        (HEX, HEX.encode(), "utf-8"),
    ],
)
def test_every_reading_of_the_secret_is_accepted_and_named(secret, key, encoding):
    assert check([secret], signed_with(key)) == encoding


def test_any_secret_and_any_entry_may_match():
    header = f"v1,AAAA v2,nonsense nocomma {signed_with(b'second')}"
    assert check(["first", "second"], header) == "utf-8"


@pytest.mark.parametrize(
    "change",
    [
        {"secrets": ["another"]},
        {"secrets": []},
        {"webhook_id": "msg_2"},
        {"webhook_id": ""},
        {"timestamp_header": str(NOW + 1)},
        {"timestamp_header": ""},
        {"timestamp_header": "soon"},
        {"timestamp_header": "9" * 5000},
        {"timestamp_header": "١٢٣"},
        {"signature_header": ""},
        {"signature_header": "v1,"},
        {"signature_header": "v1,\udcff"},
        {"body": BODY + b" "},
    ],
)
def test_whatever_was_changed_is_refused(change):
    delivery = {
        "secrets": ["key"],
        "webhook_id": "msg_1",
        "timestamp_header": str(NOW),
        "signature_header": signed_with(b"key"),
        "body": BODY,
        "now": NOW,
    }
    assert verify(**delivery) == "utf-8"
    with pytest.raises(BadSignature):
        verify(**{**delivery, **change})


@pytest.mark.parametrize("secret", ["", " ", "whsec_", "=", "===", "!!!!", "whsec_!!!!"])
def test_no_secret_decodes_to_an_empty_key(secret):
    with pytest.raises(BadSignature):
        check([secret], signed_with(b""))


@pytest.mark.parametrize("off", [0, 300, -300])
def test_five_minutes_either_way_are_tolerated(off):
    assert check(["key"], signed_with(b"key"), now=NOW + off) == "utf-8"


@pytest.mark.parametrize("off", [301, -301, 86_400])
def test_a_stale_delivery_is_told_from_a_forged_one(off):
    with pytest.raises(StaleTimestamp) as stale:
        check([HEX], signed_with(bytes.fromhex(HEX)), now=NOW + off)
    assert (stale.value.seconds_off, stale.value.encoding) == (off, "hex")
    with pytest.raises(BadSignature):
        check(["another"], signed_with(b"key"), now=NOW + off)


def test_errors_do_not_name_the_secret():
    with pytest.raises(BadSignature) as bad:
        check(["hush-hush"], "v1,AAAA")
    assert "hush" not in str(bad.value)


@given(st.text(), st.text(), st.text(), st.text())
def test_nonsense_is_always_a_bad_signature(secret, webhook_id, timestamp, signature):
    with pytest.raises(BadSignature):
        verify([secret], webhook_id, timestamp, signature, BODY, NOW)
