"""Bad input is refused with the place and the mend, and leaves nothing behind."""

from pathlib import Path

import pytest

from starter.cli import main as cli
from tests.smoke import organisation
from tests.smoke.files import TICKET, written
from tests.smoke.orders import order
from tests.smoke.organisation import CALM
from tests.smoke.stack import Stack

ORDERS = {
    "unknown policy": ("policy: calm", "policy: clam", ("policy", "did you mean 'calm'")),
    "unknown person": ("by: grace-okafor", "by: grace-okafo", ("asked_by", "did you mean 'grace-okafor'")),
    "300 kB": ("charged twice", "x" * 300_000, ("what_happened", "order.yaml:6")),
    "control character": ("subject: Case", 'subject: "a\\ab"\n  title: Case', ("order.yaml:5", "subject")),
    "two equal keys": ("key: ticket-9", "key: a\nkey: b", ("order.yaml:3", "key")),
    "unknown field": ("origin: phone", "orign: phone", ("order.yaml:9", "did you mean 'origin'")),
    "no subject": ("  subject: Case ticket-9\n", "", ("report.subject", "missing")),
}
"""What is replaced in a good order by what, and what the error must say: the place, and the mend."""
DECISIONS = {
    "naive date": (("set-estimate", "--at", "2026-12-01T10:00"), ("--at", "zone")),
    "impossible date": (("set-estimate", "--at", "2027-02-30T10:00+01:00"), ("--at", "day")),
    "unknown person": (("assign-owner", "--owner", "omar-hadad"), ("owner", "did you mean 'omar-haddad'")),
    "unknown decision": (("acknowlege",), ("acknowlege", "did you mean 'acknowledge'")),
    "control character": (("note", "--text", "a\x1bb"), ("--text", "control character")),
}
POLICIES = {
    "one level": ("levels:\n", "levels: [{name: Only, targets: [owner], wait: 1m}]\nx:\n", ("two levels",)),
    "a level that tells nobody": ("[person:pavel-novak]", "[]", ("at least one target",)),
    "an unknown person": ("person:pavel-novak", "person:pavel-novac", ("did you mean 'pavel-novak'",)),
}


async def test_nothing_is_left_of_bad_orders(stack_without_worker: Stack) -> None:
    stack = stack_without_worker
    for name, (old, new, named) in ORDERS.items():
        said = await stack.run_here("open", written(stack.folder, TICKET.replace(old, new)))
        assert (name, said.code) == (name, 2)
        assert [each for each in named if each not in said.err] == [], (name, said.err[-2000:])
    assert (await stack.client.count_workflows()).count == 0
    assert (await stack.reader.list_escalations()).rows == ()


async def test_nothing_is_left_of_bad_decisions(stack_without_worker: Stack) -> None:
    stack = stack_without_worker
    await stack.gateway.open(order("good", CALM))
    handle = stack.client.get_workflow_handle("esc-good")
    before = (await handle.describe()).history_length
    for name, (arguments, named) in DECISIONS.items():
        said = await stack.run_here("decide", "good", *arguments, "--as", "omar-haddad")
        assert (name, said.code) == (name, 2)
        assert [each for each in named if each not in said.err] == [], (name, said.err)
    assert (await handle.describe()).history_length == before


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_would_tell_nobody_is_named_by_file_and_line(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, named = POLICIES[name]
    folder = organisation.make(tmp_path / "policies")
    policy = folder / "policies" / "calm.yaml"
    policy.write_text(policy.read_text().replace(old, new))
    code = cli.run(["policy", "check", str(folder)])
    said = capsys.readouterr().err
    assert code == 2
    assert [each for each in ("policies/calm.yaml:", *named) if each not in said] == [], said
