"""Decisions for random lives: of any kind, mostly possible ones, about things that mostly exist."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain import decisions as d
from domain.decisions import DECISION, DECISION_TYPES, AnyDecision, DecisionBase
from domain.escalation import Escalation
from domain.permissions import ROLES, STAGES
from domain.report import Contact, Customer
from domain.vocabulary import ApprovalStatus, Audience, ChannelKind, RcaStatus, Role, Severity
from tests.domain.world import REPORT
from tests.domain.world import ROLES as PEOPLE

TEXTS = ("As agreed.", "Two lines\n\nand a third one.", "Ümläuts, 漢字 and {braces} | pipes")
CUSTOMERS = tuple(
    Customer(
        id=name,
        name=name.title(),
        contacts=(Contact(name="Sam", email=f"sam@{name}.example", channels=(ChannelKind.EMAIL,)),)
        * contacts,
    )
    for name, contacts in (("globex", 1), ("initech", 2), ("umbrella", 0))
)
OTHERS = ("esc-other~1", "esc-other~2")
TYPES = tuple(sorted(DECISION_TYPES, key=lambda kind: kind.__name__))
ENDS = (d.Cancel, d.ReturnWithGuidance, d.Join, d.ParentClosed)
_BY_ROLE: dict[Role, tuple[str, ...]] = {
    role: tuple(name for name, its in PEOPLE.items() if its is role) for role in Role
}

Fields = dict[str, Any]
Maker = Callable[[Random, Escalation, datetime], Fields]


def name_of(kind: type[DecisionBase]) -> str:
    return str(kind.model_fields["type"].default)


def random_decision(chance: Random, escalation: Escalation, now: datetime, number: int) -> AnyDecision:
    """Mostly one that stage and role allow, often one about something begun, seldom one that ends it."""
    kind = chance.choice(TYPES)
    possible = [one for one in TYPES if escalation.stage in STAGES[one]]
    if chance.random() < 0.85:
        kind = chance.choice(begun(escalation) * 3 + possible)
    if kind in ENDS and chance.random() < 0.7:
        kind = chance.choice(possible)
    able = [role for role in Role if role in ROLES[kind]] if chance.random() < 0.85 else list(Role)
    role = chance.choice(able)
    author = {"id": chance.choice(_BY_ROLE[role]), "role": role}
    name = name_of(kind)
    fields = FIELDS[name](chance, escalation, now) if name in FIELDS else {}
    return DECISION.validate_python({"type": name, "decision_id": f"d-{number}", "author": author} | fields)


def begun(escalation: Escalation) -> list[type[DecisionBase]]:
    """What is possible because of what was decided before."""
    rca = escalation.rca.status if escalation.rca else None
    force = escalation.task_force
    solved = escalation.resolution is not None
    wanted: dict[type[DecisionBase], bool] = {
        d.RevisePlanStep: any(step.done_at is None for step in escalation.plan),
        d.CompletePlanStep: any(step.done_at is None for step in escalation.plan),
        d.ChooseOption: any(one.chosen is None for one in escalation.options),
        d.Approve: any(one.status is ApprovalStatus.PENDING for one in escalation.approvals.values()),
        d.StandDown: force is not None and force.stood_down_at is None,
        d.SubmitRca: rca in (RcaStatus.OWED, RcaStatus.RETURNED),
        d.ReturnRca: rca is RcaStatus.SUBMITTED,
        d.ApproveRca: rca is RcaStatus.SUBMITTED,
        d.ShareRca: rca is RcaStatus.APPROVED,
        d.Rate: solved,
        d.Close: escalation.close_at is not None,
    }
    return [kind for kind, is_wanted in wanted.items() if is_wanted]


def _text(chance: Random) -> str:
    return chance.choice(TEXTS)


def _soon(chance: Random, now: datetime) -> datetime:
    return now + timedelta(minutes=chance.choice((-30, 5, 45, 600, 6000)))


def _one_of(chance: Random, known: list[str], fresh: str) -> str:
    """Mostly something that exists."""
    return chance.choice(known) if known and chance.random() < 0.9 else fresh


def _step(chance: Random, escalation: Escalation, now: datetime) -> Fields:
    return {"step": _one_of(chance, [step.id for step in escalation.plan], "step:0")}


def _approval(chance: Random, escalation: Escalation, now: datetime) -> Fields:
    return {"approval": _one_of(chance, list(escalation.approvals), "app:0"), "comment": _text(chance)}


def _action(chance: Random, escalation: Escalation, now: datetime) -> Fields:
    return {"action": _one_of(chance, list(escalation.preventive_actions), "act:0")}


def _options(chance: Random, escalation: Escalation, now: datetime) -> Fields:
    ids = [one.id for one in escalation.options]
    return {"options_id": _one_of(chance, ids, "opt-0"), "option": chance.randint(1, 3)}


def _link(chance: Random, escalation: Escalation, now: datetime) -> Fields:
    relation = chance.choice(("parent", "child", "ticket"))
    return {"link": {"relation": relation, "id": chance.choice((*OTHERS, "T-1", escalation.id))}}


def _report(chance: Random) -> Any:
    affected = tuple(chance.sample(CUSTOMERS, chance.randint(0, 2)))
    customer = chance.choice((REPORT.customer, None, CUSTOMERS[0]))
    return REPORT.model_copy(update={"affected": affected, "customer": customer})


FIELDS: dict[str, Maker] = {
    "report_again": lambda c, e, n: {"report": _report(c), "joined_from": c.choice((None, "esc-other~3"))},
    "parent_closed": lambda c, e, n: {"parent": OTHERS[0], "reason": _text(c)},
    "acknowledge": lambda c, e, n: {"text": _text(c)},
    "accept": lambda c, e, n: {"reason": _text(c)},
    "return_with_guidance": lambda c, e, n: {"reason": _text(c), "guidance": _text(c)},
    "join": lambda c, e, n: {"into": c.choice((*OTHERS, "T-1")), "reason": _text(c)},
    "ask_information": lambda c, e, n: {"question": _text(c)},
    "set_severity": lambda c, e, n: {"severity": c.choice(list(Severity)), "reason": _text(c)},
    "assign_owner": lambda c, e, n: {"owner": c.choice(("olga", "ben", "xena")), "reason": _text(c)},
    "hand_over": lambda c, e, n: {"team": c.choice(("network", "nobody")), "reason": _text(c)},
    "climb": lambda c, e, n: {"reason": _text(c)},
    "de_escalate": lambda c, e, n: {"guidance": _text(c)},
    "snooze": lambda c, e, n: {"until": _soon(c, n), "reason": _text(c)},
    "request_approval": lambda c, e, n: {
        "approval": f"app:{len(e.approvals)}",
        "kind": c.choice(("refund", "refund", "yacht")),
        "amount": c.choice((10, 900, 40_000)),
        "text": _text(c),
    },
    "approve": _approval,
    "refuse": _approval,
    "deploy_task_force": lambda c, e, n: {"roles": {"lead": c.choice(("xena", "theo")), "scribe": "ben"}},
    "stand_down": lambda c, e, n: {"reason": c.choice(("", "done"))},
    "move_policy": lambda c, e, n: {"policy": "other", "reason": _text(c)},
    "cancel": lambda c, e, n: {"reason": _text(c)},
    "note": lambda c, e, n: {"text": _text(c), "audience": c.choice(list(Audience))},
    "send_update": lambda c, e, n: {"text": _text(c), "audience": c.choice(list(Audience))},
    "set_estimate": lambda c, e, n: {"at": _soon(c, n), "text": c.choice(("", "soon"))},
    "wait_for_customer": lambda c, e, n: {
        "question": _text(c),
        "wait": timedelta(hours=c.choice((1, 10, 100))),
    },
    "customer_replied": lambda c, e, n: {"text": _text(c)},
    "link": _link,
    "add_affected_customer": lambda c, e, n: {"customer": c.choice(CUSTOMERS)},
    "propose_options": lambda c, e, n: {"options_id": f"opt-{len(e.options)}", "options": TEXTS[:2]},
    "choose_option": _options,
    "add_plan_step": lambda c, e, n: {
        "step": f"step:{len(e.plan)}",
        "text": _text(c),
        "owner": "ben",
        "due": c.choice((None, _soon(c, n))),
    },
    "revise_plan_step": lambda c, e, n: _step(c, e, n) | {"due": _soon(c, n), "reason": _text(c)},
    "complete_plan_step": _step,
    "declare_resolved": lambda c, e, n: {"what_was_done": _text(c)},
    "verify_customer": lambda c, e, n: {"customer": _one_of(c, list(e.customers), "nobody")},
    "reject_resolution": lambda c, e, n: {"reason": _text(c)},
    "rate": lambda c, e, n: {"score": c.randint(1, 5), "text": _text(c)},
    "close": lambda c, e, n: {"reason": _text(c)},
    "request_rca": lambda c, e, n: {"reason": _text(c)},
    "submit_rca": lambda c, e, n: {"root_cause": _text(c), "customer_version": c.choice(("", "For you."))},
    "return_rca": lambda c, e, n: {"reason": _text(c)},
    "add_preventive_action": lambda c, e, n: {
        "action": f"act:{len(e.preventive_actions)}",
        "text": _text(c),
        "owner": "ben",
        "due": _soon(c, n),
    },
    "complete_preventive_action": _action,
}
"""How each decision's own fields are made up; those not named have none that must be given."""
