"""The keys that documents are encrypted with: AES-256-GCM, bound to the document's own hash.

`EXPAT_DOCUMENT_KEY` holds one or more, separated by commas: the first encrypts, all decrypt.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from expat.errors import BadInput
from expat.settings import settings

VARIABLE = "EXPAT_DOCUMENT_KEY"
_KEY_BYTES, _NONCE_BYTES, _ID_BYTES = 32, 12, 4
_MARK = b"EXPATDOC1"
_HEADER = len(_MARK) + _ID_BYTES + _NONCE_BYTES


class Damaged(Exception):
    """A document that was kept and cannot be given back: file or key missing, or content altered."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by their id; the one named `current` encrypts."""

    current: str
    by_id: dict[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, text: str | None) -> Keys:
        """The keys of the setting. Raises BadInput where it is not set or holds something that is no key."""
        keys = [_key(part.strip()) for part in (text or "").split(",") if part.strip()]
        if not keys:
            raise BadInput(VARIABLE, "is not set", "make a key with `expat documents new-key`")
        return cls(_id(keys[0]), {_id(key): key for key in keys})

    def seal(self, content: bytes, digest: str) -> bytes:
        """The content encrypted with the current key; only good under this digest (hex)."""
        nonce = os.urandom(_NONCE_BYTES)
        header = _MARK + bytes.fromhex(self.current) + nonce
        return header + AESGCM(self.by_id[self.current]).encrypt(nonce, content, header + digest.encode())

    def unseal(self, sealed: bytes, digest: str) -> bytes:
        """What was sealed under that digest. Raises Damaged where it was altered or its key is not here."""
        header, body = sealed[:_HEADER], sealed[_HEADER:]
        if len(header) < _HEADER or not header.startswith(_MARK):
            raise Damaged(f"document {digest}: its file was altered (no encrypted document)")
        key_id = header[len(_MARK) : len(_MARK) + _ID_BYTES].hex()
        if key_id not in self.by_id:
            raise Damaged(f"document {digest}: key {key_id} is not in {VARIABLE}, or its file was altered")
        try:
            return AESGCM(self.by_id[key_id]).decrypt(header[-_NONCE_BYTES:], body, header + digest.encode())
        except InvalidTag:
            raise Damaged(f"document {digest}: its file was altered") from None


def document_keys() -> Keys:
    """The keys of the settings. Raises BadInput where none is set or one is no key."""
    secret = settings().document_key
    return Keys.read(secret.get_secret_value() if secret else None)


def new_key() -> str:
    """A fresh key: 32 random bytes as URL-safe base64."""
    return urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


def _key(text: str) -> bytes:
    try:
        key = urlsafe_b64decode(text.encode())
    except (NotBase64, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:  # the value itself is a secret and stays out of the message
        raise BadInput(VARIABLE, "holds something that is no key", "32 bytes as URL-safe base64, as new-key makes")
    return key


def _id(key: bytes) -> str:
    return sha256(b"expat document key " + key).hexdigest()[: 2 * _ID_BYTES]
