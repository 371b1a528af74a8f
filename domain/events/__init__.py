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
    ErrandUndone,
    InformationAsked,
    JoinAsked,
    Joined,
    Opened,
    PolicyMoveAsked,
    PolicyMoved,
    PolicyMoveFailed,
    Reopened,
    ReportJoined,
    Returned,
    SeveritySet,
    WorkingTimeAsked,
    WorkingTimeExtended,
    WorkingTimeUnknown,
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
    LevelLeft,
    LevelNotified,
    LevelPagedAgain,
    LevelPassedOver,
    LevelReached,
    LevelUnreached,
    NobodyOnCall,
    OwnerAssigned,
    Snoozed,
    SnoozeEnded,
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
    RcaReviewersTold,
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
    | JoinAsked
    | ErrandUndone
    | Joined
    | SeveritySet
    | DecisionRefused
    | PolicyMoved
    | PolicyMoveAsked
    | PolicyMoveFailed
    | WorkingTimeAsked
    | WorkingTimeExtended
    | WorkingTimeUnknown
    | PromiseMade
    | PromiseAtRisk
    | PromiseBroken
    | PromiseKept
    | PromiseDropped
    | PromisePaused
    | PromiseResumed
    | PromiseReplanned
    | LevelReached
    | LevelLeft
    | LevelNotified
    | LevelPagedAgain
    | LevelPassedOver
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
    | RcaReviewersTold
    | RcaApproved
    | RcaShared
    | PreventiveActionAdded
    | PreventiveActionCompleted
)
Event = Annotated[AnyEvent, Field(discriminator="type")]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)
EVENT_TYPES: tuple[type[EventBase], ...] = get_args(AnyEvent)

__all__ = [
    "CLOCK",
    "EVENT",
    "EVENT_TYPES",
    "Accepted",
    "Acknowledged",
    "AcknowledgementExpired",
    "AnyEvent",
    "ApprovalDecided",
    "ApprovalRequested",
    "ApproverTold",
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
    "EarlierLevelNotified",
    "ErrandUndone",
    "EstimateSet",
    "Event",
    "EventBase",
    "EverybodyInformed",
    "FollowUpRaised",
    "HandedOver",
    "InformationAsked",
    "InformationSent",
    "JoinAsked",
    "Joined",
    "LastResortReached",
    "LastResortTold",
    "LevelLeft",
    "LevelNotified",
    "LevelPagedAgain",
    "LevelPassedOver",
    "LevelReached",
    "LevelUnreached",
    "Linked",
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
    "RcaReviewersTold",
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
    "WorkingTimeAsked",
    "WorkingTimeExtended",
    "WorkingTimeUnknown",
]
