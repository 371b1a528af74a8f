"""A line on a stream, for demonstrations and for workers that somebody watches."""

from typing import TextIO

from activities.channels.base import ChannelFailed, Failure, OutgoingMessage, Receipt, one_line
from domain.vocabulary import ChannelKind


class ConsoleChannel:
    """Writes one line for each message. The address is the name that the line begins with."""

    kind = ChannelKind.CONSOLE

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def shown(self, address: str) -> str:
        return address

    def message_id(self, key: str) -> str:
        del key
        return ""

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        try:
            self._stream.write(f"to {one_line(address)}: {one_line(message.subject)}\n")
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise ChannelFailed(f"the console is gone: {error}", Failure.PERMANENT) from error
        return Receipt("written")
