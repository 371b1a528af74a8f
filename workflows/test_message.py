"""TestMessageWorkflow: sends somebody a test message over each of their channels."""

from temporalio import workflow

import workflows.passed_through  # noqa: F401
from workflows import options
from workflows.names import TEST_MESSAGE

with workflow.unsafe.imports_passed_through():
    from activities.notify import NotifyActivities
    from domain.errands import NoticesSent, SendNotices


@workflow.defn(name=TEST_MESSAGE)
class TestMessageWorkflow:
    """One round of messages that belong to no escalation.

    Its id comes from person, channel and minute, so whoever asks again within the minute is answered with
    what came of the first. Messages go through the activity that sends all others, and are recorded alike.
    """

    @workflow.run
    async def run(self, errand: SendNotices) -> NoticesSent:
        """What became of each message."""
        return await workflow.execute_activity_method(
            NotifyActivities.send_notices, errand, summary=errand.key, **options.SEND_TEST
        )
