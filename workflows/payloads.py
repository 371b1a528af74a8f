"""How values become payloads and come back: the SDK's pydantic conversion, with one set of type adapters.

The SDK makes a converter for each life and each task, and each works out anew what a decision may look
like: a millisecond and 64 KiB. Converters keep nothing else, so that ours share theirs.
"""

from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter

_SHARED = tuple(PydanticPayloadConverter().converters.values())


class SharedPydanticConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        super().__init__(*_SHARED)


data_converter = DataConverter(payload_converter_class=SharedPydanticConverter)
"""For clients, workers and replayers. The payloads are those of `pydantic_data_converter`."""
