"""Imports every module of types past the sandbox: one class identity for workflows, activities, payloads.

Must be imported before any logic of the domain, which stays inside, guarded. A test holds this list
against the modules that define types.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    import pydantic

    import activities.inputs
    import activities.ledger
    import activities.notify
    import activities.organisation
    import domain.conditions
    import domain.decisions
    import domain.decisions.base
    import domain.decisions.communicate
    import domain.decisions.escalate
    import domain.decisions.rca
    import domain.decisions.resolve
    import domain.decisions.review
    import domain.errands
    import domain.escalation
    import domain.events
    import domain.events.base
    import domain.events.communicate
    import domain.events.intake
    import domain.events.ladder
    import domain.events.promises
    import domain.events.rca
    import domain.events.resolve
    import domain.events.work
    import domain.notices
    import domain.opening
    import domain.policy
    import domain.refusals
    import domain.report
    import domain.summary
    import domain.text
    import domain.value
    import domain.vocabulary
    import domain.working_time

__all__ = ["activities", "domain", "pydantic"]
