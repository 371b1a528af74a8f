"""What a decision says, in a few letters: tells a repetition from another decision under the same id."""

import json
from hashlib import sha256

from domain.decisions import AnyDecision, ReportAgain
from domain.decisions.base import HEAD
from domain.escalation import Escalation
from domain.refusals import RefusalCode, Refused

LENGTH = 16


def fingerprint_of(decision: AnyDecision) -> str:
    """By author and content; of a report by content only, since two who report the same say one thing.

    What is left to its default has no part in it: fields that come later must not change old ones.
    """
    said = decision.model_dump(mode="json", exclude=set(HEAD), exclude_defaults=True)
    author = None if isinstance(decision, ReportAgain) else decision.author.id
    text = json.dumps([decision.type, author, said], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:LENGTH]


def is_another(escalation: Escalation, decision: AnyDecision) -> bool:
    """Whether its id stands for a decision that says something else.

    False where that one is remembered without its fingerprint, as in escalations of earlier releases.
    """
    known = escalation.fingerprints.get(decision.decision_id)
    return known is not None and known != fingerprint_of(decision)


def demand_the_same(escalation: Escalation, decision: AnyDecision) -> None:
    """Raises Refused for another decision under an id that is known."""
    if is_another(escalation, decision):
        raise Refused(
            RefusalCode.REUSED,
            f"the decision id {decision.decision_id!r} stands for another decision, so nothing was decided; "
            "send this one under a new id",
        )
