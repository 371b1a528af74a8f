"""Reads on-call.yaml."""

from datetime import date

from domain.on_call import OnCall
from organisation.explain import shaped
from organisation.findings import Finding
from organisation.names import Names
from organisation.on_call_checks import doubtful_on_call, wrong_on_call, wrong_order
from organisation.on_call_shapes import OnCallFile
from organisation.on_call_values import on_call_of
from organisation.yaml_source import Source


def read_on_call(source: Source, names: Names, today: date, found: list[Finding]) -> OnCall | None:
    """What the file says; None, with the reasons in `found`, when that cannot be used."""
    file = shaped(source, OnCallFile)
    if isinstance(file, list):
        found += file
        return None
    wrong = list(wrong_on_call(source, file, names)) or list(wrong_order(source, file))
    found += wrong
    if wrong:
        return None
    on_call = on_call_of(file)
    found += doubtful_on_call(source, file, on_call, today)
    return on_call
