"""How a street case comes to each stage, and something lawful to answer to each step."""

PHOTO = "0" * 64

# stage: the stage before it, and the step from there
WAYS = {
    "accepting": (None, None),
    "verifying": ("accepting", "send_to_verify"),
    "awaiting_audit": ("accepting", "handle_on_spot"),
    "marked": ("accepting", "mark_duplicate"),
    "merged": ("accepting", "merge"),
    "awaiting_filing": ("accepting", "pass_on"),
    "marked_filing": ("marked", "pass_on"),
    "awaiting_dispatch": ("awaiting_filing", "file"),
    "marked_dispatch": ("marked_filing", "file"),
    "void_decision": ("awaiting_dispatch", "ask_void"),
    "handling": ("awaiting_dispatch", "dispatch"),
    "called": ("handling", "escalate"),
    "ordered": ("handling", "supervise"),
    "deferral": ("handling", "ask_deferral"),
    "return": ("handling", "ask_return"),
    "suspension": ("handling", "ask_suspension"),
    "suspended": ("suspension", "grant_suspension"),
    "awaiting_check": ("handling", "done"),
    "checking": ("awaiting_check", "send_to_check"),
    "awaiting_closing": ("checking", "pass_check"),
    "closed": ("awaiting_closing", "close"),
    "rated": ("closed", "rate"),
    "reopening": ("rated", "ask_reopening"),
}


def answers_to(definition, rule, *, unit, leading):
    """Answer every field that a step asks for and that must be answered."""
    asked = [definition.fields[name] for name in rule.asks]
    return {
        field.name: _answer(field, unit, leading)
        for field in asked
        if field.required or field.kind == "unit"
    }


def _answer(field, unit, leading):
    if field.kind == "choice":
        return "dissatisfied" if "dissatisfied" in field.choices else field.choices[0]
    return {
        "words": "写明理由",
        "unit": unit,
        "minutes": 60,
        "photo": PHOTO,
        "category": "01-02",
        "incident": str(leading),
        "limit_step": "first",
    }[field.kind]
