//! What every kind of letter says, and what it cannot be made to say.

mod partners;

use chrono::TimeDelta;
use mailparse::MailHeaderMap as _;
use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::LetterSecret,
    ports::Clock as _,
    ports::mocks::{CountingEntropy, FixedClock},
};
use proptest::prelude::*;

use super::*;

const TOKEN: &str = "Zm9v-_tokenTOKENtoken0123456789abcdefghijkl";

fn renderer() -> Renderer {
    let sender = Sender::parse("Portico <no-reply@portico.example>").unwrap();
    let links = Links::new(
        "https://portico.example",
        "{public_url}/invite/{token}",
        "{public_url}/reset-password?token={token}&from=mail",
    );
    Renderer::new(sender, links.unwrap()).unwrap()
}

fn outgoing(letter: Letter, secret: Option<&str>) -> OutgoingLetter {
    let now = FixedClock::default().now();
    OutgoingLetter {
        id: LetterId::generate(now, &CountingEntropy::default()),
        to: EmailAddress::parse("Ann@example.org").unwrap(),
        letter,
        secret: secret.map(LetterSecret::new),
        written_at: now,
    }
}

fn invite(project: &str, inviter: &str) -> OutgoingLetter {
    let expires_at = FixedClock::default().now() + TimeDelta::days(7);
    let letter = Letter::Invite {
        project: project.to_owned(),
        inviter: inviter.to_owned(),
        role: InviteRole::Admin,
        expires_at,
    };
    outgoing(letter, Some(TOKEN))
}

/// Every kind, with what it must show.
fn every_kind() -> Vec<(OutgoingLetter, Vec<String>)> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    vec![
        (
            outgoing(Letter::RegistrationCode { valid_minutes: 10 }, Some("012345")),
            owned(&["012345", "10 minutes"]),
        ),
        (outgoing(Letter::AlreadyRegistered, None), owned(&["https://portico.example/reset-password"])),
        (
            invite("Chess Club", "Bob"),
            vec![
                format!("https://portico.example/invite/{TOKEN}"),
                "Chess Club".to_owned(),
                "Bob".to_owned(),
                "as an admin".to_owned(),
                "22 January 2024, 00:00 UTC".to_owned(),
            ],
        ),
        (
            outgoing(Letter::AddedAddressCode { valid_minutes: 60 }, Some("987654")),
            owned(&["987654", "1 hour"]),
        ),
        (
            outgoing(Letter::PasswordReset { valid_minutes: 120 }, Some(TOKEN)),
            vec![
                format!("https://portico.example/reset-password?token={TOKEN}&from=mail"),
                "2 hours".to_owned(),
            ],
        ),
        (
            outgoing(
                Letter::SignupCode { login: "ann@example.org".to_owned(), valid_seconds: 90 },
                Some("90BDCX"),
            ),
            owned(&["90BDCX", "90 seconds", "ann@example.org"]),
        ),
        (
            outgoing(Letter::ProvisionedPassword { partner: "Diktado".to_owned() }, Some("sOme-9assw0rd_K")),
            owned(&[
                "sOme-9assw0rd_K",
                "Diktado",
                "https://portico.example",
                "choose a password of your own",
            ]),
        ),
        (
            partners::check_result("Diktado", "Тотальный диктант"),
            vec![
                format!("https://portico.example/results/{TOKEN}"),
                "Diktado".to_owned(),
                "Тотальный диктант".to_owned(),
            ],
        ),
    ]
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn every_kind_says_the_same_in_both_parts() {
    for (letter, shown) in every_kind() {
        let kind = letter.letter.kind();
        let texts = renderer().texts(&letter).unwrap();
        let html = without_tags(texts.html.as_deref().unwrap());
        for text in shown {
            assert!(texts.plain.contains(&text), "{kind}: {text}\n{}", texts.plain);
            assert!(html.contains(&text), "{kind}: {text}\n{html}");
        }
        for part in [&texts.plain, &html] {
            assert!(part.contains("you may ignore this letter"), "{kind}");
        }
    }
}

#[test]
fn nothing_of_the_templates_is_left_in_a_letter() {
    for (letter, _) in every_kind() {
        let texts = renderer().texts(&letter).unwrap();
        assert!(!texts.subject.is_empty() && !texts.subject.contains('\n'));
        for part in [&texts.subject, &texts.plain, texts.html.as_ref().unwrap()] {
            for mark in ["{{", "}}", "{%", "%}", "{#", "{token}", "{public_url}", "undefined", "none"] {
                let part = part.replace("text-decoration:none", "");
                assert!(!part.contains(mark), "{}: {mark}\n{part}", letter.letter.kind());
            }
        }
        assert!(!texts.plain.contains('<'), "{}", texts.plain);
    }
}

#[test]
fn a_letter_loads_nothing_from_elsewhere() {
    for (letter, _) in every_kind() {
        let html = renderer().texts(&letter).unwrap().html.unwrap().to_lowercase();
        for mark in ["<img", "<script", "<link", "<style", "url(", "src=", "@import"] {
            assert!(!html.contains(mark), "{}: {mark}", letter.letter.kind());
        }
        assert!(html.contains("width=device-width"));
    }
}

#[test]
fn the_link_of_an_html_part_is_the_link_itself() {
    let html = renderer().texts(&invite("Chess", "Bob")).unwrap().html.unwrap();
    assert!(html.contains(&format!("href=\"https://portico.example/invite/{TOKEN}\"")), "{html}");
    let reset = outgoing(Letter::PasswordReset { valid_minutes: 60 }, Some(TOKEN));
    let html = renderer().texts(&reset).unwrap().html.unwrap();
    assert!(html.contains(&format!("reset-password?token={TOKEN}&amp;from=mail\"")), "{html}");
}

#[test]
fn the_letter_about_an_existing_account_holds_no_token() {
    let texts = renderer().texts(&outgoing(Letter::AlreadyRegistered, Some(TOKEN))).unwrap();
    assert!(!texts.plain.contains("token") && !texts.html.unwrap().contains("token"));
    assert!(!texts.plain.contains(TOKEN));
}

#[test]
fn names_are_escaped_in_the_html_part_and_as_they_are_in_the_text() {
    let texts = renderer().texts(&invite("<script>alert(1)</script>", "\"A\" & 'B' {{ link }}")).unwrap();
    let html = texts.html.unwrap();
    assert!(!html.contains("<script"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("&quot;A&quot; &amp; &#39;B&#39; {{ link }}"));
    assert!(texts.plain.contains("<script>alert(1)</script>"));
    assert!(texts.plain.contains("\"A\" & 'B' {{ link }}"));
}

#[test]
fn a_login_is_named_where_a_stranger_says_nothing_by_it() {
    let texts = |login: &str| {
        let letter = Letter::SignupCode { login: login.to_owned(), valid_seconds: 120 };
        renderer().texts(&outgoing(letter, Some("90BDCX"))).unwrap()
    };
    for login in ["ann@example.org", "Ann@Example.org", "ann", "bob@example.org", "Ünal_7", "+19991234567"] {
        assert!(texts(login).plain.contains(&format!("    {login}\n")), "{login}");
    }
    let hidden = texts("ann").plain.replace("the account\n\n    ann\n\nat https", "an account at\nhttps");
    for login in ["You won: https://evil.example", "evil.example", "\"won!\"@example.org", &"x".repeat(65)] {
        let texts = texts(login);
        assert_eq!(texts.plain, hidden, "{login}");
        assert!(!texts.html.unwrap().contains(login) && !texts.subject.contains(login), "{login}");
    }
}

#[test]
fn line_ends_in_names_stay_within_their_line() {
    let letter = invite("Chess\r\n\r\nYour code is 1\n", "Bob\r\nBcc: evil@example.org\u{2028}\u{202e}x");
    let texts = renderer().texts(&letter).unwrap();
    assert_eq!(texts.subject, "Bob Bcc: evil@example.org x invites you to Chess Your code is 1");
    assert!(!texts.plain.lines().any(|line| line.starts_with("Bcc:") || line.starts_with("Your code")));
    let bytes = renderer().render(&letter).unwrap().bytes;
    let message = String::from_utf8(bytes).unwrap();
    let headers = message.split("\r\n\r\n").next().unwrap();
    assert!(!headers.to_lowercase().lines().any(|line| line.starts_with("bcc:")), "{headers}");
}

#[test]
fn a_letter_without_the_secret_it_needs_is_not_written() {
    for (mut letter, _) in every_kind() {
        letter.secret = None;
        let written = renderer().texts(&letter);
        match letter.letter {
            Letter::AlreadyRegistered => assert!(written.is_ok()),
            _ => assert!(matches!(written, Err(RenderError::MissingSecret))),
        }
    }
}

#[test]
fn a_letter_that_the_portal_worded_travels_as_it_was_written_in_plain_text_alone() {
    let whole = WrittenLetter::new("会費の支払いを確認しました", "みすちゃんさん\n<b>{{ link }}</b>\n");
    for kind in [
        Letter::EmailVerification,
        Letter::AfterRegistration,
        Letter::PaymentReceipt,
        Letter::PaymentReminder,
    ] {
        let letter = outgoing(kind.clone(), Some(whole.to_secret().reveal()));
        let bytes = renderer().render(&letter).unwrap().bytes;
        assert_eq!(bytes, renderer().render(&letter).unwrap().bytes);
        let read = mailparse::parse_mail(&bytes).unwrap();
        assert!(read.subparts.is_empty());
        assert_eq!(read.ctype.mimetype, "text/plain");
        assert_eq!(read.get_body().unwrap().replace("\r\n", "\n").trim_end(), whole.body().trim_end());
        assert_eq!(read.headers.get_first_value("Subject").as_deref(), Some(whole.subject()));
        let nothing = renderer().texts(&outgoing(kind, None));
        assert!(matches!(nothing, Err(RenderError::MissingSecret)));
    }
}

#[test]
fn a_letter_is_the_same_each_time_and_has_its_own_message_id() {
    let letter = invite("Chess", "Bob");
    let first = renderer().render(&letter).unwrap().bytes;
    assert_eq!(first, renderer().render(&letter).unwrap().bytes);
    let text = String::from_utf8(first).unwrap();
    assert!(text.contains(&format!("Message-ID: <{}@portico.example>\r\n", letter.id)), "{text}");
}

#[test]
fn the_headers_say_who_when_and_that_no_human_wrote_it() {
    let message = renderer().render(&invite("Chess", "Bob")).unwrap();
    let text = String::from_utf8(message.bytes).unwrap();
    for line in [
        "From: Portico <no-reply@portico.example>",
        "To: Ann@example.org",
        "Date: Mon, 15 Jan 2024 00:00:00 +0000",
        "Subject: Bob invites you to Chess",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(text.contains("Content-Type: multipart/alternative;"));
    assert!(text.is_ascii());
    assert_eq!(message.envelope.from().unwrap().to_string(), "no-reply@portico.example");
    assert_eq!(message.envelope.to()[0].to_string(), "Ann@example.org");
}

#[test]
fn names_in_any_script_leave_the_letter_in_ascii() {
    let message = renderer().render(&invite("Шахматный клуб ☗", "Zoë")).unwrap();
    assert!(message.bytes.is_ascii());
}

#[test]
fn links_and_codes_stand_in_the_letter_as_they_are() {
    for (letter, shown) in every_kind() {
        let text = String::from_utf8(renderer().render(&letter).unwrap().bytes).unwrap();
        let code_or_link = shown.iter().find(|text| !text.contains(' ')).unwrap();
        assert!(text.contains(code_or_link), "{text}");
        assert!(text.split("\r\n").all(|line| !line.contains('\n') && line.len() <= 998));
    }
}

#[test]
fn a_name_too_long_for_a_line_is_encoded() {
    let message = renderer().render(&invite(&"x".repeat(2000), "Bob")).unwrap();
    let text = String::from_utf8(message.bytes).unwrap();
    assert!(text.contains("Content-Transfer-Encoding: quoted-printable"));
    assert!(text.split("\r\n").all(|line| line.len() <= 998));
}

#[test]
fn an_international_domain_is_written_in_ascii() {
    let mut letter = invite("Chess", "Bob");
    letter.to = EmailAddress::parse("Ann@Bücher.example").unwrap();
    let message = renderer().render(&letter).unwrap();
    assert_eq!(message.envelope.to()[0].to_string(), "Ann@xn--bcher-kva.example");
    assert!(message.bytes.is_ascii());
}

#[test]
fn spans_are_told_in_the_greatest_whole_unit() {
    for (minutes, text) in [
        (1, "1 minute"),
        (10, "10 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (1440, "1 day"),
        (10_080, "7 days"),
        (0, "0 minutes"),
    ] {
        assert_eq!(span(minutes), text);
    }
}

proptest! {
    #[test]
    fn no_name_adds_a_header_or_a_tag(project in "(\\PC|[\r\n\t<>&\"']){1,80}", inviter in ".{1,80}") {
        let plain = renderer().render(&invite("Chess", "Bob")).unwrap();
        let named = renderer().render(&invite(&project, &inviter)).unwrap();
        prop_assert_eq!(header_names(&named.bytes), header_names(&plain.bytes));
        let tags = |html: &str| html.matches('<').count();
        let html = renderer().texts(&invite(&project, &inviter)).unwrap().html.unwrap();
        prop_assert_eq!(tags(&html), tags(&renderer().texts(&invite("Chess", "Bob")).unwrap().html.unwrap()));
    }
}

fn header_names(message: &[u8]) -> Vec<String> {
    let text = str::from_utf8(message).unwrap();
    let headers = text.split("\r\n\r\n").next().unwrap();
    let first_lines = headers.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    first_lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
}
