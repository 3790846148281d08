//! Becoming a member, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    letter::{Letter, OwedLetter},
    policy::PortalPolicy,
    portal_session::Visitor,
    profile::ProfileField,
};

use super::*;
use crate::fixtures::*;

/// What a house keeps of a newcomer.
struct Made {
    users: Kept<NewUser>,
    emails: Kept<Email>,
    identities: Kept<(UserId, ExternalIdentity)>,
    profiles: Kept<Profile>,
    proofs: Kept<EmailVerification>,
    letters: Kept<OwedLetter>,
}

/// A house in which this newcomer waits behind the token `cookie`.
fn house_of(pending: PendingSignIn) -> House {
    let mut house = House::default();
    let found = house.tx.external_identities.expect_find_pending().with(eq(token("cookie").digest()));
    found.times(1).return_once(move |_| Ok(Some(pending)));
    house
}

/// A house that Ann may be made a member of, and is mailed to; `owner` has her name at the provider.
fn open_to(pending: PendingSignIn, owner: Option<UserId>) -> (House, Made) {
    let mut house = house_of(pending);
    let known = house.tx.external_identities.expect_find_user();
    known.withf(|issuer, name| issuer == ISSUER && *name == subject("oauth2|discord|ann"));
    known.returning(move |_, _| Ok(owner));
    let removed = house.tx.external_identities.expect_remove_pending();
    removed.with(eq(token("cookie").digest())).times(1).returning(|_| Ok(()));
    for kind in [LetterKind::EmailVerification, LetterKind::AfterRegistration] {
        house.words(kind, kind.as_str(), "{{.User.Handle}} {{.User.ID}}");
    }
    let made = keep(&mut house);
    (house, made)
}

fn keep(house: &mut House) -> Made {
    let (emails, identities, proofs) = (Kept::default(), Kept::default(), Kept::default());
    house.tx.emails.expect_add().returning(emails.keeper());
    let put: Kept<(UserId, ExternalIdentity)> = Kept::clone(&identities);
    house.tx.external_identities.expect_put().returning(move |user, identity| {
        put.put((user, identity.clone()));
        Ok(())
    });
    house.tx.email_verifications.expect_add().returning(proofs.keeper());
    Made {
        users: house.adds_users(),
        emails,
        identities,
        profiles: house.adds_profiles(),
        proofs,
        letters: house.letters(),
    }
}

/// A house that nobody's address or name stands in the way of.
fn open_house(pending: PendingSignIn) -> (House, Made) {
    let (mut house, made) = open_to(pending, None);
    house.holder(None);
    house.tx.profiles.expect_find_by_address().returning(|_| Ok(None));
    (house, made)
}

/// A house to which Ann comes with her account, where she has this profile and these addresses.
fn house_with_account(members: &[MemberRecord], emails: &[Email]) -> (House, Made) {
    let (mut house, made) = open_to(pending(), None);
    house.users(&[ann()]);
    house.member_records(members);
    house.emails(emails);
    (house, made)
}

fn request() -> RegisterMemberRequest {
    RegisterMemberRequest { token: token("cookie"), draft: draft(), generation: 61, account: None }
}

async fn register(house: &OpenHouse) -> Result<(), RegisterMemberError> {
    house.does.register_member.execute(request()).await
}

async fn join(house: &OpenHouse) -> Result<(), RegisterMemberError> {
    let request = RegisterMemberRequest { account: Some(actor(&ann())), ..request() };
    house.does.register_member.execute(request).await
}

fn identity() -> ExternalIdentity {
    ExternalIdentity { issuer: Some(ISSUER.to_owned()), subject: subject("oauth2|discord|ann") }
}

/// The profile that [`draft`] makes of Ann.
fn filled_in(user: UserId) -> Profile {
    Profile {
        generation: Some(generation(61)),
        details: details(),
        avatar: Some(avatar()),
        ..Profile::empty(user, ann().number, MemberRole::NotMember, now())
    }
}

#[tokio::test]
async fn a_newcomer_becomes_a_person_with_a_profile_and_is_asked_to_prove_his_address() {
    let (house, made) = open_house(PendingSignIn { locale: Some("en".to_owned()), ..pending() });
    let house = house.open();
    register(&house).await.unwrap();

    let (user, email) = (made.users.only(), made.emails.only());
    assert_eq!((user.display_name.as_str(), user.locale.as_deref()), ("annie", Some("en")));
    assert_eq!(user.created_at, now());
    assert_eq!((email.user, email.address), (user.id, ann_address()));
    assert_eq!((email.state, email.is_default, email.created_at), (EmailState::Claimed, true, now()));
    assert_eq!(made.identities.only(), (user.id, identity()));
    assert_eq!(made.profiles.only(), filled_in(user.id));
    let proof = made.proofs.only();
    assert_eq!((proof.user, &proof.address), (user.id, ann_address().canonical()));
    assert_eq!((proof.expires_at, proof.used_at), (now() + seconds(7 * 24 * 3600), None));
    let letter = made.letters.only();
    assert_eq!((letter.letter.clone(), letter.to.clone()), (Letter::EmailVerification, ann_address().into()));
    assert_eq!(secret_of(&letter), "email_verification\nannie 1");
    assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
    assert!(house.committed());
}

#[tokio::test]
async fn the_link_in_the_letter_is_the_one_that_is_kept() {
    let mut house = house_of(pending());
    house.holder(None);
    house.tx.profiles.expect_find_by_address().returning(|_| Ok(None));
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
    house.tx.external_identities.expect_remove_pending().returning(|_| Ok(()));
    house.words(LetterKind::EmailVerification, "", "{{.VerificationLink}}");
    house.policy.portal = PortalPolicy {
        verify_email_link: "https://portal.example/verify_email?token={token}".to_owned(),
        ..PortalPolicy::default()
    };
    let made = keep(&mut house);
    register(&house.open()).await.unwrap();

    let letter = secret_of(&made.letters.only());
    let link = letter.strip_prefix("\nhttps://portal.example/verify_email?token=").unwrap();
    assert_eq!(token(link).digest(), made.proofs.only().digest);
}

#[tokio::test]
async fn a_newcomer_is_shown_under_his_handle_else_his_name_else_his_address() {
    let long = "a".repeat(101);
    for (handle, name, shown) in [
        (" annie ", "Lee Ann", "annie"),
        ("", "Lee Ann", "Lee Ann"),
        (long.as_str(), "Lee Ann", "Lee Ann"),
        ("", "", "ann"),
        (" ", &long, "ann"),
    ] {
        let (house, made) = open_house(pending());
        let draft = DetailsDraft { handle: handle.to_owned(), name: name.to_owned(), ..draft() };
        let request = RegisterMemberRequest { draft, ..request() };
        house.open().does.register_member.execute(request).await.unwrap();
        assert_eq!(made.users.only().display_name.as_str(), shown);
    }
}

#[tokio::test]
async fn the_first_fault_in_the_order_of_the_contract_is_told_and_nothing_is_written() {
    let line_end = DetailsDraft { squads: vec!["a\nb".to_owned()], ..draft() };
    let nobody = DetailsDraft { sex: String::new(), ..draft() };
    let long = DetailsDraft { name: "a".repeat(129), ..draft() };
    for (draft, generation, fault) in [
        (draft(), 48, ProfileFault::Generation),
        (draft(), 101, ProfileFault::Generation),
        (draft(), 0, ProfileFault::Generation),
        (line_end.clone(), 48, ProfileFault::LineEnd(ProfileField::Squads)),
        (line_end, 61, ProfileFault::LineEnd(ProfileField::Squads)),
        (nobody, 48, ProfileFault::Sex),
        (long.clone(), 48, ProfileFault::Generation),
        (long, 61, ProfileFault::TooLong(ProfileField::Name)),
    ] {
        let house = house_of(pending()).open();
        let request = RegisterMemberRequest { draft, generation, ..request() };
        match house.does.register_member.execute(request).await {
            Err(RegisterMemberError::Fault(told)) => assert_eq!(told, fault),
            other => panic!("{other:?} is not {fault:?}"),
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn whoever_does_not_wait_is_told_so_before_his_form_is_looked_at() {
    let faulty = || RegisterMemberRequest { generation: 0, ..request() };
    let late = PendingSignIn { expires_at: now(), ..pending() };
    for (waiting, visitor, registered) in
        [(None, None, false), (Some(late), None, false), (None, Some(visitor(&ann())), true)]
    {
        let mut house = House::default();
        house.tx.external_identities.expect_find_pending().return_once(|_| Ok(waiting));
        let visits = house.tx.portal_sessions.expect_find_visitor();
        visits.return_once(|_| Ok::<Option<Visitor>, _>(visitor));
        let house = house.open();
        let refused = house.does.register_member.execute(faulty()).await;
        if registered {
            assert_refused!(refused, RegisterMemberError::Pending(PendingSignInError::Registered));
        } else {
            assert_refused!(refused, RegisterMemberError::Pending(PendingSignInError::Unknown));
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn an_address_that_somebody_holds_is_taken() {
    for state in [EmailState::Verified { at: now() }, EmailState::Provisioned] {
        let (mut house, made) = open_to(pending(), None);
        house.holder(Some(bobs(in_state(state))));
        house.tx.profiles.expect_find_by_address().returning(|_| Ok(None));
        let house = house.open();
        let refused = register(&house).await;
        assert_refused!(refused, RegisterMemberError::Conflict(ProfileConflict::Address));
        assert!(made.users.all().is_empty());
        assert!(!house.committed(), "he goes on waiting");
    }
}

#[tokio::test]
async fn an_address_that_another_member_has_is_taken_proved_or_not() {
    let (mut house, _) = open_to(pending(), None);
    house.holder(None);
    let had = house.tx.profiles.expect_find_by_address().with(eq(ann_address().canonical().clone()));
    had.returning(|_| Ok(Some(bob().id)));
    let house = house.open();
    assert_refused!(register(&house).await, RegisterMemberError::Conflict(ProfileConflict::Address));
    assert!(!house.committed());
}

#[tokio::test]
async fn whoever_is_known_by_that_name_has_registered_in_another_browser() {
    for outcome in [register(&open_to(pending(), Some(bob().id)).0.open()).await, {
        let (mut house, _) = open_to(pending(), Some(bob().id));
        house.users(&[ann()]);
        join(&house.open()).await
    }] {
        assert_refused!(outcome, RegisterMemberError::Registered);
    }
}

#[tokio::test]
async fn a_name_that_was_noted_a_moment_ago_means_that_he_has_registered() {
    for account in [None, Some(actor(&ann()))] {
        let mut house = house_of(pending());
        house.holder(None);
        house.users(&[ann()]);
        house.member_records(&[]);
        house.tx.profiles.expect_find_by_address().returning(|_| Ok(None));
        house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
        house.tx.external_identities.expect_remove_pending().returning(|_| Ok(()));
        let noted = StoreError::Duplicate(Unique::ExternalIdentity);
        house.tx.external_identities.expect_put().return_once(|_, _| Err(noted));
        keep(&mut house);
        let house = house.open();
        let refused = house.does.register_member.execute(RegisterMemberRequest { account, ..request() });
        assert_refused!(refused.await, RegisterMemberError::Registered);
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn of_two_who_send_the_form_with_one_cookie_one_becomes_a_member() {
    for account in [None, Some(actor(&ann()))] {
        let mut house = house_of(pending());
        house.tx.external_identities.expect_remove_pending().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        let refused = house.does.register_member.execute(RegisterMemberRequest { account, ..request() });
        assert_refused!(refused.await, RegisterMemberError::Pending(PendingSignInError::Unknown));
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn what_another_member_has_already_is_named() {
    for (rule, conflict) in [
        (Unique::StudentNumber, ProfileConflict::StudentNumber),
        (Unique::Phone, ProfileConflict::Phone),
        (Unique::DiscordId, ProfileConflict::DiscordId),
        (Unique::TwitterScreenName, ProfileConflict::TwitterScreenName),
    ] {
        let taken = move |_: &Profile| Err(StoreError::Duplicate(rule));
        let (mut newcomer, _) = open_house(pending());
        newcomer.tx.profiles.checkpoint();
        newcomer.tx.profiles.expect_find_by_address().returning(|_| Ok(None));
        newcomer.tx.profiles.expect_add().returning(taken);
        let (mut written, _) = house_with_account(&[bare(ann_member())], &[ann_email()]);
        written.tx.profiles.expect_write().returning(taken);
        let (newcomer, written) = (newcomer.open(), written.open());
        for (house, outcome) in [(&newcomer, register(&newcomer).await), (&written, join(&written).await)] {
            match outcome {
                Err(RegisterMemberError::Conflict(named)) => assert_eq!(named, conflict),
                other => panic!("{other:?} is not {conflict:?}"),
            }
            assert!(!house.committed());
        }
    }
}

/// The same member before he ever signed in at the provider, with a profile that an operator made.
fn bare(member: MemberRecord) -> MemberRecord {
    let Profile { user, number, role, created_at, .. } = member.profile;
    MemberRecord { profile: Profile::empty(user, number, role, created_at), account_id: None, ..member }
}

mod with_account;
