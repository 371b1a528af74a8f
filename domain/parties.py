"""Who has to do with an escalation: those inside who may read it and act on it, whatever team has it."""

from domain.escalation import Escalation


def parties_of(escalation: Escalation) -> tuple[str, ...]:
    """Ids, sorted: asker, owner, manager, told responders, brought in, plan, approvals, task force, RCA."""
    ladder, rca, force = escalation.ladder, escalation.rca, escalation.task_force
    people = {
        escalation.report.asked_by,
        escalation.owner,
        escalation.manager,
        *ladder.told,
        *escalation.responders,
        *ladder.acknowledged_by,
        *escalation.parties,
        *(step.owner for step in escalation.plan),
        *(action.owner for action in escalation.preventive_actions.values()),
        *(force.roles.values() if force else ()),
    }
    for approval in escalation.approvals.values():
        people |= {approval.asked_by, *approval.asked}
    if rca is not None and rca.writer is not None:
        people.add(rca.writer)
    return tuple(sorted(people))
