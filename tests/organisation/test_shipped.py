"""The organisation that comes with the product, and the examples that run in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy import Policy
from domain.report import Report
from domain.vocabulary import Grade, PromiseKind, Reason, Role, Severity, TargetKind, Template
from organisation.load import load
from organisation.model import Organisation
from organisation.yaml_source import Source, read
from tests.organisation.small import TODAY

ROOT = Path(__file__).parents[2]
POLICIES = ("conduct", "gold-support", "major-outage", "project-risk", "sample")
EXAMPLES = ("billing-ticket", "outage", "purchase-order", "sample", "threat")


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return load(ROOT / "policies", TODAY)


def example(name: str) -> Source:
    source = read(ROOT / "examples" / f"{name}.yaml", f"{name}.yaml")
    assert isinstance(source, Source)
    return source


def test_it_has_the_policies_people_and_rotations_that_the_examples_need(organisation: Organisation) -> None:
    assert tuple(sorted(organisation.policies)) == POLICIES
    assert organisation.warnings == ()
    assert {person.role for person in organisation.people.values()} >= set(Role) - {
        Role.REPORTER,
        Role.SERVICE,
    }
    assert len(organisation.teams) >= 4
    assert len(organisation.on_call.schedules) >= 3


def test_everybody_is_at_home_in_the_first_team_that_names_them(organisation: Organisation) -> None:
    assert organisation.people["pavel-novak"].team == "billing"
    assert organisation.people["lena-brandt"].team == "first-line"
    assert organisation.people["henrik-larsen"].team is None


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_survives_its_own_json(organisation: Organisation, name: str) -> None:
    policy = organisation.policy(name)
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("severity", Severity)
def test_every_policy_makes_the_seven_promises_at_every_severity(
    organisation: Organisation, name: str, severity: Severity
) -> None:
    kinds = [rule.kind for rule in organisation.policy(name).promises[severity] if not rule.specific]
    assert sorted(kinds) == sorted(
        {
            PromiseKind.ACKNOWLEDGE,
            PromiseKind.FIRST_RESPONSE,
            PromiseKind.INFORM,
            PromiseKind.NEXT_UPDATE,
            PromiseKind.RESOLVE,
            PromiseKind.RCA,
            PromiseKind.CLOSE,
        }
    )


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_gives_all_pairs_of_impact_and_urgency_a_severity(
    organisation: Organisation, name: str
) -> None:
    policy = organisation.policy(name)
    given = [policy.severity(impact, urgency) for impact in Grade for urgency in Grade]
    assert given[0] == min(given)
    assert given[-1] == max(given)


def test_the_manager_as_a_target_carries_the_id_of_the_policys_manager(organisation: Organisation) -> None:
    policy = organisation.policy("gold-support")
    [target] = [each for each in policy.level(3).targets if each.kind is TargetKind.MANAGER]
    assert target.id == policy.manager == "sofia-lindqvist"
    assert policy.approvals[0].approver.id == "sofia-lindqvist"


def test_the_whole_ladder_of_the_sample_fits_into_a_minute(organisation: Organisation) -> None:
    policy = organisation.policy("sample")
    once = sum((level.wait for level in policy.levels), timedelta(0))
    assert once * (policy.repeats + 1) <= timedelta(seconds=60)


def test_threats_do_not_begin_at_the_first_level(organisation: Organisation) -> None:
    assert organisation.policy("conduct").straight_to_manager[Reason.ABUSE_OR_THREAT] == 2


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_a_report_under_a_policy_that_exists(organisation: Organisation, name: str) -> None:
    data = example(name).data
    report = Report.model_validate(data["report"])
    assert sorted(data) == ["key", "policy", "report"]
    assert data["policy"] in organisation.policies
    assert set(data["report"]) <= set(Report.model_fields)
    assert report.reason


def test_the_outage_hits_forty_customers_with_somebody_to_write_to() -> None:
    customers = Report.model_validate(example("outage").data["report"]).customers()
    assert len(customers) == 40
    assert all(customer.contacts for customer in customers.values())


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_message_is_there_in_both_languages(organisation: Organisation, language: str) -> None:
    files = {path.stem for path in (organisation.templates / language).iterdir()}
    assert files == {str(template) for template in Template}
