"""Logging of our processes: ours and the libraries' through one formatter, for people or as JSON lines."""

import logging
import sys
from typing import TYPE_CHECKING

import structlog

from starter.settings import Settings

if TYPE_CHECKING:
    from structlog.typing import Processor

_NOISY = ("alembic", "httpx", "httpx2", "httpcore", "aiosqlite", "apprise", "mail.log", "asyncio")


def set_up_logs(settings: Settings) -> None:
    """Everything to stderr from `log_level` on."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(settings))
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def _rendering(settings: Settings) -> "list[Processor]":
    is_console = settings.log_format == "console" or (settings.log_format is None and sys.stderr.isatty())
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if is_console:
        # Without the values of variables, among which may be secrets.
        return [meta, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [meta, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
