"""Everything else, chat rooms, phones, pagers, by Apprise: the address is one of its URLs."""

import os
from asyncio import timeout, to_thread
from string import Template

from apprise import Apprise, AppriseAsset, AppriseResult
from apprise.plugins import NotifyBase
from apprise.result import AppriseResultStatus

from activities.channels.base import ChannelFailed, Failure, OutgoingMessage, Receipt, one_line
from domain.vocabulary import ChannelKind


class AppriseChannel:
    """Sends through the one service that an Apprise URL names.

    URLs come from the organisation's files only: some of their options reach into the network.
    """

    kind = ChannelKind.APPRISE

    def __init__(self, timeout: float = 30) -> None:
        self._timeout = timeout
        self._asset = AppriseAsset(app_id="Escalations", app_desc="Escalations")

    def shown(self, address: str) -> str:
        # Tokens can stand anywhere behind the scheme.
        return f"{address.partition('://')[0]}://…"

    def message_id(self, key: str) -> str:
        del key
        return ""

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        # The first look at a URL loads every plug-in, which takes a second.
        url = _with_secrets(address)
        service = await to_thread(Apprise.instantiate, url, asset=self._asset)
        if not isinstance(service, NotifyBase):
            raise ChannelFailed("not a URL that Apprise knows", Failure.PERMANENT)
        apprise = Apprise(asset=self._asset)
        apprise.add(service)
        try:
            async with timeout(self._timeout):
                result = await apprise.async_notify(title=one_line(message.subject), body=message.text)
        except TimeoutError as error:
            raise ChannelFailed("no answer in time", Failure.UNCERTAIN) from error
        with result:
            detail = _detail(result, service)
            match result.status:
                case AppriseResultStatus.SUCCESS:
                    return Receipt(detail)
                case AppriseResultStatus.TIMEOUT:
                    raise ChannelFailed(detail, Failure.UNCERTAIN)
                case _:
                    raise ChannelFailed(detail, Failure.PASSING)


def _with_secrets(address: str) -> str:
    """Names like ${CHAT_TOKEN} stand for the environment's values: no secret is written into the files."""
    try:
        return Template(address).substitute(os.environ)
    except KeyError as error:
        raise ChannelFailed(f"set the environment variable {error.args[0]}", Failure.PERMANENT) from error
    except ValueError as error:
        raise ChannelFailed("a lone $ in the URL; write it as $$", Failure.PERMANENT) from error


def _detail(result: AppriseResult, service: NotifyBase) -> str:
    """The service and what Apprise had to say, warnings and worse."""
    told = [
        one_line(entry.message) for entry in result.logs() if entry.level in ("WARNING", "ERROR", "CRITICAL")
    ]
    return ": ".join([str(service.service_name), *told[-1:]])
