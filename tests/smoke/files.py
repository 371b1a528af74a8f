"""Files as people write them, to be opened from the command line."""

from pathlib import Path

CUSTOMER = "mira@kranich.example.com"

TICKET = """
key: ticket-9
policy: calm
report:
  subject: Case ticket-9
  what_happened: The invoice was charged twice.
  reason: missing_authority
  asked_by: grace-okafor
  origin: phone
  customer:
    id: kranich
    name: Kranich Bikes
    contacts:
      - {name: Mira Kranich, email: mira@kranich.example.com}
"""


def written(folder: Path, text: str, name: str = "order.yaml") -> Path:
    file = folder / name
    file.write_text(text)
    return file
