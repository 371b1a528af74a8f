"""Communicate: who hears what, what is waited for, and what became of the messages."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from domain.decisions import (
    AddAffectedCustomer,
    AddLink,
    ChooseOption,
    Note,
    ProposeOptions,
    SendUpdate,
    SetEstimate,
    WaitForCustomer,
)
from domain.ending import ENGINE, greet_relatives, plan_closing
from domain.errands import FindPeople, NoticesSent, PeopleFound, SendNotices
from domain.escalation import Undelivered
from domain.events import (
    CustomerAdded,
    CustomerAwaited,
    EstimateSet,
    EverybodyInformed,
    InformationSent,
    LevelUnreached,
    Linked,
    MessageDelivered,
    MessageFailed,
    MessageGivenUp,
    MessageRetried,
    Noted,
    OptionChosen,
    OptionsProposed,
    UpdateSent,
)
from domain.notices import Delivery, Notice
from domain.policy import PromiseRule
from domain.promises import drop, keep, make, make_until
from domain.refusals import RefusalCode, Refused
from domain.report import Customer
from domain.telling import inside, look_up, tell, tell_customers
from domain.turn import Turn
from domain.vocabulary import (
    Audience,
    LadderStatus,
    LookupPurpose,
    PromiseKind,
    Role,
    Stage,
    Template,
)

CUSTOMER_ANSWER_WAIT = timedelta(days=3)
"""How long an answer to a question of the review is waited for."""
ACCEPTED_TEXT = "Your case has been escalated and accepted; we are working on it and keep you informed."

UNDER_WAY_TEXT = "The escalation was reviewed and accepted; work is under way."


def inform_everybody(turn: Turn) -> None:
    """First information to all concerned customers and to the policy's stakeholders."""
    keys = tell_customers(turn, Template.CUSTOMER_UPDATE, text=ACCEPTED_TEXT, informs=True)
    policy = turn.escalation.policy
    if policy.stakeholders:
        keys = (*keys, look_up(turn, LookupPurpose.STAKEHOLDERS, policy.stakeholders))
    turn.emit(InformationSent, notices=keys, recipients=tuple(turn.escalation.customers))
    _if_everybody_informed(turn)


def inform_later(turn: Turn, customers: Iterable[Customer]) -> None:
    """The first information to those who came after everybody else was informed."""
    if turn.escalation.stage not in (Stage.COMMUNICATE, Stage.ESCALATE):
        return
    for customer in customers:
        keys = tell_customers(
            turn, Template.CUSTOMER_UPDATE, text=ACCEPTED_TEXT, only=(customer,), informs=True
        )
        turn.emit(InformationSent, notices=keys, recipients=(customer.id,))


def ask_customer(turn: Turn, question: str, due: datetime | None) -> None:
    """A question to the customer's side: before the review's end to whoever raised it, too."""
    report = turn.escalation.report
    only = report.asking() or None
    if turn.escalation.stage is Stage.IDENTIFY:
        only = report.asking()
        tell(turn, Template.INFORMATION_REQUEST, (report.asked_by,), text=question, due=due)
    tell_customers(turn, Template.INFORMATION_REQUEST, text=question, due=due, only=only)


def stakeholders_found(turn: Turn, errand: FindPeople, found: PeopleFound) -> None:
    if errand.key not in turn.escalation.informing:
        return
    keys = tell(turn, Template.STAKEHOLDER_NOTICE, found.people, text=UNDER_WAY_TEXT, informs=True)
    turn.emit(InformationSent, notices=keys, recipients=found.people, settles=errand.key)
    _if_everybody_informed(turn)


def note(turn: Turn, decision: Note) -> None:
    is_outside = decision.author.role is Role.REPORTER
    turn.emit(Noted, text=decision.text, audience=Audience.CUSTOMER if is_outside else decision.audience)


def send_update(turn: Turn, decision: SendUpdate) -> None:
    """Starts the rhythm anew; to customers it is a response, too."""
    turn.emit(UpdateSent, text=decision.text, audience=decision.audience)
    _updated(turn, decision.text, decision.audience)


def set_estimate(turn: Turn, decision: SetEstimate) -> None:
    """A changed estimate is itself an update."""
    if decision.at <= turn.now:
        raise Refused(RefusalCode.INVALID, f"at: {decision.at:%Y-%m-%d %H:%M} has passed; give a later time")
    turn.emit(EstimateSet, estimate=decision.at, text=decision.text)
    drop(turn, PromiseKind.ESTIMATE)
    make_until(turn, PromiseKind.ESTIMATE, decision.at)
    text = decision.text or f"We expect the solution at {decision.at:%Y-%m-%d %H:%M} UTC."
    turn.emit(UpdateSent, text=text, audience=Audience.CUSTOMER)
    _updated(turn, text, Audience.CUSTOMER)


def wait_for_customer(turn: Turn, decision: WaitForCustomer) -> None:
    """Stops the clocks that the policy says; silence comes back to the owner."""
    if turn.escalation.waiting is not None:
        raise Refused(RefusalCode.ALREADY_DONE, "the customer's answer is waited for already")
    turn.emit(CustomerAwaited, question=decision.question, promise=PromiseKind.CUSTOMER_ANSWER.value)
    rule = PromiseRule(kind=PromiseKind.CUSTOMER_ANSWER, target=decision.wait, warn_at=(0.5,))
    make(turn, PromiseKind.CUSTOMER_ANSWER, rule=rule)
    keep(turn, PromiseKind.FIRST_RESPONSE)
    due = turn.escalation.promises[PromiseKind.CUSTOMER_ANSWER].due
    ask_customer(turn, decision.question, due)


def link(turn: Turn, decision: AddLink) -> None:
    if decision.link in turn.escalation.links:
        raise Refused(RefusalCode.ALREADY_DONE, f"{decision.link.id} is linked already")
    if decision.link.id == turn.escalation.id:
        raise Refused(RefusalCode.INVALID, f"link: {decision.link.id} is this escalation; name another one")
    turn.emit(Linked, link=decision.link)
    if decision.author != ENGINE:
        greet_relatives(turn, (decision.link,))


def add_affected_customer(turn: Turn, decision: AddAffectedCustomer) -> None:
    customer = decision.customer
    if turn.escalation.customers.get(customer.id) == customer:
        raise Refused(RefusalCode.ALREADY_DONE, f"{customer.id} is among the affected customers already")
    turn.emit(CustomerAdded, customer=customer)
    inform_later(turn, (customer,))
    plan_closing(turn)


def propose_options(turn: Turn, decision: ProposeOptions) -> None:
    if any(one.id == decision.options_id for one in turn.escalation.options):
        raise Refused(RefusalCode.ALREADY_DONE, f"options {decision.options_id} exist; give a new id")
    turn.emit(OptionsProposed, options_id=decision.options_id, options=decision.options)
    keep(turn, PromiseKind.FIRST_RESPONSE)
    text = "\n".join(f"{number}. {option}" for number, option in enumerate(decision.options, 1))
    tell_customers(turn, Template.OPTIONS, text=text, only=turn.escalation.report.asking() or None)


def choose_option(turn: Turn, decision: ChooseOption) -> None:
    asked = next((one for one in turn.escalation.options if one.id == decision.options_id), None)
    if asked is None:
        known = ", ".join(one.id for one in turn.escalation.options) or "none were proposed"
        raise Refused(RefusalCode.UNKNOWN, f"options {decision.options_id} are not known; known: {known}")
    if asked.chosen is not None:
        raise Refused(RefusalCode.ALREADY_DONE, f"the choice was made: {asked.chosen}")
    if decision.option > len(asked.options):
        raise Refused(RefusalCode.INVALID, f"option: there are {len(asked.options)} options, 1 is the first")
    chosen = asked.options[decision.option - 1]
    turn.emit(OptionChosen, options_id=asked.id, chosen=chosen)
    tell(turn, Template.STAKEHOLDER_NOTICE, (turn.escalation.owner,), text=f"The customer chose: {chosen}")


def notices_sent(turn: Turn, errand: SendNotices, answer: NoticesSent, why: str = "") -> None:
    """What became of the messages: delivered, to be tried again, or given up."""
    notices = {notice.key: notice for notice in errand.notices}
    before = turn.escalation.undelivered
    for delivery in answer.deliveries:
        notice = notices[delivery.key]
        if delivery.gone:
            _to_nobody(turn, notice, errand)
        else:
            _delivery(turn, notice, delivery, why)
    _if_level_unreached(turn, errand, answer, before)
    if any(notice.informs for notice in errand.notices):
        _if_everybody_informed(turn)


def notices_not_sent(turn: Turn, errand: SendNotices, why: str) -> None:
    """The attempt as a whole failed; each message counts as failed and is tried again."""
    failed = tuple(Delivery(key=notice.key, delivered=False) for notice in errand.notices)
    notices_sent(turn, errand, NoticesSent(key=errand.key, deliveries=failed), why)


def retry_delivery(turn: Turn, key: str) -> None:
    """The next round for an undelivered message, unless its page is not needed any more."""
    waiting = turn.escalation.undelivered[key]
    notice = waiting.notice
    ladder = turn.escalation.ladder
    climbing = ladder.status in (LadderStatus.CLIMBING, LadderStatus.LAST_RESORT)
    if notice.pages is not None and not climbing:
        _give_up(turn, waiting, "the page is no longer needed")
        return
    if notice.pages == ladder.episode and notice.recipient not in ladder.told:
        _give_up(turn, waiting, "no longer at this level")
        return
    turn.emit(MessageRetried, planned=waiting.next_try, notice=key, recipient=notice.recipient)
    turn.notices[key] = notice


def _updated(turn: Turn, text: str, audience: Audience) -> None:
    if turn.escalation.stage not in (Stage.RESOLVE, Stage.RCA):
        keep(turn, PromiseKind.NEXT_UPDATE)
        make(turn, PromiseKind.NEXT_UPDATE)
    if audience is Audience.CUSTOMER:
        keep(turn, PromiseKind.FIRST_RESPONSE)
        tell_customers(turn, Template.CUSTOMER_UPDATE, text=text)
    escalation = turn.escalation
    in_charge = (escalation.owner, escalation.manager) if audience is Audience.INTERNAL else ()
    hear = tuple(person for person in (*in_charge, *inside(escalation)) if person != turn.by)
    tell(turn, Template.STAKEHOLDER_NOTICE, hear, text=text)


def _if_everybody_informed(turn: Turn) -> None:
    escalation = turn.escalation
    if escalation.informing or escalation.stage not in (Stage.COMMUNICATE, Stage.ESCALATE):
        return
    all_reached = not escalation.inform_failed
    turn.emit(EverybodyInformed, all_reached=all_reached)
    if all_reached:
        keep(turn, PromiseKind.INFORM)


def _delivery(turn: Turn, notice: Notice, delivery: Delivery, why: str) -> None:
    channel = delivery.channel
    if channel is not None and delivery.delivered:
        turn.emit(
            MessageDelivered,
            notice=delivery.key,
            template=notice.template,
            recipient=notice.recipient,
            channel=channel,
            message_id=delivery.message_id,
            tries=delivery.tries,
            maybe_twice=delivery.maybe_twice,
        )
        return
    rules = turn.escalation.policy.delivery
    before = turn.escalation.undelivered.get(notice.key)
    rounds = before.rounds + 1 if before else 1
    first_failed = before.first_failed if before else turn.now
    next_try = turn.now + rules.retry_after[min(rounds, len(rules.retry_after)) - 1]
    goes_on = next_try <= first_failed + rules.give_up_after
    waiting = Undelivered(
        notice=notice, rounds=rounds, first_failed=first_failed, next_try=next_try if goes_on else None
    )
    turn.emit(MessageFailed, undelivered=waiting, tries=delivery.tries, why=why)
    if not goes_on:
        _give_up(turn, waiting, f"{rounds} rounds failed since {first_failed:%Y-%m-%d %H:%M} UTC")


def _to_nobody(turn: Turn, notice: Notice, errand: SendNotices) -> None:
    """Given up at once. What a gone owner should hear, the escalation manager hears instead."""
    escalation = turn.escalation
    before = escalation.undelivered.get(notice.key)
    turn.emit(
        MessageGivenUp,
        notice=notice.key,
        recipient=notice.recipient,
        template=notice.template,
        rounds=before.rounds + 1 if before else 1,
        why=f"nobody in the organisation is called {notice.recipient}",
        gone=True,
    )
    manager = escalation.manager
    hears = any(one.recipient == manager and one.template is notice.template for one in errand.notices)
    if notice.recipient == escalation.owner and not hears and not escalation.is_closed:
        instead = notice.but(key=turn.key(manager), recipient=manager, informs=False)
        turn.notices[instead.key] = instead


def _give_up(turn: Turn, waiting: Undelivered, why: str) -> None:
    notice = waiting.notice
    turn.emit(
        MessageGivenUp,
        notice=notice.key,
        recipient=notice.recipient,
        template=notice.template,
        rounds=waiting.rounds,
        why=why,
    )


def _if_level_unreached(
    turn: Turn, errand: SendNotices, answer: NoticesSent, before: Mapping[str, Undelivered]
) -> None:
    """Where none of the level's pages that were not tried `before` got through."""
    ladder = turn.escalation.ladder
    if ladder.status not in (LadderStatus.CLIMBING, LadderStatus.LAST_RESORT):
        return
    first = [notice for notice in errand.notices if notice.key not in before]
    pages = {notice.key: notice.recipient for notice in first if notice.pages == ladder.episode}
    told = [delivery.delivered for delivery in answer.deliveries if delivery.key in pages]
    if told and not any(told):
        people = tuple(pages.values())
        turn.emit(LevelUnreached, level=ladder.level, people=people)
