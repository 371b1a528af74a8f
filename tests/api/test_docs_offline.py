"""The interactive documentation comes from this process alone: no other host is named or allowed."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from tests.api.house import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "http://api/docs"
LOADED_BY = {"script": ("src", "script-src"), "img": ("src", "img-src"), "iframe": ("src", "frame-src")}
STYLE = ("href", "style-src")
ICON = ("href", "img-src")


class Page(HTMLParser):
    """What a page loads, with the directive of the Content-Security-Policy that has to allow it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        links = {"stylesheet": STYLE, "shortcut icon": ICON} if tag == "link" else {}
        attribute, directive = links.get(given.get("rel") or "", LOADED_BY.get(tag, ("", "")))
        if given.get(attribute):
            self.loads.append((urljoin(PAGE, given[attribute] or ""), directive))


def allowed(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (part.split() for part in policy.split(";"))}


async def test_the_documentation_loads_from_this_process_only(api: Api) -> None:
    async with api.as_(None) as anybody:
        page = await anybody.get("/docs")
        policy = allowed(page.headers["content-security-policy"])
        loads = Page(page.text).loads
        described = re.search(r"url: '([^']+)'", page.text)
        assert described is not None
        answers = {url: await anybody.get(url) for url, _ in loads}
        openapi = await anybody.get(urljoin(PAGE, described[1]))
    assert {directive for _, directive in loads} == {"script-src", "style-src", "img-src"}
    assert {urlsplit(url).netloc for url, _ in loads} == {"api"}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all("'self'" in policy[directive] for directive in ("connect-src", *(each for _, each in loads)))
    assert openapi.json()["openapi"].startswith("3.1")
    styles = "".join(answer.text for url, answer in answers.items() if url.endswith(".css"))
    outside = [url for url in re.findall(r"url\(['\"]?([^)'\"]+)", styles) if not url.startswith("data:")]
    assert styles
    assert outside == []


async def test_the_documentation_names_and_allows_no_other_host(api: Api) -> None:
    async with api.as_(None) as anybody:
        page = await anybody.get("/docs")
    policy = allowed(page.headers["content-security-policy"])
    own = re.compile(r"'(none|self|unsafe-inline|sha256-[\w+/=]+)'|data:")
    assert [source for sources in policy.values() for source in sources if not own.fullmatch(source)] == []
    assert policy["default-src"] == ["'none'"]
    assert "//" not in re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)
