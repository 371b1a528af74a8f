"""Trying whether messages reach oneself."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from domain.rights import Act
from domain.vocabulary import ChannelKind
from starter.api.allowed import needs
from starter.api.callers import Caller
from starter.api.doors import AtDoors
from starter.api.guarded import Guarded
from starter.api.people import person_of
from starter.api.problems import ApiProblem, Code, FieldProblem, errors
from starter.test_messages import TestedChannel, send_test

router = APIRouter(route_class=Guarded, tags=["people"])

PATIENCE = timedelta(seconds=15)
"""A channel is tried three times, some seconds apart."""


class TestMessageBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: ChannelKind | None = Field(default=None, description="Only over this; without it over each.")


class TestMessageAnswer(BaseModel):
    """What became of a test message, by the kind of channel."""

    finished: bool = Field(description="False while it waits for a worker; it is dropped after 5 minutes.")
    channels: list[TestedChannel]


@router.post(
    "/people/me/test-message",
    response_model=TestMessageAnswer,
    summary="Send yourself a test message",
    description="Over each of one's channels or one kind of them, by the same ways as all messages. "
    "Asked for again within the same minute it is not sent again: the answer is that of before.",
    responses={
        202: {"model": TestMessageAnswer, "description": "No worker has sent it yet. Ask again."},
        **errors(Code.OUT_OF_SCOPE, Code.NOT_FOUND, Code.SERVER_AWAY),
    },
)
async def send_test_message(
    caller: Annotated[Caller, needs(Act.SEND_TEST_MESSAGE)],
    doors: AtDoors,
    response: Response,
    body: TestMessageBody | None = None,
) -> TestMessageAnswer:
    person = await person_of(caller, doors)
    own = tuple(dict.fromkeys(each.kind for each in person.channels))
    wanted = body.channel if body else None
    kinds = own if wanted is None else tuple(kind for kind in own if kind is wanted)
    if not kinds:
        what = f"you have no {wanted or 'channel'} in people.yaml"
        mend = f"use one of {', '.join(own)}" if own else "set your channels first"
        raise ApiProblem(Code.INVALID, what, FieldProblem(pointer="/channel", detail=what, mend=mend))
    client = await doors.temporal.client()
    tested = await send_test(client, person, kinds, doors.now(), PATIENCE)
    if tested is None:
        response.status_code = 202
    return TestMessageAnswer(finished=tested is not None, channels=tested or [])
