"""People, messages and notices for tests of what goes out."""

from pathlib import Path

from activities.channels.base import OutgoingMessage
from domain.notices import Notice
from domain.on_call import OnCall
from domain.people import Person, PersonChannel
from domain.vocabulary import ChannelKind, Role, Template
from organisation.model import Organisation
from organisation.source import OrganisationSource

ESCALATION = "esc-ticket-4711~20261121-203355"
SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHM="
FACTS = {"id": ESCALATION, "subject": "Überweisung fehlt", "severity": "S1", "level": "2"}


class FixedSource(OrganisationSource):
    """An organisation without files."""

    def __init__(self, organisation: Organisation) -> None:
        self._fixed = organisation

    def current(self) -> Organisation:
        return self._fixed


def person(id: str, *channels: tuple[ChannelKind, str], language: str = "en") -> Person:
    ways = tuple(PersonChannel(kind=kind, address=address) for kind, address in channels)
    return Person(id=id, name=id.title(), role=Role.AGENT, language=language, channels=ways)


def organisation(folder: Path, *people: Person) -> Organisation:
    """With two templates in English and one in German."""
    templates = {
        "en/level_page.md": "Subject: [{{ severity }}] {{ subject }}\n\nLevel {{ level }} is needed.\n",
        "de/level_page.md": "Subject: [{{ severity }}] {{ subject }}\n\nStufe {{ level }} ist gefragt.\n",
        "en/closed.md": "Subject: Closed\n\n{{ 1 // 0 }}\n",
    }
    for name, text in templates.items():
        path = folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Organisation(
        people={each.id: each for each in people},
        teams={},
        on_call=OnCall(),
        calendars={},
        policies={},
        templates=folder / "templates",
    )


def notice(
    recipient: str = "anna", template: Template = Template.LEVEL_PAGE, *channels: ChannelKind
) -> Notice:
    return Notice(
        key=f"{ESCALATION}/7/{recipient}",
        template=template,
        recipient=recipient,
        channels=channels,
        facts=FACTS,
    )


def message(
    subject: str = "Überfällig", recipient: str = "Anna Weber", key: str = "7/anna"
) -> OutgoingMessage:
    return OutgoingMessage(
        key=f"{ESCALATION}/{key}",
        escalation=ESCALATION,
        template=Template.LEVEL_PAGE,
        recipient=recipient,
        language="de",
        subject=subject,
        text="Bitte übernehmen.\n",
        facts={"level": "2"},
    )
