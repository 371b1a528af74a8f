"""What lies outside of the sandbox, for comparison."""

from domain.core import decide
from domain.escalation import Escalation

CORE = decide
TYPES = Escalation
