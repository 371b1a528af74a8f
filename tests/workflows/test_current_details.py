"""The page of an escalation in Temporal's own pages."""

from temporalio.api.sdk.v1 import WorkflowMetadata

from tests.workflows.house import house


async def test_current_details_read_like_the_cover_of_a_case_file() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("acknowledge", "anna")
        metadata: WorkflowMetadata = await life.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        history = await life.history()
    details = metadata.current_details
    assert details.startswith("**Invoices are wrong**")
    assert "owner anna, escalation manager mara, team support" in details
    assert "first_response" in details
    assert "Acme" not in details
    summaries = [event.user_metadata.summary.data.decode() for event in history]
    assert '"promise due first_response"' in summaries
    assert '"level 1:1"' in summaries
