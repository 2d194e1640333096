"""Logs: one line an event, as JSON for machines or as text for people, with the request's id.

What the standard library's loggers say takes the same shape. Traces are plain text: prettier ones
show local variables, and secrets with them.
"""

import logging
import sys
from typing import Any, Literal, TextIO

import structlog

LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


def set_up_logs(how: LogFormat, level: LogLevel, stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream`, by default stderr, from `level` up."""
    out, number = stream or sys.stderr, logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _renderer(how)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(how)]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name], processors=last
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)


def _renderer(how: LogFormat) -> Any:
    if how == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
