"""What the steps of the procedure do beyond the workflow, each in the act's transaction."""

from __future__ import annotations

from flask_babel import gettext as _

from plugins.performance_agreement import agreements as store
from plugins.performance_agreement import publication
from plugins.performance_agreement.models import Agreement
from portal.api import (
    EffectContext,
    Holding,
    Invalid,
    is_sample,
    number_letter,
)

MEMO = {"register": "memorandum", "pattern": "M-{seq}/Kemensetneg/{month}/{year}"}
LETTER = {"register": "surat", "pattern": "B-{seq}/Kemensetneg/{month}/{year}"}


def _holding(context: EffectContext) -> Holding:
    return next(
        each for each in context.actor.holdings if each.position_id == context.task.position_id
    )


def _agreement(context: EffectContext) -> Agreement:
    row = store.agreement_of(context.session, context.case.id)
    if row is None:
        raise Invalid(_("Dokumen PK belum disusun."))
    return row


def register_request_letters(context: EffectContext) -> None:
    """Step 3: number the memorandum and the letter that this Bagian has drafted."""
    step = "2a." + context.task.step.partition(".")[2]
    number_letter(context, step, "memorandum", **MEMO)
    number_letter(context, step, "surat", **LETTER)


def sign_first_party(context: EffectContext) -> None:
    """Step 4: the unit's head signs as first party and submits."""
    publication.sign_first(_agreement(context), context.actor, _holding(context))


def register_minister_memo(context: EffectContext) -> None:
    """Step 7f: number the Deputi's memorandum to the minister."""
    number_letter(context, "7a", "memorandum", **MEMO)


def sign_ministry_pk(context: EffectContext) -> None:
    """Step 8: the minister signs the ministry's agreement; it is final from here."""
    row = _agreement(context)
    publication.sign_first(row, context.actor, _holding(context))
    publication.finalize_agreement(context.session, row, context.actor, sample=is_sample())


def finalize_unit_pk(context: EffectContext) -> None:
    """After step 8: the second party signs a unit's agreement; it is final from here."""
    row = _agreement(context)
    publication.sign_second(row, context.actor, _holding(context))
    publication.finalize_agreement(context.session, row, context.actor, sample=is_sample())


def register_minister_letter(context: EffectContext) -> None:
    """Step 9: number the minister's letter."""
    number_letter(context, "7a", "surat", **LETTER)


def register_print_request(context: EffectContext) -> None:
    """Step 10: number the memorandum to Biro Umum."""
    number_letter(context, "10", "memorandum", **MEMO)


def register_distribution_letters(context: EffectContext) -> None:
    """Step 12: number the memorandum and the letter that the Deputi has signed."""
    number_letter(context, "12.konsep", "memorandum", **MEMO)
    number_letter(context, "12.konsep", "surat", **LETTER)


def publish_all(context: EffectContext) -> None:
    """The decision to publish: all agreements of the year that are final by now."""
    rows = store.agreements_of(context.session, store.root_id_of(context.case))
    publication.publish_agreements(context.session, rows, context.actor)


def publish_unit_pk(context: EffectContext) -> None:
    """The decision to publish the agreement of a unit that came late."""
    publication.publish_agreements(context.session, [_agreement(context)], context.actor)


EFFECTS = {
    "register-request-letters": register_request_letters,
    "sign-first-party": sign_first_party,
    "register-minister-memo": register_minister_memo,
    "sign-ministry-pk": sign_ministry_pk,
    "finalize-unit-pk": finalize_unit_pk,
    "register-minister-letter": register_minister_letter,
    "register-print-request": register_print_request,
    "register-distribution-letters": register_distribution_letters,
    "publish-all": publish_all,
    "publish-unit-pk": publish_unit_pk,
}
"""Effects by the name in the workflow."""
