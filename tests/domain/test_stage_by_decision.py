"""Every decision in every stage: taken or refused, each driven through the core for real."""

import pytest

from domain.decisions import DECISION_TYPES
from domain.vocabulary import Stage
from tests.domain.choices import name_of
from tests.domain.journeys import SAMPLES, brought_to, verdict

TABLE = """
                             identify review communicate escalate resolve rca closed
report_again                 y y y y y y y
parent_closed                y y y y y y c
acknowledge                  y y y y s s c
accept                       y y s s s s c
return_with_guidance         y y s s s s c
join                         y y y y s s c
ask_information              y y s s s s c
set_severity                 y y y y s s c
assign_owner                 y y y y y y c
hand_over                    s y y y s s c
climb                        y y y y s s c
de_escalate                  s y y y s s c
snooze                       s y y y s s c
request_approval             s y y y y s c
approve                      s y y y y y c
refuse                       s y y y y y c
deploy_task_force            s y y y s s c
stand_down                   s y y y d s c
move_policy                  y y y y y y c
cancel                       y y y y s s c
note                         y y y y y y c
send_update                  y y y y y y c
set_estimate                 s y y y s s c
wait_for_customer            s s y y s s c
customer_replied             y y y y y y c
link                         y y y y y y c
add_affected_customer        y y y y y s c
propose_options              s s y y s s c
choose_option                s s y y s s c
add_plan_step                s s y y s s c
revise_plan_step             s s y y s s c
complete_plan_step           s s y y y s c
declare_resolved             s s y y s s c
verify_customer              s s s s y y c
confirm                      s s s s y s c
reject_resolution            s s s s y s c
rate                         s s s s y y c
close                        s s s s y y c
request_rca                  s s s s y d c
submit_rca                   s s s s y y c
return_rca                   s s s s y y c
approve_rca                  s s s s y y c
share_rca                    s s s s y y c
add_preventive_action        s s s y y y c
complete_preventive_action   s s s y y y c
"""
"""y: taken; s: refused, not in this stage; d: refused, it is done already; c: refused, closed."""
EXPECTED = {row[0]: row[1:] for row in map(str.split, TABLE.strip().splitlines()[1:])}


def test_the_table_has_every_decision_and_every_stage() -> None:
    assert set(EXPECTED) == {name_of(kind) for kind in DECISION_TYPES}
    assert TABLE.split()[: len(Stage)] == [stage.value for stage in Stage]


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_a_decision_is_taken_or_refused_as_the_stage_says(kind: str) -> None:
    by, _ = SAMPLES[kind]
    assert [verdict(brought_to(stage, kind), kind, by) for stage in Stage] == EXPECTED[kind]


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_a_refusal_leaves_nothing_behind(kind: str) -> None:
    world = brought_to(Stage.CLOSED, kind)
    before = world.escalation
    refused = verdict(world, kind, SAMPLES[kind][0]) != "y"
    assert (world.escalation == before) is refused
