"""What the core asks of the outside world, and what the outside world answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.conditions import Condition, Judged, ReportFacts
from domain.decisions import Author, Decision
from domain.notices import Delivery, Notice
from domain.policy import Policy, Target
from domain.value import Value
from domain.vocabulary import LookupPurpose, Verdict
from domain.working_time import WorkingTime


class FindPeople(Value):
    """Who are these targets at this instant? Answered by PeopleFound with the same key."""

    type: Literal["find_people"] = "find_people"
    key: str
    purpose: LookupPurpose
    subject: str = ""
    """Which one of several: the ladder episode, the approval's id."""
    targets: tuple[Target, ...]
    at: datetime
    owner: str
    team: str = ""
    """The team in charge."""
    condition: Condition | None = None
    """Whether they are to be told at all."""


class SendNotices(Value):
    """Deliver these messages, each once. Answered by NoticesSent."""

    type: Literal["send_notices"] = "send_notices"
    key: str
    notices: tuple[Notice, ...]


class ResolveWorkingTime(Value):
    """Resolve these calendar definitions (JSON, by name) into UTC windows from `start` to `until`."""

    type: Literal["resolve_working_time"] = "resolve_working_time"
    key: str
    calendars: dict[str, str]
    start: datetime
    until: datetime


class FetchPolicy(Value):
    """Read a policy; `version` None means the newest. Answered by PolicyFetched.

    Working time is resolved from `at` (the escalation's start) until well after `until`.
    """

    type: Literal["fetch_policy"] = "fetch_policy"
    key: str
    name: str
    version: str | None
    at: datetime
    until: datetime
    reason: str
    author: Author
    """Who decided the move."""
    facts: ReportFacts | None = None
    """What the routes are asked of."""


class TellEscalation(Value):
    """Hand a decision to another escalation. Answered by EscalationTold."""

    type: Literal["tell_escalation"] = "tell_escalation"
    key: str
    escalation_id: str
    decision: Decision


AnyErrand = FindPeople | SendNotices | ResolveWorkingTime | FetchPolicy | TellEscalation
Errand = Annotated[AnyErrand, Field(discriminator="type")]


class PeopleFound(Value):
    """Person ids in the order of the targets, each once; `unknown` names targets that no longer exist."""

    type: Literal["people_found"] = "people_found"
    key: str
    people: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ()
    """Targets that exist but had nobody (no one on call)."""
    verdict: Verdict = Verdict.HOLDS
    """What came of the errand's condition; nobody is looked up where it fails."""
    why: str = ""
    """What the verdict rests on, where it does not simply hold."""


class NoticesSent(Value):
    type: Literal["notices_sent"] = "notices_sent"
    key: str
    deliveries: tuple[Delivery, ...]


class WorkingTimeResolved(Value):
    type: Literal["working_time_resolved"] = "working_time_resolved"
    key: str
    working_time: dict[str, WorkingTime]


class PolicyFetched(Value):
    type: Literal["policy_fetched"] = "policy_fetched"
    key: str
    policy: Policy
    working_time: dict[str, WorkingTime]
    judged: tuple[Judged, ...] = ()
    """What came of the routes that have a condition."""
    rules: int = 1
    """Those that a life goes by that begins with this (`domain/rulebook.py`)."""

    def holding(self) -> tuple[int, ...]:
        """The numbers of the routes whose condition holds."""
        return tuple(one.route for one in self.judged if one.verdict is Verdict.HOLDS)


class EscalationTold(Value):
    type: Literal["escalation_told"] = "escalation_told"
    key: str


class ErrandFailed(Value):
    """The outside world could not do it, and trying again has ended."""

    type: Literal["errand_failed"] = "errand_failed"
    key: str
    why: str


AnyAnswer = PeopleFound | NoticesSent | WorkingTimeResolved | PolicyFetched | EscalationTold | ErrandFailed
Answer = Annotated[AnyAnswer, Field(discriminator="type")]
