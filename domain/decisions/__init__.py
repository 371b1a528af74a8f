"""Everything that a person may decide: a closed union, told apart by `type`."""

from typing import Annotated, get_args

from pydantic import Field, TypeAdapter

from domain.decisions.base import Author, DecisionBase
from domain.decisions.communicate import (
    AddAffectedCustomer,
    AddLink,
    ChooseOption,
    CustomerReplied,
    Note,
    ProposeOptions,
    SendUpdate,
    SetEstimate,
    WaitForCustomer,
)
from domain.decisions.escalate import (
    Approve,
    AssignOwner,
    Cancel,
    Climb,
    DeEscalate,
    DeployTaskForce,
    HandOver,
    MovePolicy,
    Refuse,
    RequestApproval,
    Snooze,
    StandDown,
)
from domain.decisions.rca import (
    AddPreventiveAction,
    ApproveRca,
    CompletePreventiveAction,
    RequestRca,
    ReturnRca,
    ShareRca,
    SubmitRca,
)
from domain.decisions.resolve import (
    AddPlanStep,
    Close,
    CompletePlanStep,
    Confirm,
    DeclareResolved,
    Rate,
    RejectResolution,
    RevisePlanStep,
    VerifyCustomer,
)
from domain.decisions.review import (
    Accept,
    Acknowledge,
    AskInformation,
    Join,
    ParentClosed,
    ReportAgain,
    ReturnWithGuidance,
    SetSeverity,
)

AnyDecision = (
    ReportAgain
    | ParentClosed
    | Acknowledge
    | Accept
    | ReturnWithGuidance
    | Join
    | AskInformation
    | SetSeverity
    | AssignOwner
    | HandOver
    | Climb
    | DeEscalate
    | Snooze
    | RequestApproval
    | Approve
    | Refuse
    | DeployTaskForce
    | StandDown
    | MovePolicy
    | Cancel
    | Note
    | SendUpdate
    | SetEstimate
    | WaitForCustomer
    | CustomerReplied
    | AddLink
    | AddAffectedCustomer
    | ProposeOptions
    | ChooseOption
    | AddPlanStep
    | RevisePlanStep
    | CompletePlanStep
    | DeclareResolved
    | VerifyCustomer
    | Confirm
    | RejectResolution
    | Rate
    | Close
    | RequestRca
    | SubmitRca
    | ReturnRca
    | ApproveRca
    | ShareRca
    | AddPreventiveAction
    | CompletePreventiveAction
)
Decision = Annotated[AnyDecision, Field(discriminator="type")]
DECISION: TypeAdapter[AnyDecision] = TypeAdapter(Decision)
DECISION_TYPES: tuple[type[DecisionBase], ...] = get_args(AnyDecision)

__all__ = [
    "DECISION",
    "DECISION_TYPES",
    "Accept",
    "Acknowledge",
    "AddAffectedCustomer",
    "AddLink",
    "AddPlanStep",
    "AddPreventiveAction",
    "AnyDecision",
    "Approve",
    "ApproveRca",
    "AskInformation",
    "AssignOwner",
    "Author",
    "Cancel",
    "ChooseOption",
    "Climb",
    "Close",
    "CompletePlanStep",
    "CompletePreventiveAction",
    "Confirm",
    "CustomerReplied",
    "DeEscalate",
    "Decision",
    "DecisionBase",
    "DeclareResolved",
    "DeployTaskForce",
    "HandOver",
    "Join",
    "MovePolicy",
    "Note",
    "ParentClosed",
    "ProposeOptions",
    "Rate",
    "Refuse",
    "RejectResolution",
    "ReportAgain",
    "RequestApproval",
    "RequestRca",
    "ReturnRca",
    "ReturnWithGuidance",
    "RevisePlanStep",
    "SendUpdate",
    "SetEstimate",
    "SetSeverity",
    "ShareRca",
    "Snooze",
    "StandDown",
    "SubmitRca",
    "VerifyCustomer",
    "WaitForCustomer",
]
