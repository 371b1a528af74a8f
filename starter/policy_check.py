"""The check of an organisation's folder, or of one policy within it, as data for programs.

As a process of its own (`python -m starter.policy_check`) it can be stopped whatever it is given.
"""

import asyncio
import re
import resource
import sys
import tempfile
import zoneinfo
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, Field

from organisation.findings import Finding, Weight
from organisation.load import POLICIES
from organisation.review import Review, review
from organisation.trial import as_if
from organisation.untrusted import parse_bounded

WITHIN = 30.0
"""Seconds."""
MEMORY = 2 * 1024**3
"""Bytes of addresses; the engine of conditions reserves many more than it uses."""
MOST_FINDINGS = 200
_PAIR = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)", re.DOTALL)


class FoundThing(BaseModel):
    """One thing that somebody should mend."""

    file: str = Field(
        description="Relative to the organisation's folder.", examples=["policies/support.yaml"]
    )
    line: int = Field(description="Counted from 1.")
    what: str
    mend: str
    severity: Weight


class PolicyCheck(BaseModel):
    """What the check found."""

    ok: bool = Field(description="Whether it can be used: there are no errors.")
    errors: int
    warnings: int
    findings: list[FoundThing]
    policies: dict[str, str] = Field(
        description="The versions of the policies by name; none while something is wrong."
    )


class CheckTooLong(Exception):
    """The check was stopped. The text says what to do."""


def as_data(found: Review, *, fit: bool) -> PolicyCheck:
    policies = found.organisation.policies if found.organisation else {}
    return PolicyCheck(
        ok=fit,
        errors=found.count(Weight.ERROR),
        warnings=found.count(Weight.WARNING),
        findings=[_found(finding) for finding in found.findings],
        policies={name: policy.version for name, policy in sorted(policies.items())},
    )


def check_text(folder: Path, name: str, text: str) -> Review:
    """A policy that is not in the folder (yet), among all that is: its own findings, and all errors."""
    file = f"{POLICIES}/{name}.yaml"
    source = parse_bounded(text, file)
    if isinstance(source, Finding):
        return Review((source,), None)
    with tempfile.TemporaryDirectory() as place:
        found = review(as_if(folder, Path(place), file, text, alone=True))
    ours = [one for one in found.findings if one.file == file or one.severity is Weight.ERROR]
    return Review(tuple(ours[:MOST_FINDINGS]), found.organisation)


def from_json(text: str) -> str:
    """JSON as the YAML that it almost is: without tabs, and with pairs of surrogates as one character."""
    return _PAIR.sub(_one_character, text.replace("\t", " "))


async def check_apart(folder: Path, name: str | None = None, text: str = "") -> PolicyCheck:
    """In a process that is stopped when it takes too long. Raises CheckTooLong.

    Without a name the whole folder is checked as it is.
    """
    command = [sys.executable, "-m", "starter.policy_check", str(folder), *([name] if name else [])]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(WITHIN):
            out, _ = await process.communicate(text.encode("utf-8", "replace"))
    except TimeoutError:
        raise CheckTooLong(f"the check takes longer than {WITHIN:g} s; check it in smaller parts") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode != 0:
        raise CheckTooLong("the check needs more time or memory than it is given; make the policy simpler")
    return PolicyCheck.model_validate_json(out)


def _one_character(found: re.Match[str]) -> str:
    high, low = found.groups()
    if high is None:
        return found[0]
    return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))


def _found(finding: Finding) -> FoundThing:
    return FoundThing(
        file=_clean(finding.file),
        line=finding.line,
        what=_clean(finding.what),
        mend=_clean(finding.mend),
        severity=finding.severity,
    )


def _clean(text: str) -> str:
    """Without halves of characters, which nobody could send on."""
    return text.encode("utf-8", "replace").decode("utf-8")


def main(arguments: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(WITHIN), int(WITHIN)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    zoneinfo.reset_tzpath(())
    folder, *named = arguments
    found = (
        check_text(Path(folder), named[0], sys.stdin.buffer.read().decode("utf-8", "replace"))
        if named
        else review(Path(folder))
    )
    sys.stdout.write(as_data(found, fit=found.organisation is not None).model_dump_json())


if __name__ == "__main__":
    main(sys.argv[1:])
