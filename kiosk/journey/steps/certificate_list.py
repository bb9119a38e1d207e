"""This person's e-certificates, with a count by kind."""

from __future__ import annotations

from dataclasses import replace

from kiosk.journey import framing
from kiosk.journey.case_facts import CertificateFacts
from kiosk.journey.effects import Effect, ListCertificates
from kiosk.journey.events import Answer, CertificatesListed
from kiosk.journey.session import Session
from kiosk.journey.step import Frame, Next, Outcome, Reversal, Stay
from kiosk.journey.steps.asking import AskingStep
from screens.models.base import Button, Page
from screens.models.filing import ListItem, ListPage
from screens.models.words import Plain

_CHOOSE = "certificate:"
TONES = {"current": "done", "cancelled": "danger", "replaced": "wait"}


class CertificateListStep(AskingStep):
    """Choosing one goes on to its document."""

    kind = "certificate_list"
    texts = "certificates"
    reversal = Reversal(invalidates=("certificate", "documents"))

    def known(self, session: Session) -> bool:
        """When Back returns here."""
        return session.certificates is not None

    def effect(self, session: Session, job_id: str) -> Effect:
        """This person's."""
        return ListCertificates(job_id)

    def taken(self, session: Session, answer: Answer) -> Outcome:
        """Show them."""
        known = isinstance(answer, CertificatesListed)
        return Stay(replace(session, certificates=answer.certificates) if known else session)

    def pressed(self, session: Session, name: str) -> Outcome:
        """Choose one."""
        for certificate in session.certificates or ():
            if name == f"{_CHOOSE}{certificate.certificate_id}":
                return Next(replace(session, certificate=certificate))
        return Stay(session)

    def shown(self, session: Session, frame: Frame) -> Page:
        """The list, and how many of each kind."""
        listed = session.certificates or ()
        kinds = [certificate.kind for certificate in listed]
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
            items=tuple(_listed(certificate) for certificate in listed),
            nothing=framing.text("certificates.none"),
            bar=framing.bar(frame),
        )


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
