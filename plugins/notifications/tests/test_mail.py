"""Mail over a real server: away for a day, killed half-way, refusing, not who it should be."""

from __future__ import annotations

import logging
import re
import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plugins.notifications import letters, sending, transport
from plugins.notifications.kinds import Kind
from plugins.notifications.letters import Letter, message_of
from plugins.notifications.models import Mail, Preference
from plugins.notifications.tests.desk import LEADER, Desk
from plugins.notifications.tests.post import Post, whole
from plugins.notifications.transport import Unreachable, connected, hand_over
from portal.api import MailSecurity, MailServer, Person

LETTER = Letter(
    notice_id=7,
    kind=Kind.ASSIGNED,
    name="Kepala Biro (contoh)",
    email="karo@kantor.test",
    number="PK-2026-0001",
    step="Menyusun konsep",
    private=False,
    at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
    due=datetime(2026, 11, 23, 4, 0, tzinfo=UTC),
    zone="Asia/Jakarta",
    done=False,
    link="http://portal.test/kasus/PK-2026-0001/tugas/1",
    settings_link="http://portal.test/layanan/notifications#surel",
)


def test_a_server_that_is_away_for_a_day_loses_nothing_and_gets_each_mail_once(
    desk: Desk, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.down()
    numbers = [desk.letter()]
    for turn in range(25):
        desk.work()
        desk.later(hours=1)
        if turn == 10:
            numbers.append(desk.letter())
    assert post.taken == []
    assert set(desk.mails()) == {"waiting"}
    waiting = len(desk.mails())
    assert "@" not in caplog.text  # no address in the log
    post.up()
    desk.later(minutes=15)
    desk.work()
    desk.later(minutes=15)
    desk.work()
    assert set(desk.mails()) == {"sent"}
    assert len(post.taken) == waiting
    ids = [mail["Message-ID"] for mail in post.taken]
    assert len(set(ids)) == len(ids)
    told = " ".join(mail["Subject"] for mail in post.to(desk.address(LEADER)))
    assert all(number in told for number in numbers)


def test_the_tries_come_at_growing_distances() -> None:
    seconds = [sending.delay(n).total_seconds() for n in range(1, 9)]
    assert seconds == [30, 60, 120, 240, 480, 900, 900, 900]


def test_while_the_server_is_away_only_one_connection_a_round_is_tried(
    desk: Desk, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.down()
    tried: list[MailServer] = []
    connect = transport._connect
    monkeypatch.setattr(
        transport, "_connect", lambda server: tried.append(server) or connect(server)
    )
    for _letter in range(4):
        desk.letter()
    desk.work()
    assert len(tried) == 1


def test_a_sender_that_died_has_its_mail_sent_again_under_the_same_name(
    desk: Desk, post: Post, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the server's yes and the mark: the second mail is known as the first."""

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    desk.letter()
    with monkeypatch.context() as killed:
        killed.setattr(sending, "_finish", die)
        killed.setattr(sending, "_put_back", die)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    assert len(post.taken) == 1
    desk.work()
    assert len(post.taken) == 1  # it is still the dead one's
    desk.later(minutes=11)
    desk.work()
    first = str(post.taken[0]["Message-ID"])
    assert [str(mail["Message-ID"]) for mail in post.taken].count(first) == 2
    assert set(desk.mails()) == {"sent"}
    assert session.scalars(select(Mail.tries).where(Mail.tries == 2)).all() == [2]


def test_one_refused_address_stops_no_other_mail(desk: Desk, post: Post) -> None:
    number = desk.letter()
    post.answers[desk.address(LEADER)] = "550 no such user"
    desk.player.act(number, "2", record={"arahan": "Balas.", "sifat": "biasa"})
    desk.letter()
    desk.work()
    assert sorted(set(desk.mails())) == ["refused", "sent"]


def test_an_address_that_is_busy_is_tried_again(desk: Desk, post: Post) -> None:
    address = desk.address(LEADER)
    post.answers[address] = "450 try later"
    desk.letter()
    desk.work()
    assert post.to(address) == []
    post.answers.clear()
    desk.work()
    assert post.to(address) == []
    desk.later(seconds=31)
    desk.work()
    assert len(post.to(address)) == 1


def test_mail_that_is_not_wanted_any_more_is_not_sent(
    desk: Desk, post: Post, session: Session
) -> None:
    post.down()
    desk.letter()
    desk.work()
    session.add(Preference(person_id=desk.person(LEADER), kind="assigned", email=False))
    session.commit()
    post.up()
    desk.later(minutes=1)
    desk.work()
    assert post.to(desk.address(LEADER)) == []
    assert "dropped" in desk.mails()


def test_a_name_or_address_with_a_line_break_makes_no_header(
    desk: Desk, post: Post, session: Session
) -> None:
    person = desk.person(LEADER)
    evil = "Menteri\r\nBcc: mata-mata@luar.test"
    session.execute(update(Person).where(Person.id == person).values(name=evil))
    session.commit()
    desk.letter()
    desk.work()
    assert "mata-mata@luar.test" not in post.recipients
    assert all(mail["Bcc"] is None for mail in post.taken)
    session.execute(
        update(Person).where(Person.id == person).values(email="a@kantor.test\r\nRCPT TO:<x@luar>")
    )
    session.commit()
    desk.letter()
    desk.work()
    assert "dropped" in desk.mails()
    assert not any("luar" in address for address in post.recipients)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": "Langkah\r\nBcc: x@luar.test"},
        {"number": "PK\n\nisi palsu"},
        {"name": 'Kepala "Biro"\r\nSubject: lain'},
    ],
)
def test_no_value_becomes_a_header(changes: dict[str, str], post: Post) -> None:
    message = message_of(replace(LETTER, **changes), post.server)
    raw = message.as_bytes()
    assert message.keys().count("Subject") == 1
    assert "Bcc" not in message
    assert re.search(rb"^(Bcc|Subject: lain|isi palsu)", raw, re.MULTILINE) is None


@pytest.mark.parametrize("email", ["", "karo", "a@b\r\nBcc: c@d", "a b@c", "<a@b>", "a@b, c@d"])
def test_what_is_no_address_is_no_recipient(email: str, post: Post) -> None:
    with pytest.raises(ValueError, match="address"):
        message_of(replace(LETTER, email=email), post.server)


def test_the_mail_says_that_a_program_wrote_it_and_where_to_go(post: Post) -> None:
    message = message_of(LETTER, post.server)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<notice.7.20261123020000@contoh.go.id>"
    assert message.get_content_type() == "text/plain"
    assert message["Content-Language"] == "id"
    text = message.get_content()
    assert "23 Nov 2026 11.00 WIB" in text
    assert LETTER.link in text
    assert "sudah selesai" not in text
    assert "sudah selesai" in letters.text_of(replace(LETTER, done=True))


def test_a_long_step_leaves_the_number_in_the_subject(post: Post) -> None:
    message = message_of(replace(LETTER, step="Langkah panjang " * 40), post.server)
    assert str(message["Subject"]).endswith("(PK-2026-0001)")


def test_of_a_private_case_the_mail_names_nothing(post: Post) -> None:
    for kind in Kind:
        message = message_of(replace(LETTER, kind=kind, private=True, link=""), post.server)
        assert "PK-2026-0001" not in whole(message)
        assert "Menyusun" not in whole(message)
        assert "WIB" not in whole(message)


# -- TLS -----------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody has signed but itself, with its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl on PATH")
    path = tmp_path / "server.pem"
    key = tmp_path / "key.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
         str(path), "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + key.read_text())
    return path


@pytest.mark.parametrize("security", [MailSecurity.TLS, MailSecurity.STARTTLS])
def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    certificate: Path, security: MailSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    post = Post()
    server = replace(post.server, security=security, username="petugas", password="rahasia-surat")
    tls = {"tls": context, "starttls": security == MailSecurity.STARTTLS}
    try:
        post.up(**tls)
        with pytest.raises(Unreachable) as caught, connected(server) as smtp:
            hand_over(smtp, message_of(LETTER, server))
        assert "CertVerification" in str(caught.value)
        # the same server, once the operator trusts it
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with connected(replace(server, username="")) as smtp:
            hand_over(smtp, message_of(LETTER, server))
    finally:
        post.down()
    assert len(post.taken) == 1


def test_a_server_without_starttls_is_not_spoken_to(post: Post) -> None:
    server = replace(post.server, security=MailSecurity.STARTTLS)
    with pytest.raises(Unreachable), connected(server):
        pass
    assert post.taken == []


def test_the_password_is_in_no_log(
    desk: Desk, app: Flask, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    settings = app.config["PORTAL"]
    secret = replace(post.server, username="petugas", password="rahasia-surat")
    app.config["PORTAL"] = replace(settings, mail=secret)
    desk.letter()
    with caplog.at_level(logging.DEBUG):
        desk.work()
    assert "mail server not used" in caplog.text
    assert "rahasia-surat" not in caplog.text
    assert post.taken == []
