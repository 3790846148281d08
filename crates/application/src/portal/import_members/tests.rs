//! Members from a file, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    code::CodeSubject,
    external_identity::ExternalIdentity,
    ports::Unique,
    profile::{MemberRecord, MemberRole, MemberWithDues},
    user::User,
};

use super::*;
use crate::fixtures::*;

/// A row that nothing is wrong with, of somebody whose texts are all made of `name`.
fn row(line: u64, name: &str) -> ImportRow {
    let text = str::to_owned;
    ImportRow {
        line,
        generation: text("57"),
        sex: text("女"),
        handle: text(name),
        student_number: format!("student-{name}"),
        account_id: format!("oauth2|{name}"),
        email: format!("{name}@example.org"),
        phone: format!("phone {name}"),
        role: text("member"),
        ..ImportRow::default()
    }
}

/// A house with these members, where nobody else holds anything.
fn house(members: Vec<MemberRecord>) -> House {
    let mut house = house_with_holders(members);
    house.holder(None);
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
    house
}

fn house_with_holders(members: Vec<MemberRecord>) -> House {
    let mut house = House::default();
    house.policy.portal.issuer = Some(ISSUER.to_owned());
    house.tx.profiles.expect_list().returning(move |filter| {
        assert_eq!((filter.role, filter.paid), (None, None));
        let later = members.iter().filter(|member| Some(member.profile.number) > filter.after);
        let page = later.take(filter.limit.into()).cloned();
        Ok(page.map(|record| MemberWithDues { record, payment: None }).collect())
    });
    house
}

/// What was kept.
struct Imported {
    users: Kept<NewUser>,
    emails: Kept<Email>,
    settled: Kept<portico_domain::email::CanonicalAddress>,
    identities: Kept<(UserId, ExternalIdentity)>,
    profiles: Kept<Profile>,
}

/// Everything about new members may be kept; they get the numbers from 101.
fn imports(house: &mut House) -> Imported {
    let kept = Imported {
        users: Kept::default(),
        emails: Kept::default(),
        settled: Kept::default(),
        identities: Kept::default(),
        profiles: house.adds_profiles(),
    };
    let users = kept.users.clone();
    house.tx.users.expect_add().returning(move |new| {
        users.put(new.clone());
        let number = 100 + i64::try_from(users.all().len()).unwrap();
        Ok(User { id: new.id, number, display_name: new.display_name.clone(), ..ann() })
    });
    house.tx.emails.expect_add().returning(kept.emails.keeper());
    house.tx.emails.expect_void_claims().returning(kept.settled.keeper());
    house
        .tx
        .codes
        .expect_remove()
        .withf(|of| matches!(of, CodeSubject::Registration(_)))
        .returning(|_| Ok(()));
    let identities = kept.identities.clone();
    house.tx.external_identities.expect_put().returning(move |user, identity| {
        identities.put((user, identity.clone()));
        Ok(())
    });
    kept
}

async fn import(house: &OpenHouse, rows: Vec<ImportRow>, mode: ImportMode) -> ImportReport {
    house.does.import_members.execute(rows, mode).await.unwrap()
}

fn faults(report: &ImportReport) -> Vec<(u64, &str)> {
    report.faults.iter().map(|fault| (fault.line, fault.text.as_str())).collect()
}

#[tokio::test]
async fn a_file_without_faults_makes_a_user_and_a_member_of_every_row_and_mails_nobody() {
    let mut house = house(vec![bob_admin()]);
    let kept = imports(&mut house);
    let house = house.open();
    let report = import(&house, vec![row(2, "zoe"), row(3, "ann")], ImportMode::Apply).await;
    assert_eq!(report, ImportReport { new: 2, faults: Vec::new() });

    for (place, name) in ["zoe", "ann"].into_iter().enumerate() {
        let (user, email) = (&kept.users.all()[place], &kept.emails.all()[place]);
        assert_eq!((user.display_name.as_str(), &user.locale, user.created_at), (name, &None, now()));
        assert_eq!((email.user, &email.address), (user.id, &address(&format!("{name}@example.org"))));
        assert_eq!((email.state, email.is_default), (EmailState::Verified { at: now() }, true));
        assert_eq!(kept.settled.all()[place], *email.address.canonical());
        let (issuer, subject) = (Some(ISSUER.to_owned()), subject(&format!("oauth2|{name}")));
        assert_eq!(kept.identities.all()[place], (user.id, ExternalIdentity { issuer, subject }));
        let profile = &kept.profiles.all()[place];
        let number = 101 + i64::try_from(place).unwrap();
        assert_eq!((profile.user, profile.number), (user.id, number));
        assert_eq!((profile.role, profile.generation), (MemberRole::Member, Some(generation(57))));
        assert_eq!(profile.details.student_number, format!("student-{name}"));
        assert_eq!((profile.created_at, profile.updated_at), (now(), now()));
    }
    assert_eq!(house.locks(), [Lock::Dues]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_dry_run_keeps_nothing() {
    let house = house(vec![bob_admin()]).open();
    let report = import(&house, vec![row(2, "ann"), row(3, "zoe")], ImportMode::DryRun).await;
    assert_eq!(report, ImportReport { new: 2, faults: Vec::new() });
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_row_without_an_account_id_gets_no_name_at_the_provider() {
    let mut house = house(Vec::new());
    let kept = imports(&mut house);
    let rows = vec![ImportRow { account_id: String::new(), ..row(2, "ann") }];
    assert_eq!(import(&house.open(), rows, ImportMode::Apply).await.new, 1);
    assert_eq!((kept.profiles.all().len(), kept.identities.all().len()), (1, 0));
}

#[tokio::test]
async fn without_a_provider_a_name_is_one_at_whichever_is_set_later() {
    let mut house = house(Vec::new());
    house.policy.portal.issuer = None;
    let kept = imports(&mut house);
    import(&house.open(), vec![row(2, "ann")], ImportMode::Apply).await;
    assert_eq!(kept.identities.only().1.issuer, None);
}

#[tokio::test]
async fn one_fault_keeps_everything_out_in_either_mode() {
    let rows = || {
        vec![row(2, "ann"), ImportRow { sex: "x".to_owned(), generation: "1".to_owned(), ..row(3, "zoe") }]
    };
    for mode in [ImportMode::DryRun, ImportMode::Apply] {
        let house = house(Vec::new()).open();
        let report = import(&house, rows(), mode).await;
        assert_eq!(report.new, 1);
        let told = [(3, "the sex must be 男, 女 or その他"), (3, "the generation must be from 49 to 100")];
        assert_eq!(faults(&report), told);
        assert!(house.wrote_nothing() || !house.committed());
    }
}

#[tokio::test]
async fn what_two_rows_share_is_told_at_the_later_one_even_when_it_has_other_faults() {
    let twin = ImportRow { handle: "zoe".to_owned(), role: "boss".to_owned(), ..row(7, "ann") };
    let twin = ImportRow { email: "ANN@example.org".to_owned(), phone: "phone-ann".to_owned(), ..twin };
    let first = ImportRow { phone: "phoneann".to_owned(), ..row(2, "ann") };
    let house = house(Vec::new()).open();
    let report = import(&house, vec![first, row(3, "bea"), twin], ImportMode::DryRun).await;
    assert_eq!(report.new, 2);
    assert_eq!(
        faults(&report),
        [
            (7, "the role must be admin, member, retired or not_member"),
            (7, "the email address is in use in line 2"),
            (7, "the account id is in use in line 2"),
            (7, "the student id is in use in line 2"),
            (7, "the emergency phone number is in use in line 2"),
        ]
    );
}

#[tokio::test]
async fn empty_numbers_are_nobodys() {
    let bare = |line, name| ImportRow {
        student_number: String::new(),
        phone: "-".to_owned(),
        account_id: String::new(),
        ..row(line, name)
    };
    let house = house(vec![bob_admin()]).open();
    let report = import(&house, vec![bare(2, "ann"), bare(3, "zoe")], ImportMode::DryRun).await;
    assert_eq!(report, ImportReport { new: 2, faults: Vec::new() });
}

#[tokio::test]
async fn what_a_member_has_is_told_also_when_he_is_on_a_later_page() {
    let mut members: Vec<MemberRecord> = (1..=1000)
        .map(|number| MemberRecord { profile: Profile { number, ..bob_admin().profile }, ..bob_admin() })
        .collect();
    let last = Profile { number: 1001, ..ann_member().profile };
    members.push(MemberRecord { profile: last, ..ann_member() });
    let house = house(members).open();
    let clash = ImportRow {
        account_id: "oauth2|discord|ann".to_owned(),
        student_number: "1X16B042-1".to_owned(),
        phone: "090-1234-5678".to_owned(),
        ..row(2, "ann")
    };
    let report = import(&house, vec![clash], ImportMode::DryRun).await;
    assert_eq!(report.new, 0);
    assert_eq!(
        faults(&report),
        [
            (2, "the email address is in use"),
            (2, "the account id is in use"),
            (2, "the student id is in use"),
            (2, "the emergency phone number is in use"),
        ]
    );
}

#[tokio::test]
async fn what_somebody_has_who_is_no_member_is_told_too() {
    for mode in [ImportMode::DryRun, ImportMode::Apply] {
        let mut house = house_with_holders(Vec::new());
        house.holder(Some(ann_email()));
        let called = house.tx.external_identities.expect_find_user();
        called.with(eq(ISSUER), eq(subject("oauth2|ann"))).returning(|_, _| Ok(Some(bob().id)));
        let house = house.open();
        let report = import(&house, vec![row(2, "ann")], mode).await;
        assert_eq!(faults(&report), [(2, "the email address is in use"), (2, "the account id is in use")]);
        assert!(house.wrote_nothing() || !house.committed());
    }
}

#[tokio::test]
async fn what_somebody_took_a_moment_ago_keeps_everything_out() {
    let taken = |rule| move |_: &Profile| Err(StoreError::Duplicate(rule));
    for (rule, text) in [
        (Unique::StudentNumber, "the student id is in use"),
        (Unique::Phone, "the emergency phone number is in use"),
    ] {
        let mut house = house(Vec::new());
        house.tx.profiles.expect_add().times(1).returning(taken(rule));
        imports(&mut house);
        let house = house.open();
        let report = import(&house, vec![row(2, "ann"), row(3, "zoe")], ImportMode::Apply).await;
        assert_eq!((report.new, faults(&report)), (1, vec![(2, text)]));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn an_address_or_a_name_taken_a_moment_ago_keeps_everything_out() {
    let mut addressed = house(Vec::new());
    let added = addressed.tx.emails.expect_add();
    added.times(1).returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
    let mut named = house(Vec::new());
    let put = named.tx.external_identities.expect_put();
    put.times(1).returning(|_, _| Err(StoreError::Duplicate(Unique::ExternalIdentity)));
    for (mut house, text) in [(addressed, "the email address is in use"), (named, "the account id is in use")]
    {
        imports(&mut house);
        let house = house.open();
        let report = import(&house, vec![row(2, "ann")], ImportMode::Apply).await;
        assert_eq!((report.new, faults(&report)), (0, vec![(2, text)]));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn a_failing_store_keeps_nothing() {
    let mut house = house(Vec::new());
    house.tx.users.expect_add().returning(|_| Err(StoreError::Closed));
    let house = house.open();
    let failed = house.does.import_members.execute(vec![row(2, "ann")], ImportMode::Apply).await;
    assert_refused!(failed, StoreError::Closed);
    assert!(!house.committed());
}

#[tokio::test]
async fn an_empty_file_makes_nobody() {
    for mode in [ImportMode::DryRun, ImportMode::Apply] {
        let house = house(Vec::new()).open();
        assert_eq!(import(&house, Vec::new(), mode).await, ImportReport::default());
    }
}
