"""The workflow as somebody changed it without a guard: the control that replay notices such a thing."""

from temporalio import workflow

from workflows.escalation import EscalationWorkflow

with workflow.unsafe.imports_passed_through():
    from domain.escalation import Escalation
    from domain.opening import Begin


@workflow.defn(name="escalation")
class ChangedWorkflow(EscalationWorkflow):
    @workflow.init
    def __init__(self, begin: Begin) -> None:
        super().__init__(begin)

    @workflow.run
    async def run(self, begin: Begin) -> Escalation:
        await workflow.sleep(1)
        return await super().run(begin)
