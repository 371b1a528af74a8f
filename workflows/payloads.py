"""How values become payloads and come back: the SDK's pydantic conversion, which lives share.

The SDK makes a converter for each life and each task, and each works out anew what a decision may look
like: a millisecond and 64 KiB. Converters keep nothing else, so that ours share theirs. And lives that begin
on one day under one version of a policy share what they know of it, about 100 KiB: a policy and its working
time never change.
"""

from functools import lru_cache
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter, PydanticPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter, EncodingPayloadConverter

from domain.errands import PolicyFetched

POLICIES = 100
"""So many are remembered, each with the working time of one day's beginning."""


class _Remembering(PydanticJSONPlainPayloadConverter):
    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        if type_hint is PolicyFetched:
            return _policy_fetched(payload.data)
        return super().from_payload(payload, type_hint)


@lru_cache(POLICIES)
def _policy_fetched(said: bytes) -> PolicyFetched:
    return PolicyFetched.model_validate_json(said)


def _ours(theirs: EncodingPayloadConverter) -> EncodingPayloadConverter:
    return _Remembering() if isinstance(theirs, PydanticJSONPlainPayloadConverter) else theirs


_SHARED = tuple(_ours(converter) for converter in PydanticPayloadConverter().converters.values())


class SharedPydanticConverter(CompositePayloadConverter):
    def __init__(self) -> None:
        super().__init__(*_SHARED)


data_converter = DataConverter(payload_converter_class=SharedPydanticConverter)
"""For clients, workers and replayers. The payloads are those of `pydantic_data_converter`."""
