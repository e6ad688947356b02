"""A device with passkeys, in software: real keys and real signatures, and every way of answering wrongly."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as b64

PRESENT, VERIFIED, ATTESTED = 1, 4, 64  # of the flags (Web Authentication Level 3, 6.1)


@dataclass
class Device:
    """Holds one passkey; `origin` is where its browser thinks it is."""

    origin: str = "http://localhost:8000"
    site: str = "localhost"
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def like(self, **otherwise: object) -> Device:
        """The same passkey on a device that does something otherwise."""
        return replace(self, **otherwise)  # type: ignore[arg-type]

    def make(self, ask: str) -> str:
        """The answer to what a page asks for making a passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + len(self.credential).to_bytes(2) + self.credential + public
        data = self._data(self.flags | ATTESTED) + attested
        response = {"attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))}
        return self._answer({**response, "clientDataJSON": b64(self._client("webauthn.create", ask))})

    def use(self, ask: str) -> str:
        """The answer to what a page asks for using one."""
        self.uses += 1
        data, client = self._data(self.flags), self._client("webauthn.get", ask)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {"authenticatorData": b64(data), "clientDataJSON": b64(client), "signature": b64(signature)}
        return self._answer(response)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4)

    def _client(self, kind: str, ask: str) -> bytes:
        challenge = json.loads(ask)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        known = {"id": b64(self.credential), "rawId": b64(self.credential), "type": "public-key"}
        return json.dumps({**known, "clientExtensionResults": {}, "response": response})
