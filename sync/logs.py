"""Log lines: events with stable names and bound context, JSON for machines, never a person's data."""

import logging
import sys

import structlog

NEVER = ("email", "phone", "name", "token", "body", "values", "secret")


def set_up_logs(style: str) -> None:
    """Sends log lines to standard error: `json`, `text`, or `auto` (text on a terminal, JSON elsewhere)."""
    as_text = style == "text" or (style == "auto" and sys.stderr.isatty())
    renderer = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_personal_data,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def set_up_quiet_logs() -> None:
    """Leaves out all but warnings: for a demonstration, which tells its story itself."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def hide_personal_data(
    _logger: object, _method: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replaces what must not stand in a log, should a line carry it by mistake (promise 8)."""
    return {key: "[hidden]" if key in NEVER else value for key, value in line.items()}
