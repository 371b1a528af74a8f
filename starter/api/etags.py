"""ETags of escalations: which one, and its last event. Under one key several can follow each other."""

import re
from typing import NamedTuple

from domain.refusals import RefusalCode, Refused
from starter import ids
from starter.api.problems import ApiProblem, Code, FieldProblem

PATTERN = r'^"(?:([\x21\x23-\x7e]{1,150})/)?([0-9]{1,9})"$'
_ETAG = re.compile(PATTERN)


class Version(NamedTuple):
    """What somebody has seen."""

    of: str | None
    """The escalation's id; None where only the event's number is said."""
    seq: int

    def demand(self, ref: str) -> str:
        """What to decide about, so that it is the very one that was seen. Raises Refused for another."""
        if self.of is None or self.of == ref:
            return ref
        if ids.is_escalation_id(ref) or ids.workflow_of(self.of) not in ids.workflows_meant_by(ref):
            raise self.stale(ref)
        return self.of

    def stale(self, ref: str) -> Refused:
        message = f"{ref} is not {self.of}, which was seen; read it again, then decide"
        return Refused(RefusalCode.STALE, message)


def etag(id_: str, seq: int) -> str:
    return f'"{id_}/{seq}"'


def seen_in(if_match: str | None) -> Version | None:
    """None: whatever has happened. Raises ApiProblem for what is no ETag of an escalation."""
    if if_match is None or if_match == "*":
        return None
    found = _ETAG.fullmatch(if_match)
    if found is None:
        wrong = FieldProblem(
            parameter="If-Match", detail="no ETag of an escalation", mend="send back the ETag as it came"
        )
        raise ApiProblem(Code.INVALID, "If-Match is no ETag of an escalation", wrong)
    return Version(found[1], int(found[2]))
