//! The values of members, against the variables that templates may use.

use chrono::{SecondsFormat, TimeZone as _};

use super::*;
use crate::{
    email::{Email, EmailState},
    id::{EmailId, UserId},
    mail_template::MailTemplate,
    profile::{Details, MemberRole, Profile, University},
};

fn at(hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 4, 1, hour, 0, 0).unwrap()
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn bare() -> MemberRecord {
    let user = UserId::from_uuid(uuid::Uuid::nil());
    MemberRecord {
        profile: Profile::empty(user, 7, MemberRole::NotMember, at(0)),
        email: None,
        account_id: None,
    }
}

fn full() -> MemberRecord {
    let mut record = bare();
    let text = str::to_owned;
    record.email = Some(Email {
        id: EmailId::from_uuid(uuid::Uuid::nil()),
        user: record.profile.user,
        address: EmailAddress::parse("ann@example.org").unwrap(),
        state: EmailState::Verified { at: at(0) },
        is_default: true,
        created_at: at(0),
    });
    record.account_id = Subject::parse("oauth2|discord|1234").ok();
    record.profile.role = MemberRole::Admin;
    record.profile.generation = Generation::new(61);
    record.profile.avatar = Some(Avatar { url: text("https://a"), thumbnail_url: text("https://t") });
    record.profile.updated_at = at(9);
    record.profile.details = Details {
        name: text("早稲田 アン"),
        kana: text("ワセダ アン"),
        handle: text("ann"),
        sex: Some(Sex::Female),
        university: University {
            name: text("早稲田"), department: text("理工"), subject: text("情報")
        },
        student_number: text("1W20-1234"),
        phone: text("09012345678"),
        other_circles: text("Chess"),
        workshops: vec![text("CG"), text("MIDI")],
        squads: vec![text("xR")],
        discord_id: text("ann#1234"),
        twitter_screen_name: text("_ann"),
        card_published: true,
    };
    record
}

/// Every variable that can be printed, one a line.
const EVERYTHING: &str = "{{with .User}}{{.ID}} {{.Email}} {{.Generation}} {{.Name}} {{.Kana}} {{.Handle}}
{{.Avatar.URL}} {{.Avatar.ThumbnailURL}} {{.Sex}}
{{.University.Name}} {{.University.Department}} {{.University.Subject}}
{{.StudentID}} {{.EmergencyPhoneNumber}} {{.OtherCircles}} {{.Workshops}} {{.Squads}}
{{.Role}} {{.AccountID}} {{.DiscordID}} {{.TwitterScreenName}}
{{.EmailVerified}} {{.CardPublished}} {{.CreatedAt}} {{.UpdatedAt}}
{{$.VerificationLink}}{{end}}";

fn everything(record: &MemberRecord, link: Option<&str>) -> String {
    let template = MailTemplate { subject: String::new(), body: EVERYTHING.to_owned() };
    let template = template.check(LetterKind::EmailVerification).unwrap();
    template.render(&LetterValues::of(record, link, time)).unwrap().body().to_owned()
}

#[test]
fn a_letter_can_say_everything_of_a_member() {
    assert_eq!(
        everything(&full(), Some("https://portal.example.org/verify_email?token=t")),
        "7 ann@example.org 61 早稲田 アン ワセダ アン ann
https://a https://t female
早稲田 理工 情報
1W20-1234 09012345678 Chess [CG MIDI] [xR]
admin oauth2|discord|1234 ann#1234 _ann
true true 2026-04-01T00:00:00Z 2026-04-01T09:00:00Z
https://portal.example.org/verify_email?token=t"
    );
}

#[test]
fn what_a_member_does_not_have_prints_as_nothing() {
    assert_eq!(
        everything(&bare(), None),
        "7  0   \n  \n  \n   [] []\nnot_member   \nfalse false 2026-04-01T00:00:00Z 2026-04-01T00:00:00Z\n"
    );
}

/// Whether a value is one that the checker expects there, field by field.
fn fits(value: &Value, shape: &Shape) -> bool {
    match (value, shape) {
        (Value::Text(text), Shape::Text(max)) => text.chars().count() <= *max,
        (Value::List(list), Shape::List(_)) => list.iter().all(|element| fits(element, &shape::ELEMENT)),
        (Value::Number(_), Shape::Number)
        | (Value::Bool(_), Shape::Bool)
        | (Value::Absent, Shape::Optional(_)) => true,
        (Value::Record(values), Shape::Record(fields) | Shape::Optional(fields)) => {
            values.len() == fields.len()
                && values
                    .iter()
                    .zip(*fields)
                    .all(|((name, value), (field, shape))| name == field && fits(value, shape))
        }
        _ => false,
    }
}

#[test]
fn members_have_the_variables_that_templates_are_checked_against_and_no_others() {
    for kind in LetterKind::ALL {
        let link = (kind == LetterKind::EmailVerification).then_some("https://portal.example.org");
        for record in [bare(), full()] {
            assert!(fits(LetterValues::of(&record, link, time).root(), shape::root(kind)), "{kind:?}");
        }
        assert!(fits(LetterValues::largest(kind).root(), shape::root(kind)), "{kind:?}");
        assert!(fits(LetterValues::barest(kind).root(), shape::root(kind)), "{kind:?}");
    }
}

#[test]
fn every_variable_is_printed_by_the_test_above() {
    let Shape::Record(fields) = shape::root(LetterKind::EmailVerification).field("User").unwrap() else {
        panic!("a user is a record");
    };
    assert_eq!(fields.len(), 22, "the fields of section 7");
    for (field, _) in *fields {
        assert!(EVERYTHING.contains(&format!("{{{{.{field}")), "{field}");
    }
}

#[test]
fn values_are_never_printed() {
    let values = LetterValues::of(&full(), Some("https://portal.example.org?token=t"), time);
    assert_eq!(format!("{values:?}"), "LetterValues(…)");
}
