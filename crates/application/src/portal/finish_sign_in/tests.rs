//! Coming back from the provider, against mocked ports.

use mockall::{Sequence, predicate::eq};
use portico_domain::{portal_session::PortalSession, ports::Unique, profile::Profile};

use super::*;
use crate::fixtures::*;

/// What the provider says of Ann.
fn proved() -> ProvedIdentity {
    ProvedIdentity {
        issuer: ISSUER.to_owned(),
        subject: subject("oauth2|discord|ann"),
        address: Some("ann@example.org".to_owned()),
        avatar: None,
        locale: None,
    }
}

/// What the house keeps of Ann's name at the provider.
fn identity(issuer: Option<&str>) -> ExternalIdentity {
    ExternalIdentity { issuer: issuer.map(str::to_owned), subject: proved().subject }
}

fn with_avatar(member: MemberRecord) -> MemberRecord {
    MemberRecord { profile: Profile { avatar: Some(avatar()), ..member.profile }, ..member }
}

fn request() -> FinishPortalSignInRequest {
    FinishPortalSignInRequest {
        code: "code".to_owned(),
        state: Challenge::of(&token("secret")).state().to_owned(),
        secret: token("secret"),
    }
}

/// A house in which the browser's sign-in has begun and the provider, asked before and after, says this.
fn returning(answer: Result<ProvedIdentity, IdentityProviderError>) -> House {
    let mut house = House::default();
    let mut order = Sequence::new();
    let provider = &mut house.identity_provider;
    provider.expect_prepare().times(1).in_sequence(&mut order).returning(|| Ok(()));
    let used = house.tx.external_identities.expect_use_attempt();
    used.with(eq(token("secret").digest()), eq(now()))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_, _| Ok(()));
    provider
        .expect_redeem()
        .withf(|code, challenge| code == "code" && *challenge == Challenge::of(&token("secret")))
        .times(1)
        .in_sequence(&mut order)
        .return_once(|_, _| answer);
    house
}

/// A house to which Ann returns, where she is known by this name and has this profile.
fn house(proved: ProvedIdentity, identity: ExternalIdentity, members: &[MemberRecord]) -> House {
    let mut house = returning(Ok(proved));
    let found = house.tx.external_identities.expect_find_user();
    found.withf(|issuer, name| issuer == ISSUER && *name == subject("oauth2|discord|ann"));
    found.times(1).returning(|_, _| Ok(Some(ann().id)));
    let known = house.tx.external_identities.expect_find_of().with(eq(ann().id));
    known.times(1).return_once(|_| Ok(Some(identity)));
    house.users(&[ann()]);
    house.member_records(members);
    house
}

/// A house to which somebody returns whom nobody knows; newcomers may wait.
fn house_of_strangers(proved: ProvedIdentity) -> (House, Kept<PendingSignIn>) {
    let mut house = returning(Ok(proved));
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
    let waiting = keeps_waiting(&mut house);
    (house, waiting)
}

fn keeps_waiting(house: &mut House) -> Kept<PendingSignIn> {
    let waiting = Kept::default();
    house.tx.external_identities.expect_add_pending().returning(waiting.keeper());
    waiting
}

async fn finish(house: &OpenHouse) -> Result<FinishedSignIn, FinishPortalSignInError> {
    house.does.finish_portal_sign_in.execute(request()).await
}

/// Whether two units of work were begun, and the second ended like this: the first uses up the sign-in.
fn second_committed(house: &OpenHouse) -> bool {
    use portico_domain::ports::Verdict;
    let verdicts = house.store.verdicts();
    assert_eq!((verdicts.len(), verdicts[0]), (2, Verdict::Commit), "{verdicts:?}");
    verdicts[1] == Verdict::Commit
}

#[tokio::test]
async fn a_member_gets_a_session_of_ten_days_by_a_fresh_token() {
    let mut house = house(proved(), identity(Some(ISSUER)), &[ann_member()]);
    let sessions = house.portal_sessions();
    let house = house.open();
    let finished = finish(&house).await.unwrap();

    let session: PortalSession = sessions.only();
    assert_eq!((session.user, session.token), (ann().id, finished.token.digest()));
    assert_eq!((session.created_at, session.ended_at), (now(), None));
    assert_eq!(session.expires_at, now() + seconds(10 * 24 * 3600));
    assert_eq!((finished.has_account, finished.user), (true, Some(ann().id)));
    assert_ne!(finished.token, token("secret"), "what the browser held before opens nothing");
    assert_eq!(house.locks(), [Lock::User(ann().id)]);
    assert!(second_committed(&house));
}

#[tokio::test]
async fn every_sign_in_has_a_token_of_its_own() {
    let mut house = House::default();
    house.identity_provider.expect_prepare().returning(|| Ok(()));
    house.identity_provider.expect_redeem().returning(|_, _| Ok(proved()));
    house.tx.external_identities.expect_use_attempt().returning(|_, _| Ok(()));
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(Some(ann().id)));
    house.tx.external_identities.expect_find_of().returning(|_| Ok(Some(identity(Some(ISSUER)))));
    house.users(&[ann()]);
    house.member_records(&[ann_member()]);
    let sessions = house.portal_sessions();
    let house = house.open();
    let (first, second) = (finish(&house).await.unwrap(), finish(&house).await.unwrap());

    assert_ne!(first.token, second.token);
    let kept: Vec<_> = sessions.all().iter().map(|session| session.token).collect();
    assert_eq!(kept, [first.token.digest(), second.token.digest()], "the first one lives on");
}

#[tokio::test]
async fn the_operator_decides_how_long_a_session_lives() {
    let mut house = house(proved(), identity(Some(ISSUER)), &[ann_member()]);
    house.policy.portal.session = seconds(90);
    let sessions = house.portal_sessions();
    finish(&house.open()).await.unwrap();
    assert_eq!(sessions.only().expires_at, now() + seconds(90));
}

#[tokio::test]
async fn the_first_sign_in_binds_a_name_that_the_operator_gave_to_the_provider() {
    let mut house = house(proved(), identity(None), &[ann_member()]);
    house.portal_sessions();
    let bound = house.tx.external_identities.expect_put();
    bound.with(eq(ann().id), eq(identity(Some(ISSUER)))).times(1).returning(|_, _| Ok(()));
    let house = house.open();
    assert!(finish(&house).await.unwrap().has_account);
    assert!(second_committed(&house));
}

#[tokio::test]
async fn pictures_that_changed_at_the_provider_are_taken_over() {
    let pictured = ProvedIdentity { avatar: Some(avatar()), ..proved() };
    let mut house = house(pictured, identity(Some(ISSUER)), &[ann_member()]);
    house.portal_sessions();
    let taken = house.tx.profiles.expect_set_avatar().with(eq(ann().id), eq(avatar()));
    taken.times(1).returning(|_, _| Ok(()));
    finish(&house.open()).await.unwrap();
}

#[tokio::test]
async fn pictures_stay_when_the_provider_has_the_same_or_none_or_what_no_profile_can_hold() {
    let long = Avatar { url: format!("https://p.example/{}", "a".repeat(239)), ..avatar() };
    let odd = Avatar { thumbnail_url: "https://p.example/\u{7}".to_owned(), ..avatar() };
    for said in [Some(avatar()), None, Some(long), Some(odd)] {
        let said = ProvedIdentity { avatar: said, ..proved() };
        let mut house = house(said, identity(Some(ISSUER)), &[with_avatar(ann_member())]);
        house.portal_sessions();
        finish(&house.open()).await.unwrap();
    }
}

#[tokio::test]
async fn the_longest_pictures_that_a_profile_can_hold_are_taken_over() {
    let longest = Avatar { url: format!("https://p.example/{}", "あ".repeat(238)), ..avatar() };
    let said = ProvedIdentity { avatar: Some(longest.clone()), ..proved() };
    let mut house = house(said, identity(Some(ISSUER)), &[ann_member()]);
    house.portal_sessions();
    let taken = house.tx.profiles.expect_set_avatar().with(eq(ann().id), eq(longest));
    taken.times(1).returning(|_, _| Ok(()));
    finish(&house.open()).await.unwrap();
}

#[tokio::test]
async fn a_member_needs_no_address_at_the_provider_and_his_own_is_never_renewed() {
    for address in [None, Some("nonsense".to_owned()), Some("new@example.org".to_owned())] {
        let said = ProvedIdentity { address, ..proved() };
        let mut house = house(said, identity(Some(ISSUER)), &[ann_member()]);
        house.portal_sessions();
        assert!(finish(&house.open()).await.unwrap().has_account);
    }
}

#[tokio::test]
async fn somebody_who_is_locked_out_gets_no_session_profile_or_not() {
    for member in [Some(ann_member()), None] {
        let mut house = returning(Ok(proved()));
        house.tx.external_identities.expect_find_user().returning(|_, _| Ok(Some(ann().id)));
        house.tx.external_identities.expect_find_of().returning(|_| Ok(Some(identity(Some(ISSUER)))));
        house.users(&[disabled(ann())]);
        house.member_records(member.as_slice());
        let house = house.open();
        assert_refused!(finish(&house).await, FinishPortalSignInError::Disabled);
        assert!(!second_committed(&house));
    }
}

#[tokio::test]
async fn a_newcomer_waits_for_an_hour_with_what_the_provider_says_of_him() {
    let said = ProvedIdentity { avatar: Some(avatar()), locale: Some("en-GB".to_owned()), ..proved() };
    let (house, waiting) = house_of_strangers(said);
    let house = house.open();
    let finished = finish(&house).await.unwrap();

    let expected = PendingSignIn {
        digest: finished.token.digest(),
        issuer: ISSUER.to_owned(),
        subject: subject("oauth2|discord|ann"),
        address: ann_address(),
        avatar: Some(avatar()),
        locale: Some("en-GB".to_owned()),
        expires_at: now() + seconds(3600),
    };
    assert_eq!(waiting.only(), expected);
    assert_eq!((finished.has_account, finished.user), (false, None));
    assert_ne!(finished.token, token("secret"));
    assert!(house.locks().is_empty());
    assert!(second_committed(&house));
}

#[tokio::test]
async fn what_no_profile_can_hold_of_a_newcomer_is_left_out() {
    let odd = Avatar { url: "https://p.example/\n".to_owned(), ..avatar() };
    for locale in ["", "ja\n", "日本語", &"a".repeat(36)] {
        let said = ProvedIdentity { avatar: Some(odd.clone()), locale: Some(locale.to_owned()), ..proved() };
        let (house, waiting) = house_of_strangers(said);
        finish(&house.open()).await.unwrap();
        let kept = waiting.only();
        assert_eq!((kept.avatar, kept.locale), (None, None), "{locale:?}");
    }
}

#[tokio::test]
async fn somebody_known_by_that_name_who_has_no_profile_waits_like_a_newcomer() {
    let mut house = house(proved(), identity(Some(ISSUER)), &[]);
    let waiting = keeps_waiting(&mut house);
    assert!(!finish(&house.open()).await.unwrap().has_account);
    assert_eq!(waiting.only().subject, proved().subject);
}

#[tokio::test]
async fn whoever_lost_the_name_before_his_sign_ins_were_locked_is_not_signed_in() {
    let other = ExternalIdentity { subject: subject("oauth2|discord|other"), ..identity(Some(ISSUER)) };
    for known in [None, Some(other), Some(identity(Some("https://elsewhere.example/")))] {
        let mut house = returning(Ok(proved()));
        house.tx.external_identities.expect_find_user().returning(|_, _| Ok(Some(ann().id)));
        house.tx.external_identities.expect_find_of().return_once(|_| Ok(known));
        keeps_waiting(&mut house);
        assert!(!finish(&house.open()).await.unwrap().has_account);
    }
}

#[tokio::test]
async fn a_newcomer_without_an_address_that_the_portal_takes_does_not_wait() {
    for address in [None, Some(""), Some("ann"), Some("ann@localhost"), Some("ann lee@example.org")] {
        let said = ProvedIdentity { address: address.map(str::to_owned), ..proved() };
        let (house, waiting) = house_of_strangers(said);
        let house = house.open();
        assert_refused!(finish(&house).await, FinishPortalSignInError::InvalidAddress);
        assert!(waiting.all().is_empty());
        assert!(!second_committed(&house));
    }
}

#[tokio::test]
async fn a_state_of_another_browser_uses_nothing_up_and_asks_nobody() {
    for state in ["", "state", Challenge::of(&token("other")).state(), token("secret").reveal()] {
        let house = House::default().open();
        let forged = FinishPortalSignInRequest { state: state.to_owned(), ..request() };
        let refused = house.does.finish_portal_sign_in.execute(forged).await;
        assert_refused!(refused, FinishPortalSignInError::StateMismatch);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_provider_that_is_away_before_leaves_the_sign_in_to_be_tried_again() {
    for error in
        [IdentityProviderError::NotConfigured, IdentityProviderError::Unavailable("refused".to_owned())]
    {
        let mut house = House::default();
        let told = error.clone();
        house.identity_provider.expect_prepare().times(1).return_once(|| Err(told));
        let house = house.open();
        match finish(&house).await {
            Err(FinishPortalSignInError::Provider(refused)) => assert_eq!(refused, error),
            other => panic!("{other:?} is not {error:?}"),
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_provider_that_goes_away_or_is_not_believed_has_refused() {
    let refused = |reason: &str| IdentityProviderError::Refused(reason.to_owned());
    for (error, told) in [
        (IdentityProviderError::Unavailable("timed out".to_owned()), refused("timed out")),
        (refused("another nonce"), refused("another nonce")),
        (IdentityProviderError::NotConfigured, IdentityProviderError::NotConfigured),
    ] {
        let house = returning(Err(error)).open();
        match finish(&house).await {
            Err(FinishPortalSignInError::Provider(error)) => assert_eq!(error, told),
            other => panic!("{other:?} is not {told:?}"),
        }
        assert!(house.committed(), "the code is of no more use, and neither is the sign-in");
    }
}

#[tokio::test]
async fn a_sign_in_that_never_began_took_too_long_or_was_finished_asks_nobody_who_it_is() {
    let mut house = House::default();
    house.identity_provider.expect_prepare().returning(|| Ok(()));
    house.tx.external_identities.expect_use_attempt().returning(|_, _| Err(StoreError::Stale));
    let house = house.open();
    assert_refused!(finish(&house).await, FinishPortalSignInError::NotBegun);
    assert!(!house.committed());
}

#[tokio::test]
async fn of_two_who_come_back_with_one_secret_one_is_let_in() {
    let mut house = House::default();
    house.identity_provider.expect_prepare().returning(|| Ok(()));
    house.identity_provider.expect_redeem().times(1).return_once(|_, _| Ok(proved()));
    let attempts = &mut house.tx.external_identities;
    attempts.expect_use_attempt().times(1).return_once(|_, _| Ok(()));
    attempts.expect_use_attempt().times(1).return_once(|_, _| Err(StoreError::Stale));
    attempts.expect_find_user().returning(|_, _| Ok(None));
    let waiting = keeps_waiting(&mut house);
    let house = house.open();
    finish(&house).await.unwrap();
    assert_refused!(finish(&house).await, FinishPortalSignInError::NotBegun);
    assert_eq!(waiting.all().len(), 1);
}

#[tokio::test]
async fn a_failing_store_lets_nobody_in() {
    let mut house = House::default();
    house.identity_provider.expect_prepare().returning(|| Ok(()));
    house.tx.external_identities.expect_use_attempt().returning(|_, _| Err(StoreError::Overloaded));
    let refused = finish(&house.open()).await;
    assert_refused!(refused, FinishPortalSignInError::Store(StoreError::Overloaded));

    let mut house = house_with_failing_binding();
    house.portal_sessions();
    let house = house.open();
    let refused = finish(&house).await;
    assert_refused!(refused, FinishPortalSignInError::Store(StoreError::Duplicate(Unique::ExternalIdentity)));
    assert!(!second_committed(&house));
}

fn house_with_failing_binding() -> House {
    let mut house = house(proved(), identity(None), &[ann_member()]);
    let taken = StoreError::Duplicate(Unique::ExternalIdentity);
    house.tx.external_identities.expect_put().return_once(|_, _| Err(taken));
    house
}
