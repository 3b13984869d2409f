"""The log: one JSON object a line on standard error, and never a secret in it."""

import logging
import sys

import structlog
from structlog.stdlib import ExtraAdder, LoggerFactory, ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

HIDDEN = "（已隐去）"
NOISE = "color_message"  # uvicorn's copy of its message for a terminal
SECRET_ENDINGS = ("authorization", "cookie", "key", "password", "secret", "token")


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event without the values of fields whose name says that they are secret."""
    return {
        name: HIDDEN if name.lower().endswith(SECRET_ENDINGS) else value
        for name, value in event.items()
        if name != NOISE
    }


def configure(level: int = logging.INFO) -> None:
    """Send what the program and its libraries log through one chain; call it once, at the start."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        ExtraAdder(),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                ProcessorFormatter.remove_processors_meta,
                # Plain tracebacks: frames with their variables would print what people typed.
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
