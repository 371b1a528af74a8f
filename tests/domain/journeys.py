"""Brings an escalation to each stage by decisions, and one decision of each kind that works there."""

from contextlib import suppress
from typing import Any

from domain.refusals import RefusalCode, Refused
from domain.vocabulary import Role, Stage
from tests.domain.choices import CUSTOMERS
from tests.domain.world import DAY, HOUR, REPORT, START, World

Steps = tuple[tuple[str, str, dict[str, Any]], ...]

ACCEPT: Steps = (("accept", "mara", {"reason": "ours"}),)
DECLARE: Steps = (("declare_resolved", "olga", {"what_was_done": "mended"}),)
CONFIRM: Steps = (("confirm", "rita", {}),)
REQUEST: Steps = (("request_rca", "theo", {"reason": "to learn"}),)
SUBMIT: Steps = (("submit_rca", "xena", {"root_cause": "a switch", "customer_version": "replaced"}),)
APPROVED: Steps = (("approve_rca", "mara", {}),)
WAYS: dict[Stage, tuple[Steps, Steps]] = {
    Stage.IDENTIFY: ((), (("ask_information", "mara", {"question": "which invoice?"}),)),
    Stage.REVIEW: ((), ()),
    Stage.COMMUNICATE: (ACCEPT, ()),
    Stage.ESCALATE: (ACCEPT, ()),
    Stage.RESOLVE: (ACCEPT, DECLARE),
    Stage.RCA: (ACCEPT, DECLARE + REQUEST + CONFIRM),
    Stage.CLOSED: (ACCEPT, (("cancel", "theo", {"reason": "a mistake"}),)),
}
"""The decisions that lead to a stage: up to the acceptance, and from there on."""
APPROVAL: Steps = (
    ("request_approval", "olga", {"approval": "a", "kind": "refund", "amount": 400, "text": "sorry"}),
)
STEP: Steps = (("add_plan_step", "anna", {"step": "s", "text": "look", "owner": "ben"}),)
OPTIONS: Steps = (("propose_options", "anna", {"options_id": "o", "options": ["this", "that"]}),)
ACTION: Steps = (
    (
        "add_preventive_action",
        "theo",
        {"action": "p", "text": "never again", "owner": "ben", "due": START + 9 * DAY},
    ),
)
FORCE: Steps = (("deploy_task_force", "theo", {"roles": {"lead": "xena"}}),)
EARLY: dict[str, Steps] = {
    "approve": APPROVAL,
    "refuse": APPROVAL,
    "revise_plan_step": STEP,
    "complete_plan_step": STEP,
    "choose_option": OPTIONS,
    "complete_preventive_action": ACTION,
    "stand_down": FORCE,
    "de_escalate": (("climb", "anna", {"reason": "too much"}),),
}
"""What has to be decided before a decision makes sense, right after the acceptance."""
LATE: dict[str, Steps] = {
    "submit_rca": REQUEST,
    "return_rca": REQUEST + SUBMIT,
    "approve_rca": REQUEST + SUBMIT,
    "share_rca": REQUEST + SUBMIT + APPROVED,
    "close": (*CONFIRM, *SUBMIT, *APPROVED, ("share_rca", "mara", {})),
}
"""The same, in the stage itself."""
SAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "report_again": ("rita", {"report": REPORT}),
    "parent_closed": ("crm", {"parent": "esc-p", "reason": "solved"}),
    "acknowledge": ("ben", {}),
    "accept": ("theo", {"reason": "ours"}),
    "return_with_guidance": ("theo", {"reason": "known", "guidance": "restart it"}),
    "join": ("theo", {"into": "esc-other~1", "reason": "same"}),
    "ask_information": ("theo", {"question": "which one?"}),
    "set_severity": ("theo", {"severity": "S1", "reason": "worse"}),
    "assign_owner": ("theo", {"owner": "xena"}),
    "hand_over": ("xena", {"team": "network", "reason": "a switch"}),
    "climb": ("ben", {"reason": "too much"}),
    "de_escalate": ("theo", {"guidance": "restart it"}),
    "snooze": ("theo", {"until": START + 5 * HOUR, "reason": "night"}),
    "request_approval": ("ben", {"approval": "b", "kind": "refund", "amount": 1, "text": "sorry"}),
    "approve": ("theo", {"approval": "a"}),
    "refuse": ("theo", {"approval": "a", "comment": "no"}),
    "deploy_task_force": ("theo", {"roles": {"lead": "xena"}}),
    "stand_down": ("theo", {}),
    "move_policy": ("mara", {"policy": "test", "reason": "newer"}),
    "cancel": ("theo", {"reason": "a mistake"}),
    "note": ("ben", {"text": "looked at it"}),
    "send_update": ("ben", {"text": "we are on it"}),
    "set_estimate": ("xena", {"at": START + 5 * HOUR}),
    "wait_for_customer": ("ben", {"question": "which one?"}),
    "customer_replied": ("rita", {"text": "the second"}),
    "link": ("ben", {"link": {"relation": "ticket", "id": "T-1"}}),
    "add_affected_customer": ("ben", {"customer": CUSTOMERS[0]}),
    "propose_options": ("ben", {"options_id": "q", "options": ["this", "that"]}),
    "choose_option": ("rita", {"options_id": "o", "option": 1}),
    "add_plan_step": ("ben", {"step": "t", "text": "look", "owner": "ben"}),
    "revise_plan_step": ("ben", {"step": "s", "text": "look again", "reason": "new facts"}),
    "complete_plan_step": ("ben", {"step": "s"}),
    "declare_resolved": ("xena", {"what_was_done": "mended"}),
    "verify_customer": ("ben", {"customer": "acme"}),
    "confirm": ("rita", {}),
    "reject_resolution": ("rita", {"reason": "still broken"}),
    "rate": ("rita", {"score": 5}),
    "close": ("theo", {"reason": "done"}),
    "request_rca": ("theo", {"reason": "to learn"}),
    "submit_rca": ("xena", {"root_cause": "a switch"}),
    "return_rca": ("mara", {"reason": "deeper"}),
    "approve_rca": ("mara", {}),
    "share_rca": ("emil", {}),
    "add_preventive_action": ("xena", {"action": "r", "text": "x", "owner": "ben", "due": START + DAY}),
    "complete_preventive_action": ("ben", {"action": "p"}),
}
"""A decision of each kind with somebody who may take it."""
ACTORS = {
    Role.REPORTER: "rita",
    Role.AGENT: "ben",
    Role.EXPERT: "xena",
    Role.TEAM_LEAD: "theo",
    Role.ESCALATION_MANAGER: "mara",
    Role.PROBLEM_COORDINATOR: "cora",
    Role.CUSTOMER_ENGAGEMENT_MANAGER: "emil",
    Role.EXECUTIVE: "eva",
    Role.AUDITOR: "audrey",
    Role.ADMINISTRATOR: "adam",
    Role.SERVICE: "crm",
}
"""Somebody in each role who is neither the owner nor the one who asked."""


def brought_to(stage: Stage, kind: str) -> World:
    """A world in that stage, with all that a decision of that kind needs, as far as the stage lets it."""
    world = World()
    to_acceptance, onwards = WAYS[stage]
    world.answers = stage is not Stage.COMMUNICATE
    _go(world, to_acceptance + EARLY.get(kind, ()) + onwards + LATE.get(kind, ()))
    assert world.escalation.stage is stage
    return world


def verdict(world: World, kind: str, by: str) -> str:
    """One letter: taken, or why not."""
    _, fields = SAMPLES[kind]
    try:
        world.decide(kind, by, **fields)
    except Refused as refused:
        return _letter(refused, kind)
    return "y"


def _go(world: World, steps: Steps) -> None:
    for kind, by, fields in steps:
        # A stage that lets nothing be prepared does not let it be decided either.
        with suppress(Refused):
            world.decide(kind, by, **fields)


def _letter(refused: Refused, kind: str) -> str:
    match refused.code:
        case RefusalCode.CLOSED:
            return "c"
        case RefusalCode.WRONG_STAGE:
            return "s"
        case RefusalCode.ALREADY_DONE:
            return "d"
        case RefusalCode.NOT_ALLOWED if f"may not {kind.replace('_', ' ')};" in refused.message:
            return "."
        case RefusalCode.NOT_ALLOWED:
            return "l"
        case _:
            raise AssertionError(f"{kind} is refused for another reason: {refused.message}")
