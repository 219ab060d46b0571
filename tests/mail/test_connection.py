"""Passwords travel encrypted or not at all, and `check` says what is missing."""

from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from reflect2protect.config import check, env
from reflect2protect.submissions.tests.forms import rows
from reflect2protect.submissions.work.letter import connected
from tests.mail.letters import letter, look
from tests.mail.servers import Catcher, Post, catching

pytestmark = pytest.mark.django_db


def signed_in(*told: Any) -> AuthResult:
    """Whoever has the right word."""
    data = told[-1]
    return AuthResult(success=(data.login, data.password) == (b"mirror", b"right"))


def context(post: Post) -> Any:
    """What a server with the test's certificate speaks."""
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(post.cert, post.cert.with_name("key.pem"))
    return made


def test_a_mailbox_over_tls_with_a_certificate_that_somebody_vouches_for(
    post: Post, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAILBOX = post.told(port=post.tls_port, tls=True)
    post.put(bytes(letter()))
    assert check._mail() == ["mail: the mailbox cannot be opened (SSLCertVerificationError)."]
    look()
    assert (post.count(), rows().count()) == (1, 0)
    monkeypatch.setenv("SSL_CERT_FILE", str(post.cert))
    assert check._mail() == []
    look()
    assert (post.count(), rows().count()) == (0, 1)


@pytest.mark.parametrize("kind", ["smtps", "starttls"])
def test_answers_go_out_over_tls(
    post: Post, settings: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    secure = {"ssl_context": context(post)} if kind == "smtps" else {"tls_context": context(post)}
    more = {"authenticator": signed_in, "auth_require_tls": kind == "starttls", **secure}
    with catching("127.0.0.2", **more) as outgoing:
        settings.MAIL = outgoing.told(
            host="127.0.0.2", here=False, tls=kind == "smtps", user="mirror", word="right"
        )
        post.put(bytes(letter()))
        look()
        assert (post.count(), outgoing.sent) == (1, [])  # nobody vouches for it
        monkeypatch.setenv("SSL_CERT_FILE", str(post.cert))
        look()
        assert (post.count(), len(outgoing.sent)) == (0, 1)


def test_nothing_is_sent_to_a_server_that_offers_no_tls(post: Post, settings: Any) -> None:
    with catching("127.0.0.2") as outgoing:
        settings.MAIL = outgoing.told(host="127.0.0.2", here=False)
        assert check._mail() == ["mail: answers cannot be sent (SMTPNotSupportedError)."]
        with pytest.raises(Exception, match="STARTTLS"), connected():
            pass


def test_check_says_what_is_wrong(post: Post, outgoing: Catcher, settings: Any) -> None:
    assert check._mail() == []
    told = settings.MAILBOX
    settings.MAILBOX = {**told, "word": "wrong"}
    assert check._mail() == ["mail: the mailbox cannot be opened (MailboxLoginError)."]
    settings.MAILBOX, settings.MAIL = told, {**settings.MAIL, "port": 1}
    assert check._mail() == ["mail: answers cannot be sent (ConnectionRefusedError)."]
    settings.MAIL, settings.MAIL_FROM = {}, ""
    assert check._mail() == [
        "mail: taking part by e-mail is off until you set MAIL_URL and MAIL_FROM too."
    ]
    settings.MAILBOX = {}
    assert check._mail() == []


def test_addresses_of_servers_as_they_are_written() -> None:
    found = env.mail("MAILBOX_URL", "imaps://a%40b:w%2Fd@mx.example/Re/Al", "imaps", "imap")
    assert found == {
        "host": "mx.example",
        "port": 993,
        "tls": True,
        "here": False,
        "user": "a@b",
        "word": "w/d",
        "folder": "Re/Al",
    }
    assert env.mail("MAIL_URL", "smtp://[::1]:2525", "smtps", "smtp")["here"]
    assert env.mail("MAIL_URL", "", "smtps") == {}
    assert env.address("MAIL_FROM", "mirror@campaign.example") == "mirror@campaign.example"


@pytest.mark.parametrize("url", ["imap://u:secret@mx.example", "pop3://u:secret@mx", "imaps://"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(env.BadSetting, match="MAILBOX_URL") as caught:
        env.mail("MAILBOX_URL", url, "imaps", "imap")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("address", ["mirror", "a@b", "a b@c.example", "a@b.example\nBcc: c@d.e"])
def test_an_address_to_answer_from_is_a_plain_one(address: str) -> None:
    with pytest.raises(env.BadSetting, match="MAIL_FROM"):
        env.address("MAIL_FROM", address)
