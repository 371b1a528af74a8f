"""Headers that keep browsers from keeping, guessing or embedding what the API answers."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERYWHERE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class SafeHeaders:
    """Answers are not stored; the interactive documentation may run its own scripts and nothing else."""

    def __init__(self, app: ASGIApp, docs: str) -> None:
        self._app = app
        self._docs = docs
        """The policy for the documentation's page."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(str(scope["path"]), str(scope["app"].state.prefix), MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, safe)

    def _add(self, path: str, prefix: str, headers: MutableHeaders) -> None:
        for name, value in EVERYWHERE.items():
            headers.setdefault(name, value)
        if path == "/docs":
            headers["Content-Security-Policy"] = self._docs
        if path.startswith(f"{prefix}/") or "etag" not in headers:
            headers.setdefault("Cache-Control", "no-store")


def docs_policy(app: FastAPI) -> str:
    """The page's only inline script is allowed by its hash; its styles are written as it draws."""
    page = get_swagger_ui_html(
        openapi_url=str(app.openapi_url),
        title=app.title,
        oauth2_redirect_url=app.swagger_ui_oauth2_redirect_url,
        swagger_ui_parameters=app.swagger_ui_parameters,
    )
    scripts = _INLINE.findall(bytes(page.body).decode())
    hashes = " ".join(f"'sha256-{b64encode(sha256(each.encode()).digest()).decode()}'" for each in scripts)
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
    )
