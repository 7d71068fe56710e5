"""A sign-in provider in a process of its own: discovery, authorize, token with PKCE, keys, RS256.

``python provider_program.py CLIENT SECRET REDIRECT_URI NOW`` prints its port and serves. What it is
to do wrong is ordered by ``POST /mischief`` with a JSON object.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET, REDIRECT, NOW = sys.argv[1:5]
KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
LASTS = 300


class Provider(BaseHTTPRequestHandler):
    """Answers one request."""

    codes: ClassVar[dict[str, dict[str, str]]] = {}
    mischief: ClassVar[dict[str, Any]] = {}
    seen: ClassVar[list[str]] = []

    @property
    def issuer(self) -> str:
        return f"http://{self.headers['Host']}"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.seen.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._tell(self._metadata())
            case "/keys":
                self._tell({"keys": [KEY.as_dict(private=False)]})
            case "/authorize":
                self._authorize(asked)
            case "/seen":
                self._tell({"seen": self.seen})
            case _:
                self._tell({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append(self.path)
        if self.path == "/mischief":
            type(self).mischief = json.loads(body)
            self._tell({})
            return
        self._token({name: values[0] for name, values in parse_qs(body).items()})

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.mischief.get("name", self.issuer),
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": self.mischief.get("token_endpoint", f"{self.issuer}/token"),
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }

    def _authorize(self, asked: dict[str, str]) -> None:
        known = asked.get("client_id") == CLIENT and asked.get("redirect_uri") == REDIRECT
        if not known or asked.get("response_type") != "code":
            self._tell({"error": "invalid_request"}, 400)
            return
        back = {"state": self.mischief.get("state", asked["state"])}
        back["iss"] = self.mischief.get("iss", self.issuer)
        if asked.get("code_challenge_method") == "S256" and asked.get("code_challenge"):
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = asked
        else:
            back["error"] = "invalid_request"
        self.send_response(302)
        self.send_header("Location", f"{REDIRECT}?{urlencode(back)}")
        self.end_headers()

    def _token(self, given: dict[str, str]) -> None:
        if self.mischief.get("redirect"):
            self.send_response(307)
            self.send_header("Location", f"{self.issuer}/elsewhere")
            self.end_headers()
            return
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {expected}":
            self._tell({"error": "invalid_client"}, 401)
            return
        asked = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = _base64(digest)
        if asked is None or challenge != asked["code_challenge"]:
            self._tell({"error": "invalid_grant"}, 400)
            return
        token = self._id_token(asked["nonce"])
        self._tell({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _id_token(self, nonce: str) -> str:
        at = int(NOW)
        claims = {
            "iss": self.issuer,
            "sub": "1001",
            "aud": CLIENT,
            "iat": at,
            "exp": at + LASTS,
            "nonce": nonce,
            **self.mischief.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.mischief.get("signed"):
            case "none":
                return f"{_coded({'alg': 'none'})}.{_coded(claims)}."
            case "by a stranger":
                return jwt.encode({"alg": "RS256", "kid": "one"}, claims, STRANGER)
            case "with the public key":
                text = f"{_coded({'alg': 'HS256', 'kid': 'one'})}.{_coded(claims)}"
                digest = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
                return f"{text}.{_base64(digest)}"
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)

    def _tell(self, told: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _coded(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    print(server.server_address[1], flush=True)
    server.serve_forever()
