//! What is wrong with drafts, and which fault is told first.

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::{id::UserId, ports::mocks::CountingEntropy, profile::Profile};

fn draft() -> DetailsDraft {
    DetailsDraft {
        name: "みす ちゃん".to_owned(),
        kana: "ミス チャン".to_owned(),
        handle: "mischa".to_owned(),
        sex: "female".to_owned(),
        student_number: "1W20".to_owned(),
        workshops: vec!["CG".to_owned()],
        ..DetailsDraft::default()
    }
}

fn stored() -> MemberRecord {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let user = UserId::generate(now, &CountingEntropy::default());
    let profile = Profile::empty(user, 7, MemberRole::NotMember, now);
    MemberRecord { profile, email: None, account_id: None }
}

fn overwrite() -> MemberDraft {
    MemberDraft {
        details: draft(),
        email: "mischa@example.org".to_owned(),
        email_verified: true,
        role: "member".to_owned(),
        account_id: "oauth2|discord|1".to_owned(),
        generation: 55,
        avatar: None,
    }
}

#[test]
fn a_draft_without_faults_is_kept_as_it_is() {
    let details = draft().check().unwrap();
    assert_eq!(details.sex, Some(Sex::Female));
    assert_eq!((details.name.as_str(), details.workshops.len()), ("みす ちゃん", 1));
}

#[test]
fn each_fault_is_told() {
    let long = |count: usize| "あ".repeat(count);
    let cases: Vec<(DetailsDraft, ProfileFault)> = vec![
        (
            DetailsDraft { squads: vec!["a\nb".to_owned()], ..draft() },
            ProfileFault::LineEnd(ProfileField::Squads),
        ),
        (
            DetailsDraft { workshops: vec!["a\rb".to_owned()], ..draft() },
            ProfileFault::LineEnd(ProfileField::Workshops),
        ),
        (DetailsDraft { sex: String::new(), ..draft() }, ProfileFault::Sex),
        (DetailsDraft { sex: "Male".to_owned(), ..draft() }, ProfileFault::Sex),
        (DetailsDraft { discord_id: "Mischa".to_owned(), ..draft() }, ProfileFault::DiscordId),
        (DetailsDraft { twitter_screen_name: "@-".to_owned(), ..draft() }, ProfileFault::TwitterScreenName),
        (DetailsDraft { name: long(129), ..draft() }, ProfileFault::TooLong(ProfileField::Name)),
        (
            DetailsDraft { squads: vec![long(256), long(256)], ..draft() },
            ProfileFault::TooLong(ProfileField::Squads),
        ),
        (
            DetailsDraft { handle: "a\0".to_owned(), ..draft() },
            ProfileFault::ControlCharacter(ProfileField::Handle),
        ),
    ];
    for (draft, fault) in cases {
        assert_eq!(draft.clone().check(), Err(fault), "{draft:?}");
    }
}

#[test]
fn of_several_faults_the_contracts_first_is_told() {
    let faulty = DetailsDraft {
        sex: "x".to_owned(),
        squads: vec!["a\nb".to_owned()],
        discord_id: "A".to_owned(),
        name: "n".repeat(200),
        ..draft()
    };
    assert_eq!(faulty.clone().check(), Err(ProfileFault::LineEnd(ProfileField::Squads)));
    let faulty = DetailsDraft { squads: Vec::new(), ..faulty };
    assert_eq!(faulty.clone().check(), Err(ProfileFault::Sex));
    let faulty = DetailsDraft { sex: "other".to_owned(), ..faulty };
    assert_eq!(faulty.check(), Err(ProfileFault::DiscordId));
}

#[test]
fn names_at_discord_are_old_or_new() {
    for text in ["", "Mischa#1234", "x#12345", "a#b#0001", "mis.cha_1", "#1234"] {
        assert!(is_discord_id(text), "{text}");
    }
    for text in ["M", "Mischa", "m", "mischa#123", "a b", &"a".repeat(33)] {
        assert!(!is_discord_id(text), "{text}");
    }
}

#[test]
fn the_portals_addresses_are_narrower_than_the_houses() {
    for text in ["a@b.c", "a.b-c+d_e@f-g.h.ij", "tsuyochi23182+10@gmail.com"] {
        assert!(portal_address(text).is_ok(), "{text}");
    }
    for text in ["", "a", "a@b", "a..b@c.de", ".a@b.cd", "a@b..c", "a'b@c.de", "ä@b.cd", "a@b.cd ", "a@b@c.d"]
    {
        assert!(portal_address(text).is_err(), "{text}");
    }
}

#[test]
fn an_admin_writes_everything() {
    let written = overwrite().check(Some(&stored())).unwrap();
    assert_eq!(written.role, MemberRole::Member);
    assert_eq!(written.account_id.unwrap().as_str(), "oauth2|discord|1");
    assert_eq!(written.generation.unwrap().number(), 55);
    assert_eq!(written.address.unwrap().as_str(), "mischa@example.org");
}

#[test]
fn what_an_admin_writes_is_looked_at_in_the_contracts_order() {
    let mut draft = MemberDraft {
        email: "x".to_owned(),
        role: "chief".to_owned(),
        account_id: "a\nb".to_owned(),
        generation: 48,
        ..overwrite()
    };
    assert_eq!(draft.clone().check(Some(&stored())), Err(ProfileFault::Email));
    draft.email = "a@b.cd".to_owned();
    assert_eq!(draft.clone().check(Some(&stored())), Err(ProfileFault::Role));
    draft.role = "retired".to_owned();
    assert_eq!(draft.clone().check(Some(&stored())), Err(ProfileFault::Generation));
    draft.generation = 49;
    let fault = ProfileFault::ControlCharacter(ProfileField::AccountId);
    assert_eq!(draft.clone().check(Some(&stored())), Err(fault));
    draft.account_id = String::new();
    let with_account = MemberRecord { account_id: Subject::parse("a").ok(), ..stored() };
    assert_eq!(draft.check(Some(&with_account)), Err(ProfileFault::AccountId));
}

#[test]
fn what_an_operator_left_empty_may_stay_empty() {
    let empty = MemberDraft {
        email: String::new(),
        account_id: String::new(),
        generation: 0,
        details: DetailsDraft::default(),
        ..overwrite()
    };
    let written = empty.check(Some(&stored())).unwrap();
    assert_eq!((written.address, written.account_id, written.generation), (None, None, None));
    assert_eq!(written.details, Details::default());
}

#[test]
fn somebody_who_is_not_there_may_leave_nothing_empty() {
    assert!(overwrite().check(None).is_ok());
    let empty = MemberDraft { details: DetailsDraft::default(), ..overwrite() };
    assert_eq!(empty.check(None), Err(ProfileFault::Sex));
    let empty = MemberDraft { account_id: String::new(), ..overwrite() };
    assert_eq!(empty.check(None), Err(ProfileFault::AccountId));
    let empty = MemberDraft { generation: 0, ..overwrite() };
    assert_eq!(empty.check(None), Err(ProfileFault::Generation));
}

#[test]
fn an_account_id_of_the_provider_may_be_longer_than_one_that_an_admin_writes() {
    let long = MemberDraft { account_id: "a".repeat(129), ..overwrite() };
    let fault = ProfileFault::TooLong(ProfileField::AccountId);
    assert_eq!(long.clone().check(Some(&stored())), Err(fault));
    let with_account = MemberRecord { account_id: Subject::parse(&"a".repeat(129)).ok(), ..stored() };
    assert!(long.check(Some(&with_account)).is_ok());
}

#[test]
fn the_origins_empty_list_is_an_empty_list() {
    let details = DetailsDraft { squads: vec![String::new()], ..draft() }.check().unwrap();
    assert!(details.squads.is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in ".{0,140}", list in prop::collection::vec(".{0,9}", 0..4)) {
        let _ = portal_address(&text);
        let draft = DetailsDraft {
            discord_id: text.clone(), twitter_screen_name: text.clone(), squads: list, name: text, ..draft()
        };
        let _ = draft.check();
    }
}
