//! How a row is understood.

use super::*;
use crate::fixtures::*;

/// A row that nothing is wrong with.
fn row() -> ImportRow {
    let text = str::to_owned;
    ImportRow {
        line: 2,
        generation: text("57"),
        family_name: text("Lee"),
        given_name: text("Ann"),
        family_kana: text("リー"),
        given_kana: text("アン"),
        sex: text("女"),
        handle: text("annie"),
        university: text("Waseda"),
        department: text("Fundamental Science"),
        subject: text("Computer Science"),
        student_number: text("1X16B042-1"),
        account_id: text("oauth2|discord|ann"),
        email: text("ann@example.org"),
        workshops: text("CG MIDI"),
        squads: text("xR SysAd"),
        phone: text("090-1234-5678"),
        role: text("member"),
    }
}

fn understood(row: &ImportRow) -> NewMember {
    let reading = Reading::of(row);
    assert_eq!(reading.faults(), [] as [&str; 0]);
    reading.member().unwrap().1.clone()
}

#[test]
fn a_row_becomes_a_member() {
    let member = understood(&row());
    assert_eq!((&member.address, &member.account_id), (&ann_address(), &Some(subject("oauth2|discord|ann"))));
    assert_eq!((member.generation, member.role), (Some(generation(57)), MemberRole::Member));
    let expected = Details {
        workshops: vec!["CG".to_owned(), "MIDI".to_owned()],
        other_circles: String::new(),
        discord_id: String::new(),
        twitter_screen_name: String::new(),
        card_published: false,
        ..details()
    };
    assert_eq!(member.details, expected);
}

#[test]
fn white_space_around_a_text_does_not_count() {
    let spaced = |text: &str| format!(" {text}\u{3000}");
    let plain = row();
    let wide = ImportRow {
        line: 2,
        generation: spaced(&plain.generation),
        family_name: spaced(&plain.family_name),
        given_name: spaced(&plain.given_name),
        family_kana: spaced(&plain.family_kana),
        given_kana: spaced(&plain.given_kana),
        sex: spaced(&plain.sex),
        handle: spaced(&plain.handle),
        university: spaced(&plain.university),
        department: spaced(&plain.department),
        subject: spaced(&plain.subject),
        student_number: spaced(&plain.student_number),
        account_id: spaced(&plain.account_id),
        email: spaced(&plain.email),
        workshops: "CG\u{3000} MIDI ".to_owned(),
        squads: spaced(&plain.squads),
        phone: spaced(&plain.phone),
        role: spaced(&plain.role),
    };
    assert_eq!(understood(&wide).details, understood(&plain).details);
    assert_eq!(Reading::of(&wide).keys, Reading::of(&plain).keys);
}

#[test]
fn what_may_be_empty_is_empty_or_all_workshops() {
    let bare = ImportRow {
        line: 3,
        generation: "100".to_owned(),
        sex: "男".to_owned(),
        email: "ann@example.org".to_owned(),
        role: "not_member".to_owned(),
        ..ImportRow::default()
    };
    let member = understood(&bare);
    assert_eq!(member.account_id, None);
    let workshops = WORKSHOPS.map(str::to_owned).to_vec();
    assert_eq!(member.details, Details { sex: Some(Sex::Male), workshops, ..Details::default() });
    assert_eq!(Reading::of(&bare).keys, [Key::Address(ann_address().canonical().clone())]);
}

#[test]
fn one_of_two_names_stands_alone() {
    let row = ImportRow { family_name: String::new(), ..row() };
    assert_eq!(understood(&row).details.name, "Ann");
}

#[test]
fn each_text_that_cannot_be_understood_is_a_fault() {
    let text = str::to_owned;
    for (row, fault) in [
        (ImportRow { generation: text("48"), ..row() }, "the generation must be from 49 to 100"),
        (ImportRow { generation: text("57.0"), ..row() }, "the generation must be from 49 to 100"),
        (ImportRow { generation: text(""), ..row() }, "the generation must be from 49 to 100"),
        (ImportRow { sex: text("male"), ..row() }, "the sex must be 男, 女 or その他"),
        (ImportRow { sex: text(""), ..row() }, "the sex must be 男, 女 or その他"),
        (ImportRow { workshops: text("CG Chess"), ..row() }, "there is no workshop \"Chess\""),
        (ImportRow { email: text("ann"), ..row() }, "the address is not of the form of one"),
        (ImportRow { email: text(""), ..row() }, "the address is not of the form of one"),
        (ImportRow { role: text("会員"), ..row() }, "the role must be admin, member, retired or not_member"),
        (ImportRow { role: text(""), ..row() }, "the role must be admin, member, retired or not_member"),
        (
            ImportRow { account_id: "a".repeat(256), ..row() },
            "account_id must be 1 to 255 bytes without control characters",
        ),
        (ImportRow { given_name: "a".repeat(125), ..row() }, "name must be at most 128 characters"),
        (ImportRow { given_kana: text("a\nb"), ..row() }, "kana must not contain control characters"),
        (ImportRow { handle: "a".repeat(129), ..row() }, "handle must be at most 128 characters"),
        (
            ImportRow { university: "a".repeat(257), ..row() },
            "university.name must be at most 256 characters",
        ),
        (
            ImportRow { department: "a".repeat(257), ..row() },
            "university.department must be at most 256 characters",
        ),
        (
            ImportRow { subject: "a".repeat(257), ..row() },
            "university.subject must be at most 256 characters",
        ),
        (ImportRow { student_number: "1".repeat(129), ..row() }, "student_id must be at most 128 characters"),
        (
            ImportRow { phone: "1".repeat(129), ..row() },
            "emergency_phone_number must be at most 128 characters",
        ),
        (ImportRow { squads: "a".repeat(513), ..row() }, "squads must be at most 512 characters"),
    ] {
        let reading = Reading::of(&row);
        assert_eq!(reading.faults(), [fault]);
        assert!(reading.member().is_none());
    }
}

#[test]
fn all_faults_of_a_row_are_told_and_what_can_be_understood_is_still_nobody_elses() {
    let row = ImportRow {
        generation: "x".to_owned(),
        sex: "?".to_owned(),
        handle: "a".repeat(129),
        workshops: "Chess Go".to_owned(),
        email: "ann@".to_owned(),
        role: "boss".to_owned(),
        ..row()
    };
    let reading = Reading::of(&row);
    assert_eq!(
        reading.faults(),
        [
            "the sex must be 男, 女 or その他",
            "there is no workshop \"Chess\"",
            "there is no workshop \"Go\"",
            "handle must be at most 128 characters",
            "the address is not of the form of one",
            "the generation must be from 49 to 100",
            "the role must be admin, member, retired or not_member",
        ]
    );
    assert_eq!(
        reading.keys,
        [
            Key::AccountId(subject("oauth2|discord|ann")),
            Key::StudentNumber("1X16B042-1".to_owned()),
            Key::Phone("09012345678".to_owned()),
        ]
    );
}
