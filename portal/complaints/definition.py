"""The procedure of clause H as a core workflow: receive, then handle, delegate or pass on; answer.

Source: clause H of both standards. Positions come from the case (``FromCase``), because
the receiver depends on the standard and on the rule against conflicts of interest.
"""

from __future__ import annotations

from portal.workflow.definition import (
    Chosen,
    FromCase,
    Outcome,
    Role,
    Start,
    Workflow,
    choice,
    stage,
    task,
)
from portal.workflow.fields import LongText, PickPosition

HANDLE = "handle"
DELEGATE = "delegate"
PASS_ON = "pass"
ANSWERED = "answered"

RECEIVE = "1a"
ANSWERS = {HANDLE: "1b", DELEGATE: "1c", PASS_ON: "1d"}
"""The step that answers, by what the receiver decided."""
OUTCOME_OF = {step: outcome for outcome, step in ANSWERS.items()}

RECEIVER = FromCase("receiver", "receiver")
_ANSWER = (LongText("answer", "Jawaban kepada pelapor"),)
_OUTCOMES = (Outcome(ANSWERED, "Kirim jawaban"),)
DECIDED = "complaint-decided"
SAVED = "complaint-answered"

COMPLAINT = Workflow(
    "complaint",
    "Penanganan pengaduan",
    number="PGD",
    roles=(
        ("receiver", Role("Penerima pengaduan")),
        ("handler", Role("Pejabat yang menindaklanjuti")),
    ),
    starts=(
        Start(
            "file",
            "Pengaduan",
            "Pengaduan",
            sealed_for=(RECEIVER, "sealed"),
            sealed_title="Pengaduan",
        ),
    ),
    steps=(
        stage(
            "1",
            "Penanganan pengaduan",
            task(
                RECEIVE,
                "Menerima dan menentukan penanganan",
                by=RECEIVER,
                record=[
                    PickPosition("to", "Kepada", roles=("handler",), required=False),
                ],
                outcomes=[
                    Outcome(HANDLE, "Tangani sendiri"),
                    Outcome(DELEGATE, "Delegasikan kepada kepala bagian"),
                    Outcome(PASS_ON, "Teruskan kepada pejabat yang bertanggung jawab"),
                ],
                effect=DECIDED,
            ),
            choice(
                "way",
                on=RECEIVE,
                branches={
                    HANDLE: [
                        task(
                            "1b",
                            "Menindaklanjuti dan menjawab",
                            by=RECEIVER,
                            record=_ANSWER,
                            outcomes=_OUTCOMES,
                            back_to=RECEIVE,
                            effect=SAVED,
                        )
                    ],
                    DELEGATE: [
                        task(
                            "1c",
                            "Menindaklanjuti dan menjawab atas delegasi",
                            by=Chosen("1a.to"),
                            record=_ANSWER,
                            outcomes=_OUTCOMES,
                            back_to=RECEIVE,
                            effect=SAVED,
                        )
                    ],
                    PASS_ON: [
                        task(
                            "1d",
                            "Menyelesaikan dan menjawab",
                            by=Chosen("1a.to"),
                            record=_ANSWER,
                            outcomes=_OUTCOMES,
                            back_to=RECEIVE,
                            effect=SAVED,
                        )
                    ],
                },
            ),
            limit_field="limit",
        ),
    ),
)
