"""A window of a real Chromium that hears each script that is not ours, and each wish to run one."""

from __future__ import annotations

from collections import Counter
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request

LISTEN = """
for (const name of ["alert", "confirm", "prompt", "print"])
  window[name] = (...said) => { heard("ran", `${name} ${said.join()}`); };
addEventListener("securitypolicyviolation", (event) =>
  heard("wished", `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
"""Laid under each document before anything of it runs."""

TEXTS = """() => {
  const parts = [document.documentElement.textContent];
  const named = ["value", "title", "alt", "placeholder", "label", "aria-label", "data-words"];
  for (const one of document.querySelectorAll("*"))
    for (const name of named) if (one.hasAttribute(name)) parts.push(one.getAttribute(name));
  return parts.join("\\n");
}"""
"""All that a page shows as words, fields included."""

STRANGE = """() => {
  const found = [], links = ["href", "src", "action", "formaction", "xlink:href", "data", "srcset"];
  const ours = (text) => /^(https?:|about:blank)/.test(new URL(text, document.baseURI).protocol)
    && new URL(text, document.baseURI).host === location.host || /^data:image[/]/.test(text);
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc") found.push(one.outerHTML);
      if (links.includes(name) && !ours(value)) found.push(one.outerHTML);
    }
    if (["IFRAME", "OBJECT", "EMBED", "BASE", "MARQUEE", "PORTAL"].includes(one.tagName)
        || (one.tagName === "SCRIPT" && (one.textContent || !one.hasAttribute("src"))))
      found.push(one.outerHTML);
  }
  return found.map((one) => one.slice(0, 200));
}"""
"""Elements and attributes that no template of ours writes: they would run when touched."""


VIEWER = "wished: style-src-elem inline"
SEND = """([path, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}"""


class Window:
    """One window; ``heard`` is what ran or wished to, ``asked`` are addresses of other hosts."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.context = browser.new_context(locale="en-GB")
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.context.expose_function("heard", self._hear)
        self.context.add_init_script(LISTEN)
        self.context.add_cookies([{"name": "gridward-language", "value": "en", "url": address}])
        self.page: Page = self.context.new_page()
        self.page.on("request", self._look)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.context.close()

    def go(self, path: str) -> Any:
        """Open a page and wait until it is quiet."""
        answer = self.page.goto(self.address + path, wait_until="load")
        if answer is not None and "xml" in answer.headers.get("content-type", ""):
            # The browser's own view of XML asks for its style, and is refused that too.
            self.heard = [one for one in self.heard if one.strip() != VIEWER]
        return answer

    def be(self, handle: str, role: str) -> None:
        """Choose who to be in the sample city."""
        self.go("/")
        token = self.page.locator("form[action='/who'] input[name=token]").first.input_value()
        form: Any = {"token": token, "handle": handle, "role": role}
        answer = self.context.request.post(self.address + "/who", form=form)
        assert answer.ok, answer.text()

    def send(self, path: str, **fields: str) -> None:
        """Send a form as a page does, and stay on what is answered."""
        token = self.page.locator("input[name=token]").first.input_value()
        with self.page.expect_navigation(wait_until="load"):
            self.page.evaluate(SEND, [path, {"token": token, **fields}])

    def texts(self) -> str:
        """Give all words of the page."""
        return str(self.page.evaluate(TEXTS))

    def shows(self, texts: tuple[str, ...], times: int = 1) -> list[str]:
        """Give those that the page does not show so often, letter by letter."""
        said = self.texts()
        seen = Counter({text: said.count(text) for text in texts})
        return [text for text in texts if seen[text] < times]

    def is_harmless(self) -> None:
        """Nothing ran, nothing wished to, nothing was asked of others, nothing would if touched."""
        assert self.heard == []
        assert self.asked == []
        assert self.page.evaluate(STRANGE) == []

    def _hear(self, kind: str, said: str) -> None:
        self.heard.append(f"{kind}: {said}")

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.asked.append(request.url)
