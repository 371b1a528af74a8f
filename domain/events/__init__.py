"""Everything that can happen to an escalation: a closed union, told apart by `type`."""

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from domain.events.base import CLOCK, EventBase
from domain.events.communicate import (
    CustomerAdded,
    CustomerAnswered,
    CustomerAwaited,
    EstimateSet,
    EverybodyInformed,
    InformationSent,
    Linked,
    MessageDelivered,
    MessageFailed,
    MessageGivenUp,
    MessageRetried,
    Noted,
    OptionChosen,
    OptionsProposed,
    UpdateSent,
)
from domain.events.intake import (
    Accepted,
    DecisionRefused,
    InformationAsked,
    Joined,
    Opened,
    PolicyMoveAsked,
    PolicyMoveFailed,
    PolicyMoved,
    Reopened,
    ReportJoined,
    Returned,
    SeveritySet,
    WorkingTimeExtended,
)
from domain.events.ladder import (
    Acknowledged,
    AcknowledgementExpired,
    ClimbDecided,
    DeEscalated,
    EarlierLevelNotified,
    HandedOver,
    LastResortReached,
    LastResortTold,
    LevelNotified,
    LevelReached,
    LevelUnreached,
    NobodyOnCall,
    OwnerAssigned,
    SnoozeEnded,
    Snoozed,
)
from domain.events.promises import (
    PromiseAtRisk,
    PromiseBroken,
    PromiseDropped,
    PromiseKept,
    PromiseMade,
    PromisePaused,
    PromiseReplanned,
    PromiseResumed,
)
from domain.events.rca import (
    PreventiveActionAdded,
    PreventiveActionCompleted,
    RcaApproved,
    RcaRequested,
    RcaReturned,
    RcaShared,
    RcaSubmitted,
    RcaWriterTold,
)
from domain.events.resolve import (
    CancelDecided,
    Closed,
    ClosingPlanned,
    Confirmed,
    CustomerVerified,
    FollowUpRaised,
    Rated,
    ResolutionDeclared,
    ResolutionRejected,
)
from domain.events.work import (
    ApprovalDecided,
    ApprovalRequested,
    ApproverTold,
    LookupFailed,
    MorePartiesDue,
    PartiesInvolved,
    PlanStepAdded,
    PlanStepCompleted,
    PlanStepRevised,
    StandInAsked,
    TaskForceDeployed,
    TaskForceStoodDown,
)

AnyEvent = (
    Opened
    | ReportJoined
    | Reopened
    | InformationAsked
    | Accepted
    | Returned
    | Joined
    | SeveritySet
    | DecisionRefused
    | PolicyMoved
    | PolicyMoveAsked
    | PolicyMoveFailed
    | WorkingTimeExtended
    | PromiseMade
    | PromiseAtRisk
    | PromiseBroken
    | PromiseKept
    | PromiseDropped
    | PromisePaused
    | PromiseResumed
    | PromiseReplanned
    | LevelReached
    | LevelNotified
    | EarlierLevelNotified
    | NobodyOnCall
    | LevelUnreached
    | Acknowledged
    | AcknowledgementExpired
    | LastResortReached
    | LastResortTold
    | OwnerAssigned
    | HandedOver
    | ClimbDecided
    | DeEscalated
    | Snoozed
    | SnoozeEnded
    | Noted
    | InformationSent
    | EverybodyInformed
    | UpdateSent
    | EstimateSet
    | CustomerAwaited
    | CustomerAnswered
    | Linked
    | CustomerAdded
    | OptionsProposed
    | OptionChosen
    | MessageDelivered
    | MessageFailed
    | MessageRetried
    | MessageGivenUp
    | PlanStepAdded
    | PlanStepRevised
    | PlanStepCompleted
    | ApprovalRequested
    | ApproverTold
    | StandInAsked
    | ApprovalDecided
    | TaskForceDeployed
    | TaskForceStoodDown
    | MorePartiesDue
    | PartiesInvolved
    | LookupFailed
    | ResolutionDeclared
    | CustomerVerified
    | Confirmed
    | ResolutionRejected
    | Rated
    | FollowUpRaised
    | ClosingPlanned
    | CancelDecided
    | Closed
    | RcaRequested
    | RcaWriterTold
    | RcaSubmitted
    | RcaReturned
    | RcaApproved
    | RcaShared
    | PreventiveActionAdded
    | PreventiveActionCompleted
)
Event = Annotated[AnyEvent, Field(discriminator="type")]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)
EVENT_TYPES: tuple[type[EventBase], ...] = get_args(AnyEvent)

__all__ = [
    "Accepted",
    "Acknowledged",
    "AcknowledgementExpired",
    "AnyEvent",
    "ApprovalDecided",
    "ApprovalRequested",
    "ApproverTold",
    "CLOCK",
    "CancelDecided",
    "ClimbDecided",
    "Closed",
    "ClosingPlanned",
    "Confirmed",
    "CustomerAdded",
    "CustomerAnswered",
    "CustomerAwaited",
    "CustomerVerified",
    "DeEscalated",
    "DecisionRefused",
    "EVENT",
    "EVENT_TYPES",
    "EarlierLevelNotified",
    "EstimateSet",
    "Event",
    "EventBase",
    "EverybodyInformed",
    "FollowUpRaised",
    "HandedOver",
    "InformationAsked",
    "InformationSent",
    "Joined",
    "LastResortReached",
    "LastResortTold",
    "LevelNotified",
    "LevelReached",
    "LevelUnreached",
    "Linked",
    "LookupFailed",
    "MessageDelivered",
    "MessageFailed",
    "MessageGivenUp",
    "MessageRetried",
    "MorePartiesDue",
    "NobodyOnCall",
    "Noted",
    "Opened",
    "OptionChosen",
    "OptionsProposed",
    "OwnerAssigned",
    "PartiesInvolved",
    "PlanStepAdded",
    "PlanStepCompleted",
    "PlanStepRevised",
    "PolicyMoveAsked",
    "PolicyMoveFailed",
    "PolicyMoved",
    "PreventiveActionAdded",
    "PreventiveActionCompleted",
    "PromiseAtRisk",
    "PromiseBroken",
    "PromiseDropped",
    "PromiseKept",
    "PromiseMade",
    "PromisePaused",
    "PromiseReplanned",
    "PromiseResumed",
    "Rated",
    "RcaApproved",
    "RcaRequested",
    "RcaReturned",
    "RcaShared",
    "RcaSubmitted",
    "RcaWriterTold",
    "Reopened",
    "ReportJoined",
    "ResolutionDeclared",
    "ResolutionRejected",
    "Returned",
    "SeveritySet",
    "SnoozeEnded",
    "Snoozed",
    "StandInAsked",
    "TaskForceDeployed",
    "TaskForceStoodDown",
    "UpdateSent",
    "WorkingTimeExtended",
]
