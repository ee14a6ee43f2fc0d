"""Hand notices to people: a mail file that any mailer sends, or a program of their own.

The program is started as the words that were given, without a shell, once for each notice; it
reads the notice as JSON. Whatever goes wrong is an error, and then nobody was told anything.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import Any

from ci_cli.errors import CiError
from ci_cli.text import Msg, msg

HOOK_SECONDS = 60
_SAID = 200  # characters of what a program complains


def write_mail(
    place: Path, *, subject: str, lines: Sequence[str], sender: str, to: Sequence[str], now: str
) -> Path:
    """Write one message and return its file.

    Args:
        place: a folder, or the name of a file that does not exist yet.
        subject: of the message.
        lines: its text.
        sender: address that it comes from.
        to: addresses that it goes to.
        now: ISO time that it is dated with.

    Raises:
        CiError: ``mail-address-invalid``; ``mail-exists``; what ``output.atomic`` raises.
    """
    from ci_cli.output.atomic import write_atomic

    message = EmailMessage(policy=SMTP)
    moment = datetime.fromisoformat(now)
    digest = sha256("\n".join((now, subject, *to, *lines)).encode()).hexdigest()[:16]
    try:
        message["From"] = sender
        message["To"] = ", ".join(to)
        bad = [
            str(one) for name in ("From", "To") for one in message[name].addresses if not one.domain
        ]
        if bad or any(message[name].defects for name in ("From", "To")):
            raise ValueError(", ".join(bad))
    except (ValueError, IndexError) as error:
        raise CiError(
            "mail-address-invalid",
            msg("An address cannot be used: {list}.", list=", ".join((sender, *to))),
            hint=msg("Write --to name@example.org, and --from likewise."),
        ) from error
    message["Subject"] = " ".join(subject.split())
    message["Date"] = moment
    message["Message-ID"] = f"<{digest}@ci-cli>"
    message.set_content("\n".join(lines) + "\n", cte="base64")
    file = place / f"ci-{moment:%Y%m%dT%H%M%S}-{digest}.eml" if place.is_dir() else place
    if file.exists():
        raise CiError(
            "mail-exists",
            msg("{file} exists already: it may not have been sent yet.", file=str(file)),
            hint=msg("Name a folder: each mail then gets a file of its own."),
        )
    with write_atomic(file) as out:
        out.write(message.as_bytes())
    return file


def run_hook(words: Sequence[str], notice: Mapping[str, Any]) -> None:
    """Start a program and give it one notice as JSON on its standard input.

    Raises:
        CiError: ``hook-failed``: it is not there, took too long, or its exit code was not 0.
    """
    told = json.dumps(notice, ensure_ascii=False).encode() + b"\n"
    try:
        done = subprocess.run(
            list(words), input=told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            timeout=HOOK_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failed(words, msg("it took longer than {n} s", n=HOOK_SECONDS)) from None
    except (OSError, ValueError) as error:
        raise _failed(words, getattr(error, "strerror", None) or type(error).__name__) from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:_SAID]
        raise _failed(
            words, msg("exit code {code}: {said}", code=done.returncode, said=said or "-")
        )


def _failed(words: Sequence[str], cause: Msg | str) -> CiError:
    return CiError(
        "hook-failed",
        msg("{program} could not be told: {cause}.", program=words[0], cause=cause),
        hint=msg("Nothing was noted as told; the next run tells all of it again."),
    )
