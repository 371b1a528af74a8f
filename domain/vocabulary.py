"""The closed vocabularies of the product: one word means one thing in core, ledger, doors and templates."""

from enum import StrEnum


class Stage(StrEnum):
    """Where an escalation stands; the six steps, and the end."""

    IDENTIFY = "identify"
    REVIEW = "review"
    COMMUNICATE = "communicate"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    RCA = "rca"
    CLOSED = "closed"


class Severity(StrEnum):
    """How bad it is; S1 is the worst. String order is order of severity."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class Grade(StrEnum):
    """Impact and urgency are graded alike."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Priority(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Reason(StrEnum):
    """Why an escalation happens."""

    MISSING_KNOWLEDGE = "missing_knowledge"
    MISSING_AUTHORITY = "missing_authority"
    COMPLEXITY = "complexity"
    URGENCY = "urgency"
    SLA_BREACHED = "sla_breached"
    SLA_THREATENED = "sla_threatened"
    LONG_ISOLATION = "long_isolation"
    MAJOR_OUTAGE = "major_outage"
    DISSATISFIED_CUSTOMER = "dissatisfied_customer"
    MANAGER_REQUESTED = "manager_requested"
    ABUSE_OR_THREAT = "abuse_or_threat"
    BUSINESS_LOSS = "business_loss"
    REPUTATION_LOSS = "reputation_loss"
    MISUNDERSTANDING = "misunderstanding"
    RECURRENCE = "recurrence"
    REJECTED_SOLUTION = "rejected_solution"
    PROJECT_DELAY = "project_delay"
    BUDGET_OVERRUN = "budget_overrun"
    SUBSTANTIAL_EXTRA_WORK = "substantial_extra_work"


class Origin(StrEnum):
    """Through which channel the trouble reached us."""

    PHONE = "phone"
    EMAIL = "email"
    CHAT = "chat"
    SOCIAL = "social"
    MONITORING = "monitoring"
    PROJECT = "project"
    SERVICE = "service"


class Role(StrEnum):
    """What somebody is in the process; a role allows decisions."""

    REPORTER = "reporter"
    AGENT = "agent"
    EXPERT = "expert"
    TEAM_LEAD = "team_lead"
    ESCALATION_MANAGER = "escalation_manager"
    PROBLEM_COORDINATOR = "problem_coordinator"
    CUSTOMER_ENGAGEMENT_MANAGER = "customer_engagement_manager"
    EXECUTIVE = "executive"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class ChannelKind(StrEnum):
    """By which means a person is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    CONSOLE = "console"


class Audience(StrEnum):
    """Who may read something: everybody who is concerned, or only inside."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


class PromiseKind(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    FIRST_RESPONSE = "first_response"
    INFORM = "inform"
    NEXT_UPDATE = "next_update"
    RESOLVE = "resolve"
    RCA = "rca"
    CLOSE = "close"
    APPROVAL = "approval"
    TASK = "task"
    ESTIMATE = "estimate"
    CUSTOMER_ANSWER = "customer_answer"
    PREVENTIVE_ACTION = "preventive_action"


class PromiseStatus(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN = "broken"
    DROPPED = "dropped"


class Pause(StrEnum):
    """What may stop a promise's clock."""

    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    SNOOZED = "snoozed"


class BreachAction(StrEnum):
    """What a broken promise sets off, beside being recorded."""

    CLIMB = "climb"
    TELL_MANAGER = "tell_manager"
    INVOLVE = "involve"
    RECORD = "record"


class TargetKind(StrEnum):
    """Whom a level, an approval or a last resort addresses."""

    PERSON = "person"
    TEAM = "team"
    ON_CALL = "on_call"
    OWNER = "owner"
    MANAGER = "manager"
    MANAGER_OF_OWNER = "manager_of_owner"
    TEAM_IN_CHARGE = "team_in_charge"
    """The team that the escalation was routed or handed over to."""


class AcknowledgementBy(StrEnum):
    FIRST = "first"
    ALL = "all"


class LadderStatus(StrEnum):
    """Whether climbing goes on."""

    CLIMBING = "climbing"
    ACKNOWLEDGED = "acknowledged"
    LAST_RESORT = "last_resort"
    STOPPED = "stopped"


class ClimbCause(StrEnum):
    """Why a level was reached."""

    OPENED = "opened"
    NO_ACKNOWLEDGEMENT = "no_acknowledgement"
    NOBODY_ON_CALL = "nobody_on_call"
    ACKNOWLEDGEMENT_EXPIRED = "acknowledgement_expired"
    DECISION = "decision"
    BREACH = "breach"
    HANDED_OVER = "handed_over"
    DE_ESCALATED = "de_escalated"
    REOPENED = "reopened"


class Verdict(StrEnum):
    """What came of a condition when it was asked."""

    HOLDS = "holds"
    FAILS = "fails"
    CANNOT_TELL = "cannot_tell"


class Silence(StrEnum):
    """What a customer's silence on a resolution means."""

    CONFIRM = "confirm"
    REOPEN = "reopen"


class CloseReason(StrEnum):
    RESOLVED = "resolved"
    RETURNED = "returned"
    JOINED = "joined"
    CANCELLED = "cancelled"
    PARENT_CLOSED = "parent_closed"


class ApprovalStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


class RcaStatus(StrEnum):
    OWED = "owed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    SHARED = "shared"


class Relation(StrEnum):
    """How a linked record relates to the escalation."""

    PARENT = "parent"
    CHILD = "child"
    INCIDENT = "incident"
    PROBLEM = "problem"
    TICKET = "ticket"
    RELATED = "related"


class Template(StrEnum):
    """The messages the product writes; each is a file in every language that is spoken."""

    LEVEL_PAGE = "level_page"
    OWNER_ASSIGNED = "owner_assigned"
    PROMISE_AT_RISK = "promise_at_risk"
    PROMISE_BROKEN = "promise_broken"
    STAKEHOLDER_NOTICE = "stakeholder_notice"
    CUSTOMER_ACKNOWLEDGEMENT = "customer_acknowledgement"
    CUSTOMER_UPDATE = "customer_update"
    INFORMATION_REQUEST = "information_request"
    GUIDANCE = "guidance"
    OPTIONS = "options"
    APPROVAL_REQUEST = "approval_request"
    APPROVAL_ANSWER = "approval_answer"
    TASK_FORCE = "task_force"
    MORE_PARTIES = "more_parties"
    CONFIRMATION_REQUEST = "confirmation_request"
    CONFIRMATION_REMINDER = "confirmation_reminder"
    FOLLOW_UP = "follow_up"
    RCA_REQUEST = "rca_request"
    RCA_REVIEW = "rca_review"
    RCA_RETURNED = "rca_returned"
    CUSTOMER_RCA = "customer_rca"
    CLOSED = "closed"
    TEST_MESSAGE = "test_message"
    """Belongs to no escalation. Whoever has no file for it is told in words of our own."""


class LookupPurpose(StrEnum):
    """What people are looked up for."""

    LEVEL = "level"
    LAST_RESORT = "last_resort"
    TEAM = "team"
    STAKEHOLDERS = "stakeholders"
    APPROVER = "approver"
    PARTIES = "parties"
    RCA_WRITER = "rca_writer"
    RCA_REVIEWERS = "rca_reviewers"
