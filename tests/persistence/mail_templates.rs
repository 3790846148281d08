//! The portal's own texts of letters.

use portico_domain::mail_template::{LetterKind, MailTemplate};

use crate::fixture::{Fixture, later, now, on_both};

on_both!(a_text_is_found_for_its_kind_alone, a_text_takes_the_place_of_the_one_before);

fn template(subject: &str, body: &str) -> MailTemplate {
    MailTemplate { subject: subject.to_owned(), body: body.to_owned() }
}

async fn find(f: &Fixture, kind: LetterKind) -> Option<MailTemplate> {
    f.read(move |seen| seen.mail_templates().find(kind)).await.unwrap()
}

async fn a_text_is_found_for_its_kind_alone(f: &Fixture) {
    for kind in LetterKind::ALL {
        assert_eq!(find(f, kind).await, None);
    }
    for kind in LetterKind::ALL {
        f.write(move |tx| {
            tx.mail_templates().put(kind, &template(kind.as_str(), "本文\r\n{{.User.Name}}'"), now())
        })
        .await
        .unwrap();
    }
    for kind in LetterKind::ALL {
        assert_eq!(find(f, kind).await, Some(template(kind.as_str(), "本文\r\n{{.User.Name}}'")));
    }
}

async fn a_text_takes_the_place_of_the_one_before(f: &Fixture) {
    let kind = LetterKind::PaymentReceipt;
    for text in [template("a", "b"), template("", ""), template("c", &"ü".repeat(100_000))] {
        let kept = text.clone();
        f.write(move |tx| tx.mail_templates().put(kind, &kept, later(1))).await.unwrap();
        assert_eq!(find(f, kind).await, Some(text));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM mail_templates"), 1);
}
