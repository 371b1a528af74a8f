"""Carries one message to one recipient: channel by channel, each tried a few times."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from activities.channels.base import Channel, ChannelFailed, Failure, OutgoingMessage, Receipt, one_line
from activities.delivery_record import DeliveryRecord
from domain.notices import Delivery, Notice, Try
from domain.people import PersonChannel
from domain.vocabulary import Audience, ChannelKind
from organisation.recipients import Recipient
from organisation.templates import Message
from records.deliveries import Dispatch
from records.rows import DeliveryState

LONGEST_DETAIL = 300

log = structlog.get_logger(__name__)


class Post(NamedTuple):
    """A notice, ready to go out."""

    notice: Notice
    recipient: Recipient
    message: Message


@dataclass
class _Round:
    """What has happened so far to one message on one channel."""

    tries: list[Try] = field(default_factory=list)
    doubtful: bool = False
    """An attempt ended without an answer, so the other side may have it already."""


class Carrier:
    """`waits` are the seconds before the second try on a channel, the third, and so on."""

    def __init__(
        self, channels: Mapping[ChannelKind, Channel], record: DeliveryRecord, waits: tuple[float, ...]
    ) -> None:
        self._channels = channels
        self._record = record
        self._waits = waits

    async def carry(self, post: Post) -> Delivery:
        """One round over the recipient's channels, until one of them takes the message.

        A channel that the record calls sent is not used again. Where an attempt was cut off, the message
        goes out once more under the same id, and the delivery says so. Raises RecordsAway.
        """
        tries: list[Try] = []
        maybe_twice = False
        for way in post.recipient.channels:
            channel = self._channels.get(way.kind)
            if channel is None:
                tries.append(failed_try(way.kind, "", f"no {way.kind} channel is set up here"))
                continue
            delivery = await self._over(channel, way, post)
            tries += delivery.tries
            maybe_twice |= delivery.maybe_twice
            if delivery.delivered:
                return delivery.but(tries=tuple(tries), maybe_twice=maybe_twice)
        return Delivery(key=post.notice.key, delivered=False, tries=tuple(tries))

    async def _over(self, channel: Channel, way: PersonChannel, post: Post) -> Delivery:
        dispatch = _dispatch(channel, way, post)
        before = await self._record.begin(dispatch)
        if before is not None and before.state is DeliveryState.SENT:
            return _delivered(dispatch, before.message_id)
        round_ = _Round(doubtful=before is not None and before.state is DeliveryState.SENDING)
        receipt = await self._send(channel, way, _outgoing(dispatch, post), round_)
        tries, doubtful = tuple(round_.tries), round_.doubtful
        if receipt is not None:
            await self._record.finish(
                dispatch, sent=True, detail=receipt.detail, message_id=receipt.message_id
            )
            return _delivered(dispatch, receipt.message_id).but(tries=tries, maybe_twice=doubtful)
        if not doubtful:
            # A doubtful one stays unfinished, so that the next round knows of the doubt.
            await self._record.finish(dispatch, sent=False, detail=tries[-1].detail)
        return Delivery(key=post.notice.key, delivered=False, tries=tries, maybe_twice=doubtful)

    async def _send(
        self, channel: Channel, way: PersonChannel, message: OutgoingMessage, round_: _Round
    ) -> Receipt | None:
        """The first receipt; None when the tries are used up or cannot help. All go into the round."""
        shown = channel.shown(way.address)
        for wait in (*self._waits, None):
            try:
                receipt = await channel.send(message, way.address)
            except ChannelFailed as error:
                round_.tries.append(failed_try(channel.kind, shown, error.detail))
                round_.doubtful |= error.failure is Failure.UNCERTAIN
                if wait is None or not _may_repeat(error.failure, channel, message):
                    return None
                await asyncio.sleep(wait)
            except Exception as error:
                # A fault in one channel must not hold up all the others' messages.
                log.exception("channel_faulty", channel=channel.kind, delivery=message.key)
                round_.tries.append(failed_try(channel.kind, shown, f"{type(error).__name__}: {error}"))
                round_.doubtful = True
                return None
            else:
                round_.tries.append(_try(channel.kind, shown, receipt.detail, ok=True))
                return receipt
        return None


def escalation_of(notice: Notice) -> str:
    """The escalation's id, with which the key of each of its notices begins."""
    return notice.key.partition("/")[0]


def failed_try(channel: ChannelKind, address: str, detail: str) -> Try:
    return _try(channel, address, detail, ok=False)


def _try(channel: ChannelKind, address: str, detail: str, *, ok: bool) -> Try:
    said = one_line(detail)[:LONGEST_DETAIL]
    return Try(channel=channel, address=address, at=datetime.now(UTC), ok=ok, detail=said)


def _may_repeat(failure: Failure, channel: Channel, message: OutgoingMessage) -> bool:
    match failure:
        case Failure.PERMANENT:
            return False
        case Failure.PASSING:
            return True
        case Failure.UNCERTAIN:
            # Without an id the other side cannot tell a repeated message from a second one.
            return bool(channel.message_id(message.key))


def _delivered(dispatch: Dispatch, message_id: str) -> Delivery:
    return Delivery(key=dispatch.notice_key, delivered=True, channel=dispatch.channel, message_id=message_id)


def _dispatch(channel: Channel, way: PersonChannel, post: Post) -> Dispatch:
    notice = post.notice
    key = f"{notice.key}/{channel.kind}"
    return Dispatch(
        escalation_id=escalation_of(notice),
        notice_key=notice.key,
        template=notice.template,
        recipient=notice.recipient,
        channel=channel.kind,
        address=channel.shown(way.address),
        message_id=channel.message_id(key),
        subject=post.message.subject,
        body=post.message.text,
    )


def _outgoing(dispatch: Dispatch, post: Post) -> OutgoingMessage:
    notice = post.notice
    return OutgoingMessage(
        key=dispatch.key,
        escalation=dispatch.escalation_id,
        template=notice.template,
        recipient=post.recipient.name,
        language=post.recipient.language,
        subject=post.message.subject,
        text=post.message.text,
        # Outside one may read what the template says, and no more.
        facts=notice.facts if notice.audience is Audience.INTERNAL else {},
    )
