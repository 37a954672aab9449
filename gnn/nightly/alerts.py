"""Tells people that a night went wrong: by a webhook, by e-mail, or both."""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage

import httpx

from gnn.nightly.settings import NightlySettings
from graph.jobs import JobRecord

_log = logging.getLogger(__name__)


def summary(job: JobRecord) -> str:
    """What went wrong, a line for each step that did."""
    lines = [f"{step.name}: {step.status}, {step.error}" for step in job.steps if step.error]
    return "\n".join([f"Edgewise: {job.run_id} {job.status}", *lines])


def alert(job: JobRecord, settings: NightlySettings) -> list[str]:
    """Send `job` by all ways that are set; returns those that failed, which are logged: the night itself is over."""
    failed = []
    for way, send in {"webhook": _post, "e-mail": _mail}.items():
        try:
            send(job, settings)
        except (httpx.HTTPError, smtplib.SMTPException, OSError):
            _log.exception("the alert by %s was not sent", way)
            failed.append(way)
    return failed


def _post(job: JobRecord, settings: NightlySettings) -> None:
    if settings.webhook is None:
        return
    body = {
        "run": job.run_id,
        "status": job.status,
        # `text` is what chat services show.
        "text": summary(job),
        "steps": [{"name": step.name, "status": step.status, "error": step.error} for step in job.steps],
    }
    answer = httpx.post(settings.webhook.get_secret_value(), json=body, timeout=settings.webhook_timeout)
    answer.raise_for_status()


def _mail(job: JobRecord, settings: NightlySettings) -> None:
    if not settings.email_to:
        return
    message = EmailMessage()
    message["Subject"], message["From"] = f"Edgewise: the nightly job {job.status}", settings.email_from
    message["To"] = ", ".join(settings.email_to)
    message.set_content(summary(job))
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=settings.webhook_timeout) as server:
        if settings.smtp_starttls:
            server.starttls()
        if settings.smtp_user is not None:
            password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
            server.login(settings.smtp_user, password)
        server.send_message(message)
