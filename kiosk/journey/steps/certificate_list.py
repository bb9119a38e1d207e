"""This person's e-certificates, with a count by kind."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing, troubles
from kiosk.journey.case_facts import CertificateFacts
from kiosk.journey.effects import ListCertificates
from kiosk.journey.events import Answered, CertificatesListed, Event, Failed, IntentGiven
from kiosk.journey.session import Session
from kiosk.journey.step import Busy, Frame, Next, Outcome, Params, Reversal, Stay
from kiosk.journey.steps.asking import Asking, Unanswered, wait_page
from screens.models.base import Button, Page
from screens.models.filing import ListItem, ListPage
from screens.models.intents import Pressed
from screens.models.words import Plain

_CHOOSE = "certificate:"
TONES = {"current": "done", "cancelled": "danger", "replaced": "wait"}


class CertificateListStep:
    """Choosing one goes on to its document."""

    kind = "certificate_list"
    reversal = Reversal(invalidates=("certificate", "documents"))

    def enter(self, session: Session, params: Params, at: float) -> Outcome:
        """Ask, unless Back returns here."""
        return Stay(session) if session.certificates is not None else _ask(session)

    def handle(self, session: Session, params: Params, event: Event) -> Outcome:
        """Choose one."""
        match event, session.local:
            case Answered(answer=CertificatesListed(certificates=certificates)), Asking():
                return Stay(replace(session, certificates=certificates, local=None))
            case Answered(answer=Failed() as failed), Asking():
                return Stay(session.at_step(Unanswered(troubles.of(failed))))
            case IntentGiven(intent=Pressed(name="retry")), Unanswered(trouble=trouble):
                return _ask(session) if trouble.retry else Stay(session)
            case IntentGiven(intent=Pressed(name=name)), None if name.startswith(_CHOOSE):
                return _choose(session, name.removeprefix(_CHOOSE))
            case _:
                return Stay(session)

    def busy(self, session: Session) -> Busy:
        """The centre works while it is asked."""
        return Busy.WORKING if isinstance(session.local, Asking) else Busy.NO

    def view(self, session: Session, params: Params, frame: Frame) -> Page:
        """Wait, trouble, or the list."""
        if isinstance(session.local, Unanswered):
            return troubles.page(session.local.trouble, frame)
        if session.certificates is None:
            return wait_page(frame, "certificates")
        kinds = [certificate.kind for certificate in session.certificates]
        counted = framing.text(
            "certificates.count",
            count=len(kinds),
            ownership=kinds.count("ownership"),
            proof=kinds.count("proof"),
        )
        return ListPage(
            page_id=frame.page_id,
            chrome=frame.chrome,
            steps=frame.steps,
            heading=framing.text("certificates.heading"),
            sentence=counted if kinds else None,
            items=tuple(_listed(certificate) for certificate in session.certificates),
            nothing=framing.text("certificates.none"),
            bar=framing.bar(frame),
        )


def _ask(session: Session) -> Outcome:
    waiting, job_id = session.job()
    return Stay(waiting.at_step(Asking()), (ListCertificates(job_id),))


def _choose(session: Session, certificate_id: str) -> Outcome:
    for certificate in session.certificates or ():
        if certificate.certificate_id == certificate_id:
            return Next(replace(session, certificate=certificate))
    return Stay(session)


def _listed(certificate: CertificateFacts) -> ListItem:
    return ListItem(
        button=Button(
            name=f"{_CHOOSE}{certificate.certificate_id}", text=Plain(value=certificate.number)
        ),
        title=Plain(value=certificate.title),
        lines=(
            framing.localised(certificate.kind_names),
            Plain(value=certificate.number),
            framing.text("certificates.issued_on", day=certificate.issued_on),
        ),
        state=framing.text(f"certificates.state.{certificate.state}"),
        tone=TONES.get(certificate.state, "info"),
    )
