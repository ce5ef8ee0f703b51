"""Requests and answers of the native API. The answer's form is that of :class:`model.Analysis` itself."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from model import Analysis

# The largest body that a request may have, in bytes.
MAX_BODY = 1_000_000


class AnalyzeRequest(BaseModel):
    """A text to judge."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, Field(description="English text. Offsets in the answer count its Unicode code points.")]
    id: Annotated[str | None, Field(max_length=200, description="Anything by which you know the text; it comes back.")] = None


@dataclass(frozen=True)
class AnalyzeAnswer(Analysis):
    """An analysis, with the request's ``id`` if it had one."""

    id: str | None = None


@dataclass(frozen=True)
class Health:
    """Whether the service is alive, or ready."""

    status: str


@dataclass(frozen=True)
class FieldError:
    """What is wrong with a field of the request; ``field`` is its place in the body, empty for the body itself."""

    field: str
    message: str


@dataclass(frozen=True)
class ProblemAnswer:
    """An error, as in RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
