"""Delivery by mail: a message as MIME, sent by SMTP."""

import mimetypes
import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from jobs.delivery.errors import GiveUp, TryAgain
from jobs.delivery.message import Message
from jobs.delivery.rendering import as_html, as_text

MOST_ATTACHED = 15 * 2**20  # bytes; in base64 20 MB, which most servers take
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; `security` is starttls, ssl or none (only on this machine)."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    trusted: ssl.SSLContext | None = None  # other than the system's certificates


def as_mail(message: Message, sender: str, to: str) -> EmailMessage:
    """The MIME message: text and HTML, attachments; its Message-ID follows from the key alone."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(message.subject.split())
    mail["From"] = Address("fanfit", addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Message-ID"] = f"<{message.digest}.{_domain(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(message))
    mail.add_alternative(as_html(message), subtype="html")
    left = MOST_ATTACHED
    for path in message.paths:
        content = path.read_bytes()
        if len(content) > left:
            continue  # the text names it, and where it lies
        left -= len(content)
        kind, _, rest = (mimetypes.guess_type(path.name)[0] or "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=kind, subtype=rest, filename=path.name)
    return mail


def _domain(sender: str) -> str:
    local, _, domain = sender.rpartition("@")
    return f"fanfit@{domain}" if local else "fanfit@localhost"


def by_mail(message: Message, server: MailServer, to: str) -> None:
    """Hands the mail in.

    Raises:
        TryAgain: the server is away or says "later" (4xx).
        GiveUp: it says no (5xx), or the settings are not enough.
    """
    if not server.host or not server.sender:
        reason = "no mail server is set: settings mail.host and mail.sender (and mail.user with the secret FANFIT_SMTP_PASSWORD)"
        raise GiveUp(reason)
    if server.security == "none" and server.host not in _LOOPBACK:
        reason = "mail.security none is for a server on this machine only: use starttls or ssl"
        raise GiveUp(reason)
    try:
        with _connected(server) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(as_mail(message, server.sender, to), server.sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered(next(iter(error.recipients.values()))[0], "the address was refused") from None
    except smtplib.SMTPAuthenticationError as error:
        raise _answered(error.smtp_code, "the mail server does not accept the user or the password") from None
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, "the mail server refused") from None
    except ssl.SSLError:
        reason = "the mail server's certificate is not trusted, or it speaks no TLS on that port: check mail.host, mail.port, mail.security"
        raise GiveUp(reason) from None
    except (OSError, smtplib.SMTPException) as error:
        reason = f"the mail server does not answer ({type(error).__name__})"
        raise TryAgain(reason) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    context = server.trusted or ssl.create_default_context()
    if server.security == "ssl":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=30, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=30)
    if server.security == "starttls":
        try:
            smtp.starttls(context=context)
        except smtplib.SMTPNotSupportedError:
            smtp.close()
            reason = "the mail server offers no STARTTLS on that port: check mail.port, or set mail.security"
            raise GiveUp(reason) from None
        except BaseException:
            smtp.close()
            raise
    return smtp


def _answered(code: int, what: str) -> TryAgain | GiveUp:
    return TryAgain(f"{what} for now ({code})") if 400 <= code < 500 else GiveUp(f"{what} ({code})")
