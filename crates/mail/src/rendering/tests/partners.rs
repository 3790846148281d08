//! Letters that a partner's call makes: names that strangers chose, and secrets in their place.

use super::*;

/// What somebody calls himself who wants more than to be called so.
const HOSTILE: &str = "<a href=\"x\">\r\n\r\nBcc: evil@example.org\u{202e}\u{2028}{{ password }}' & \"";
/// What is left of it in one line.
const HARMLESS: &str = "<a href=\"x\"> Bcc: evil@example.org {{ password }}' & \"";

pub(super) fn check_result(partner: &str, dictation: &str) -> OutgoingLetter {
    let letter = Letter::CheckResult { partner: partner.to_owned(), dictation: dictation.to_owned() };
    outgoing(letter, Some(TOKEN))
}

fn provisioned_password(partner: &str, password: &str) -> OutgoingLetter {
    outgoing(Letter::ProvisionedPassword { partner: partner.to_owned() }, Some(password))
}

#[test]
fn whoever_was_given_an_account_is_told_by_whom_where_and_what_to_do() {
    let texts = renderer().texts(&provisioned_password("Diktado", "sOme-9assw0rd_K")).unwrap();
    assert_eq!(texts.subject, "Diktado made an account for you");
    let expected = "Hello,\n\nDiktado made an account for you at\nhttps://portico.example.\n\n\
        You sign in with this mail address and this password:\n\n    sOme-9assw0rd_K\n\n\
        Please tell it to nobody.\n\
        At the first sign-in you must choose a password of your own.\n\n\
        If you did not expect this, you may ignore this letter.";
    assert_eq!(texts.plain.trim_end(), expected);
}

#[test]
fn whoever_wrote_a_dictation_is_told_where_its_result_is() {
    let texts = renderer().texts(&check_result("Diktado", "Autumn")).unwrap();
    assert_eq!(texts.subject, "Your result: Autumn");
    let expected = format!(
        "Hello,\n\nDiktado has checked your dictation\n\n    Autumn\n\n\
        To see the result, open this link:\n\nhttps://portico.example/results/{TOKEN}\n\n\
        Whoever has this link sees what you wrote. It is for you alone.\n\n\
        If you wrote no dictation, you may ignore this letter."
    );
    assert_eq!(texts.plain.trim_end(), expected);
    let html = texts.html.unwrap();
    assert!(html.contains(&format!("href=\"https://portico.example/results/{TOKEN}\"")), "{html}");
}

#[test]
fn a_secret_stands_in_the_letter_alone_and_not_in_its_subject() {
    let texts = renderer().texts(&provisioned_password("Diktado", "sOme-9assw0rd_K")).unwrap();
    assert!(!texts.subject.contains("9assw0rd"));
    let texts = renderer().texts(&check_result("Diktado", "Autumn")).unwrap();
    assert!(!texts.subject.contains(TOKEN));
}

#[test]
fn a_password_is_shown_as_it_is_whatever_is_in_it() {
    let password = "<b>&\"'{{ site }}%}";
    let texts = renderer().texts(&provisioned_password("Diktado", password)).unwrap();
    assert!(texts.plain.contains(&format!("\n    {password}\n")), "{}", texts.plain);
    let html = texts.html.unwrap();
    assert!(html.contains("&lt;b&gt;&amp;&quot;&#39;{{ site }}%}"), "{html}");
}

#[test]
fn names_stay_within_their_line_and_are_escaped() {
    let letters = [
        (provisioned_password(HOSTILE, "sOme-9assw0rd_K"), format!("{HARMLESS} made an account for you")),
        (check_result(HOSTILE, "Autumn"), "Your result: Autumn".to_owned()),
        (check_result("Diktado", HOSTILE), format!("Your result: {HARMLESS}")),
    ];
    let tags = |letter: &OutgoingLetter| renderer().texts(letter).unwrap().html.unwrap().matches('<').count();
    for (letter, subject) in letters {
        let texts = renderer().texts(&letter).unwrap();
        assert_eq!(texts.subject, subject);
        assert!(texts.plain.contains(HARMLESS), "{}", texts.plain);
        assert!(!texts.plain.lines().any(|line| line.starts_with("Bcc:")), "{}", texts.plain);
        let html = texts.html.unwrap();
        assert!(!html.contains("<a href=\"x\"") && html.contains("&lt;a href=&quot;x&quot;&gt;"), "{html}");
        let harmless = match &letter.letter {
            Letter::CheckResult { .. } => check_result("Diktado", "Autumn"),
            _ => provisioned_password("Diktado", "sOme-9assw0rd_K"),
        };
        assert_eq!(tags(&letter), tags(&harmless));
        let [hostile, plain] = [letter, harmless].map(|letter| renderer().render(&letter).unwrap().bytes);
        assert_eq!(header_names(&hostile), header_names(&plain));
    }
}
