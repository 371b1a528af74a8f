"""How far working time is known, and how it becomes known further before promises need it."""

from datetime import timedelta

from domain.agenda import EXTEND_BEFORE
from domain.errands import ResolveWorkingTime, WorkingTimeResolved
from domain.events import WorkingTimeAsked, WorkingTimeExtended, WorkingTimeUnknown
from domain.promises import retime
from domain.turn import Turn

RESOLVE_AHEAD = timedelta(days=270)
"""How far into the future working time is resolved."""
ASK_AGAIN_AFTER = timedelta(days=1)


def extend(turn: Turn) -> None:
    """Asks for further windows of all calendars."""
    escalation = turn.escalation
    start = min(time.horizon_at for time in escalation.working_time.values())
    until = start + RESOLVE_AHEAD - EXTEND_BEFORE
    turn.emit(WorkingTimeAsked, until=until)
    calendars = {name: escalation.policy.calendars[name] for name in escalation.working_time}
    turn.ask(ResolveWorkingTime(key=turn.key("working-time"), calendars=calendars, start=start, until=until))


def extended(turn: Turn, errand: ResolveWorkingTime, answer: WorkingTimeResolved) -> None:
    """The clocks are planned anew. The policy may have moved meanwhile: then other calendars count."""
    known, present = turn.escalation.working_time, turn.escalation.policy.calendars
    longer = {
        name: known[name].extended_by(more)
        for name, more in answer.working_time.items()
        if name in known and present[name] == errand.calendars[name] and more.start <= known[name].horizon
    }
    if longer:
        until = min(time.horizon_at for time in (known | longer).values())
        turn.emit(WorkingTimeExtended, working_time=longer, until=until)
        retime(turn)


def not_extended(turn: Turn, why: str) -> None:
    turn.emit(WorkingTimeUnknown, why=why, again_at=turn.now + ASK_AGAIN_AFTER)
