"""Our reading of webhook signatures beside an implementation that is not ours: `standardwebhooks`."""

import base64
import time
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from generations.magnific.signature import BadSignature, StaleTimestamp, sign, verify

BODY = '{"task_id": "t-1", "status": "COMPLETED", "generated": ["https://cdn.magnific.com/ä.mp4"]}'
KEY = bytes(range(200, 232))
"""Bytes that are no UTF-8, as a decoded secret is."""
BASE64 = base64.b64encode(KEY).decode()
HEX = KEY.hex()


def theirs(key: bytes, body: str = BODY, at: float = 0) -> dict[str, str]:
    """Return what verify() is given, signed by the other implementation."""
    moment = datetime.fromtimestamp(int(at or time.time()), UTC)
    signature = Webhook(key).sign("msg_1", moment, body)
    return {
        "webhook_id": "msg_1",
        "timestamp_header": str(int(moment.timestamp())),
        "signature_header": signature,
    }


def check(secrets: list[str], delivery: dict[str, str], body: str = BODY) -> str:
    return verify(secrets, body=body.encode(), now=time.time(), **delivery)


@pytest.mark.parametrize(
    ("secret", "key", "encoding"),
    [
        pytest.param("plain words", b"plain words", "utf-8", id="utf-8"),
        pytest.param("whsec_plain words", b"plain words", "utf-8", id="utf-8 behind the prefix"),
        pytest.param("whsec_plain words", b"whsec_plain words", "whsec_ utf-8", id="utf-8 with the prefix"),
        pytest.param("plain words", b"whsec_plain words", "whsec_ utf-8", id="prefix not pasted"),
        pytest.param(BASE64, KEY, "base64", id="base64"),
        pytest.param(f"whsec_{BASE64}", KEY, "base64", id="base64 behind the prefix"),
        pytest.param(BASE64.rstrip("="), KEY, "base64", id="base64 without padding"),
        pytest.param(BASE64, BASE64.encode(), "utf-8", id="looks like base64, is utf-8"),
        pytest.param(HEX, KEY, "hex", id="hex"),
        pytest.param(f"whsec_{HEX}", KEY, "hex", id="hex behind the prefix"),
        pytest.param(HEX.upper(), KEY, "hex", id="hex in capitals"),
        pytest.param(HEX, HEX.encode(), "utf-8", id="looks like hex, is utf-8"),
    ],
)
def test_what_they_sign_we_accept_with_any_of_several_secrets(secret, key, encoding):
    assert check([secret], theirs(key)) == encoding
    assert check(["an older one", secret, "whsec_bmV3ZXI="], theirs(key)) == encoding


def test_their_own_form_of_a_secret_is_read_as_they_read_it():
    secret = f"whsec_{BASE64}"
    moment = datetime.now(UTC)
    signature = Webhook(secret).sign("msg_1", moment, BODY)
    assert verify([secret], "msg_1", str(int(moment.timestamp())), signature, BODY.encode(), time.time()) == (
        "base64"
    )


@pytest.mark.parametrize("body", ["{}", BODY, "", "x" * 100_000, "line\r\nline"])
def test_what_we_sign_they_accept(body):
    now = int(time.time())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": sign("plain words", "msg_1", now, body.encode()),
    }
    Webhook(b"plain words").verify(body, headers, json_parse=False)


@pytest.mark.parametrize("key", [b"another", b"plain words "])
def test_both_refuse_what_another_key_signed(key):
    delivery = theirs(key)
    with pytest.raises(BadSignature):
        check(["plain words"], delivery)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": delivery["timestamp_header"],
        "webhook-signature": delivery["signature_header"],
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(b"plain words").verify(BODY, headers)


def test_both_refuse_another_body():
    with pytest.raises(BadSignature):
        check(["plain words"], theirs(b"plain words"), body=BODY.replace("COMPLETED", "FAILED"))


@pytest.mark.parametrize("off", [-301, 302])
def test_both_call_five_minutes_stale(off):
    delivery = theirs(b"plain words", at=time.time() + off)
    with pytest.raises(StaleTimestamp):
        check(["plain words"], delivery)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": delivery["timestamp_header"],
        "webhook-signature": delivery["signature_header"],
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(b"plain words").verify(BODY, headers)


def test_one_of_several_signatures_is_enough_for_both():
    delivery = theirs(b"plain words")
    delivery["signature_header"] = "v1,AAAA v2,BBBB " + delivery["signature_header"]
    assert check(["plain words"], delivery) == "utf-8"
