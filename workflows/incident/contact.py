"""How somebody who reported can be reached: lines of text on their way to the vault."""

from __future__ import annotations

from domain.kernel.refusals import Refused

LONGEST = 200


def contact_of(*, name: str = "", phone: str = "", callback: str = "") -> str | None:
    r"""Give the lines of what was told; None where nothing was. Refuses ``contact-too-long``.

    >>> contact_of(name="韩秀英", phone="13800138000")
    'name: 韩秀英\nphone: 13800138000'
    """
    given = {"name": name, "phone": phone, "callback": callback}
    lines = {what: " ".join(text.split()) for what, text in given.items()}
    if any(len(text) > LONGEST for text in lines.values()):
        reason = f"Name, phone number and callback have at most {LONGEST} characters each."
        raise Refused("contact-too-long", reason)
    return "\n".join(f"{what}: {text}" for what, text in lines.items() if text) or None
