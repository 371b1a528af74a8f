"""Every decision by every role: taken or refused, each driven through the core for real."""

import pytest

from domain.decisions import DECISION_TYPES
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import Role, Stage
from tests.domain.choices import name_of
from tests.domain.journeys import ACTORS, brought_to, verdict
from tests.domain.world import HOUR, World

TABLE = """
                                       reporter
                                       | agent
                                       | | expert
                                       | | | team_lead
                                       | | | | escalation_manager
                                       | | | | | problem_coordinator
                                       | | | | | | customer_engagement_manager
                                       | | | | | | | executive
                                       | | | | | | | | auditor
                                       | | | | | | | | | administrator
                                       | | | | | | | | | | service
report_again                 rca       y y y y y y y y . y y
parent_closed                rca       . . . . . . . . . . y
acknowledge                  escalate  . y y y d y y y . y .
accept                       review    . l y y y l l l . l .
return_with_guidance         review    . l y y y l l l . l .
join                         escalate  . l y y y l l l . l .
ask_information              review    . l y y y l l l . l .
set_severity                 escalate  . . l y y l l l . l .
assign_owner                 rca       . . . y y . . y . y .
hand_over                    escalate  . . y y y y y y . y .
climb                        escalate  . y y y y y y y . y .
de_escalate                  escalate  . . y y y y y y . y .
snooze                       escalate  . . y y y y y y . y .
request_approval             resolve   . y y y y y y y . y .
approve                      rca       . l l y l l l y . l .
refuse                       rca       . l l y l l l y . l .
deploy_task_force            escalate  . . . y y . . y . y .
stand_down                   escalate  . . . y y . . y . y .
move_policy                  rca       . . . . y . . . . y .
cancel                       escalate  . . . y y . . y . y .
note                         rca       y y y y y y y y . y y
send_update                  rca       . y y y y y y y . y .
set_estimate                 escalate  . . y y y y y y . y .
wait_for_customer            escalate  . y y y y y y y . y .
customer_replied             rca       y y y y y y y y . y y
link                         rca       y y y y y y y y . y y
add_affected_customer        resolve   . y y y y y y y . y y
propose_options              escalate  . y y y y y y y . y .
choose_option                escalate  y y y y y y y y . y y
add_plan_step                escalate  . y y y y y y y . y .
revise_plan_step             escalate  . y y y y y y y . y .
complete_plan_step           resolve   . y y y y y y y . y .
declare_resolved             escalate  . . y y y y y y . y .
verify_customer              rca       . y y y y y y y . y .
confirm                      resolve   y y y y y y y y . y y
reject_resolution            resolve   y y y y y y y y . y y
rate                         rca       y y y y y y y y . y y
close                        rca       . . . y y y . y . y .
request_rca                  resolve   . . . y y y y y . y .
submit_rca                   rca       . . y y y y y y . y .
return_rca                   rca       . . . . y y . y . y .
approve_rca                  rca       . . . . y y . y . y .
share_rca                    rca       . . . . y y y y . y .
add_preventive_action        rca       . . y y y y y y . y .
complete_preventive_action   rca       . y y y y y y y . y .
"""
"""y: taken; .: refused, not for this role; l: refused, beyond the authority that the policy gives it."""
ROWS = [line.split() for line in TABLE.strip().splitlines() if not line.lstrip(" |").isidentifier()]
EXPECTED = {name: (Stage(stage), letters) for name, stage, *letters in ROWS}


def test_the_table_has_every_decision_and_every_role() -> None:
    assert set(EXPECTED) == {name_of(kind) for kind in DECISION_TYPES}
    assert [word for word in TABLE.split() if word in set(Role)] == [role.value for role in ACTORS]
    assert set(ACTORS) == set(Role)


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_a_decision_is_taken_or_refused_as_the_role_says(kind: str) -> None:
    stage, expected = EXPECTED[kind]
    assert [verdict(brought_to(stage, kind), kind, by) for by in ACTORS.values()] == expected


def test_the_owner_may_do_what_is_otherwise_for_higher_roles() -> None:
    world = World()
    world.decide("acknowledge", "ben")
    world.decide("accept", "mara", reason="ours")
    world.decide("snooze", "ben", until=world.now + HOUR, reason="the customer sleeps")
    world.decide("declare_resolved", "ben", what_was_done="mended")
    assert world.escalation.stage is Stage.RESOLVE


def test_whoever_asked_for_an_escalation_may_cancel_it() -> None:
    world = World()
    world.decide("cancel", "anna", reason="found it myself")
    assert world.escalation.is_closed


def test_a_refusal_names_who_may() -> None:
    with pytest.raises(Refused, match="may not move policy; this is for escalation_manager, administrator"):
        World().decide("move_policy", "ben", policy="other", reason="why not")


def test_a_reviewer_without_the_authority_hears_who_has_it() -> None:
    with pytest.raises(Refused, match=r"agent may not review S2 .* this is for") as refused:
        World().decide("accept", "ben", reason="ours")
    assert refused.value.code is RefusalCode.NOT_ALLOWED
