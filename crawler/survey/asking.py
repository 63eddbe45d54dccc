"""What the commands that ask the web share: how to ask, and the end when they were interrupted."""

# ruff: noqa: PLC0415 - commands import what they need when they run
from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from crawler.options import EXIT_FAILED, EXIT_INTERRUPTED
from storage.terminal import UsageMistake, cell, err

if TYPE_CHECKING:
    from crawler.survey.inquiry import InquiryOptions


def inquiry_options(delay: float | None, contact: str | None, *, allow_private_hosts: bool) -> InquiryOptions:
    """Say how to ask. Raises: UsageMistake for a contact that cannot stand in a header."""
    from crawler.settings import user_agent

    try:
        user_agent(contact)
    except ValueError as error:
        raise UsageMistake(f"--contact: {error}") from error
    from crawler.survey.inquiry import InquiryOptions

    return InquiryOptions(delay, contact, allow_private_hosts)


def end_if_stopped(reason: str) -> None:
    """End the command when the inquiry was interrupted."""
    if reason != "finished":
        err.print(cell(f"dragoman: stopped early ({reason})", limit=500))
        raise typer.Exit(EXIT_INTERRUPTED if reason == "shutdown" else EXIT_FAILED)
