"""One person's chain: who reports and handles a matter is not also who says that it was done."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields

from domain.incident import marks
from workflows.checks.findings import Finding
from workflows.definition import Definition, Label

NOT_HIS_OWN = "not_own_handling"
_HANDLES = frozenset({marks.HANDLED, marks.SELF_HANDLED})
_LOOKS = frozenset({marks.CHECKED, marks.AUDITED})
_CLOSES = frozenset({marks.CLOSED})


def check_chain(definition: Definition) -> Iterator[Finding]:
    """Roles that report, handle and verify; where nothing is verified, the closing counts."""
    verifying = (
        _LOOKS if any(_LOOKS.intersection(one.marks) for one in definition.steps) else _CLOSES
    )
    handlers, verifiers = _taking(definition, _HANDLES), _taking(definition, verifying)
    for role in definition.reported_by:
        known = definition.roles.get(role)
        is_person = known is not None and not known.system
        if is_person and role in handlers and role in verifiers:
            sentence = "one person may report, handle and verify the same matter."
            hint = f"Let another role verify, or add needs = ['{NOT_HIS_OWN}'] to that step."
            yield Finding.warning("one-person-chain", f"roles.{role}", sentence, hint=hint)


def check_labels(definition: Definition) -> Iterator[Finding]:
    """Names that are empty: the page would show nothing to press."""
    labelled = [("title", definition.title)]
    labelled += [(f"roles.{one.name}", one.label) for one in definition.roles.values()]
    labelled += [(f"fields.{one.name}", one.label) for one in definition.fields.values()]
    labelled += [(f"stage.{one.name}", one.label) for one in definition.stages.values()]
    labelled += [(f"step.{one.name}", one.label) for one in definition.steps]
    for where, label in labelled:
        for missing in _empty(label):
            sentence = f"it has no name in '{missing}'."
            hint = "Write the name that people shall read."
            yield Finding.warning("label-missing", where, sentence, hint=hint)


def _taking(definition: Definition, wanted: Collection[str]) -> set[str]:
    """Name the roles that may take a step of these marks, upon their own work too."""
    return {
        role
        for rule in definition.steps
        if NOT_HIS_OWN not in rule.needs and set(wanted).intersection(rule.marks)
        for role in rule.by
    }


def _empty(label: Label) -> Iterator[str]:
    for one in fields(label):
        if not getattr(label, one.name).strip():
            yield one.name
