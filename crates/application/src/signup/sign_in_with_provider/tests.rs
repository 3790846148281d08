//! Signing in at an OpenID Connect provider, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    email::{Email, EmailState},
    user::{DisplayName, User},
};

use super::*;
use crate::fixtures::*;

/// What the OpenID Connect provider says of Ann.
fn proved() -> ProvedIdentity {
    ProvedIdentity {
        issuer: ISSUER.to_owned(),
        subject: subject("ann"),
        address: Some("Ann@Example.org".to_owned()),
        avatar: None,
        locale: None,
    }
}

fn identity() -> ExternalIdentity {
    ExternalIdentity { issuer: Some(ISSUER.to_owned()), subject: subject("ann") }
}

/// A house with the door `email`, where the code is Ann's.
fn house(proved: ProvedIdentity) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    let redeemed = house.identity_provider.expect_redeem_for_client();
    redeemed
        .with(eq("client"), eq("code"), eq("https://app.example/back"))
        .times(1)
        .return_once(move |_, _, _| Ok(proved));
    house.signs_tokens();
    house
}

/// The OpenID Connect provider's name for Ann is that of this person.
fn knows(house: &mut House, user: &User, identity: ExternalIdentity) {
    let id = user.id;
    let asked = house.tx.external_identities.expect_find_user();
    asked.with(eq(ISSUER), eq(subject("ann"))).returning(move |_, _| Ok(Some(id)));
    house.tx.external_identities.expect_find_of().with(eq(id)).returning(move |_| Ok(Some(identity.clone())));
    house.users(std::slice::from_ref(user));
}

fn knows_nobody(house: &mut House) {
    house.tx.external_identities.expect_find_user().returning(|_, _| Ok(None));
}

/// This is the entity at the door of whoever is asked for.
fn has_entity(house: &mut House, found: Option<Signup>) {
    let asked = house.tx.signups.expect_find_of_user().with(eq(signup_provider().id), eq(ann().id));
    asked.returning(move |_, _| Ok(found.clone()));
}

fn request() -> SignInWithProviderRequest {
    SignInWithProviderRequest {
        client_id: "client".to_owned(),
        code: PlainToken::presented("code"),
        redirect_uri: "https://app.example/back".to_owned(),
        form_data: None,
        locale: Locale::default(),
        device: device(),
    }
}

async fn sign_in(house: &OpenHouse) -> Result<SignupTokens, SignInWithProviderError> {
    house.does.sign_in_with_provider.execute("email".to_owned(), request()).await
}

#[tokio::test]
async fn whoever_is_known_by_his_identity_gets_his_account() {
    let mut house = house(proved());
    knows(&mut house, &ann(), identity());
    has_entity(&mut house, Some(signup()));
    let opened = house.signup_sessions();
    let house = house.open();
    let tokens = sign_in(&house).await.unwrap();
    assert_eq!((opened.only().signup, opened.only().device), (signup().id, device()));
    assert_eq!((tokens.login.as_str(), tokens.provider.as_str()), ("test", "email"));
    assert_eq!(tokens.refresh, refresh_token_of(&opened.only()));
    assert_eq!(house.locks(), [Lock::User(ann().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn his_account_needs_no_address_there() {
    for address in [None, Some("nonsense")] {
        let mut house = house(ProvedIdentity { address: address.map(str::to_owned), ..proved() });
        knows(&mut house, &ann(), identity());
        has_entity(&mut house, Some(signup()));
        house.signup_sessions();
        assert!(sign_in(&house.open()).await.is_ok());
    }
}

#[tokio::test]
async fn an_identity_of_no_named_provider_is_bound_to_this_one() {
    let mut house = house(proved());
    knows(&mut house, &ann(), ExternalIdentity { issuer: None, ..identity() });
    let bound = house.tx.external_identities.expect_put().with(eq(ann().id), eq(identity()));
    bound.times(1).returning(|_, _| Ok(()));
    has_entity(&mut house, Some(signup()));
    house.signup_sessions();
    assert!(sign_in(&house.open()).await.is_ok());
}

#[tokio::test]
async fn whoever_is_known_without_an_account_at_this_door_gets_one() {
    let mut house = house(proved());
    knows(&mut house, &ann(), identity());
    has_entity(&mut house, None);
    let added = house.adds_signups();
    let opened = house.signup_sessions();
    let house = house.open();
    let tokens = sign_in(&house).await.unwrap();
    assert_eq!(tokens.login, "Ann@Example.org");
    assert_eq!(opened.only().signup.number(), 8);
    assert_eq!((added.only().user, added.only().status), (ann().id, SignupStatus::Active));
    assert!(house.committed());
}

/// People may be added, with their addresses and their names at the OpenID Connect provider.
fn adds_people(house: &mut House) -> (Kept<Email>, Kept<(UserId, ExternalIdentity)>) {
    let (emails, identities): (Kept<Email>, Kept<(UserId, ExternalIdentity)>) = Default::default();
    house.tx.emails.expect_add().returning(emails.keeper());
    let keep = identities.clone();
    house.tx.external_identities.expect_put().returning(move |user, identity| {
        keep.put((user, identity.clone()));
        Ok(())
    });
    (emails, identities)
}

#[tokio::test]
async fn a_newcomer_becomes_a_person_with_an_account_whose_address_is_a_mere_claim() {
    let mut house = house(proved());
    knows_nobody(&mut house);
    let users = house.adds_users();
    let (emails, identities) = adds_people(&mut house);
    let added = house.adds_signups();
    let opened = house.signup_sessions();
    let house = house.open();
    let tokens = sign_in(&house).await.unwrap();

    let user = users.only();
    assert_eq!(user.display_name, DisplayName::parse("Ann").unwrap());
    assert_eq!((emails.only().user, emails.only().state), (user.id, EmailState::Claimed));
    assert_eq!(emails.only().address, address("Ann@Example.org"));
    assert_eq!(identities.only(), (user.id, identity()));
    let expected = NewSignup {
        provider: signup_provider().id,
        login: login("Ann@Example.org"),
        password: None,
        form_data: FormData::default(),
        notification: NotificationData { email: "Ann@Example.org".to_owned(), ..NotificationData::default() },
        locale: Locale::default(),
        status: SignupStatus::Active,
        user: user.id,
        created_at: now(),
    };
    assert_eq!(added.only(), expected);
    assert_eq!(tokens.refresh, refresh_token_of(&opened.only()));
    assert!(house.committed());
}

#[tokio::test]
async fn what_a_newcomer_fills_in_is_kept_in_his_language() {
    let mut house = house(proved());
    knows_nobody(&mut house);
    house.adds_users();
    adds_people(&mut house);
    let added = house.adds_signups();
    house.signup_sessions();
    let tr = Locale::parse("tr_TR").unwrap();
    let given = json(r#"[{"marker":"last_name","value":"Lee"}]"#);
    let request = SignInWithProviderRequest { form_data: Some(given), locale: tr.clone(), ..request() };
    house.open().does.sign_in_with_provider.execute("email".to_owned(), request).await.unwrap();
    let expected = r#"{"tr_TR":[{"marker":"last_name","type":"string","value":"Lee"}]}"#;
    assert_eq!((added.only().form_data.to_stored().as_str(), added.only().locale), (expected, tr));
}

#[tokio::test]
async fn a_newcomer_without_an_address_has_no_login() {
    for address in [None, Some(""), Some("nonsense")] {
        let mut house = house(ProvedIdentity { address: address.map(str::to_owned), ..proved() });
        knows_nobody(&mut house);
        let house = house.open();
        assert_refused!(sign_in(&house).await, SignInWithProviderError::NoLogin);
        assert!(!house.committed());
    }
    let mut known = house(ProvedIdentity { address: None, ..proved() });
    knows(&mut known, &ann(), identity());
    has_entity(&mut known, None);
    assert_refused!(sign_in(&known.open()).await, SignInWithProviderError::NoLogin);
}

#[tokio::test]
async fn nobody_takes_an_account_over_by_its_address() {
    let taken = || StoreError::Duplicate(Unique::SignupLogin);
    let mut newcomer = house(proved());
    knows_nobody(&mut newcomer);
    newcomer.adds_users();
    adds_people(&mut newcomer);
    newcomer.tx.signups.expect_add().times(1).returning(move |_, _| Err(taken()));
    let newcomer = newcomer.open();
    assert_refused!(sign_in(&newcomer).await, SignInWithProviderError::LoginTaken);
    assert!(!newcomer.committed());

    let mut known = house(proved());
    knows(&mut known, &ann(), identity());
    has_entity(&mut known, None);
    known.tx.signups.expect_add().times(1).returning(move |_, _| Err(taken()));
    let known = known.open();
    assert_refused!(sign_in(&known).await, SignInWithProviderError::LoginTaken);
    assert!(!known.committed());
}

#[tokio::test]
async fn whoever_is_not_active_is_not_signed_in() {
    let mut waiting = house(proved());
    knows(&mut waiting, &ann(), identity());
    has_entity(&mut waiting, Some(as_status(SignupStatus::Waiting, signup())));
    let waiting = waiting.open();
    assert_refused!(sign_in(&waiting).await, SignInWithProviderError::NotActive);
    assert!(!waiting.committed());

    let mut locked_out = house(proved());
    knows(&mut locked_out, &disabled(ann()), identity());
    assert_refused!(sign_in(&locked_out.open()).await, SignInWithProviderError::NotActive);
}

#[tokio::test]
async fn of_two_newcomers_with_one_identity_at_once_the_second_gets_the_account_of_the_first() {
    let mut house = house(proved());
    house.tx.external_identities.expect_find_user().times(1).returning(|_, _| Ok(None));
    house.adds_users();
    house.tx.emails.expect_add().returning(|_| Ok(()));
    let known = house.tx.external_identities.expect_put().times(1);
    known.returning(|_, _| Err(StoreError::Duplicate(Unique::ExternalIdentity)));
    knows(&mut house, &ann(), identity());
    has_entity(&mut house, Some(signup()));
    let opened = house.signup_sessions();
    let tokens = sign_in(&house.open()).await.unwrap();
    assert_eq!((opened.only().signup, tokens.login.as_str()), (signup().id, "test"));
}

#[tokio::test]
async fn a_name_that_was_given_to_somebody_else_meanwhile_opens_nothing_of_the_old_one() {
    for other in [
        ExternalIdentity { subject: subject("other"), ..identity() },
        ExternalIdentity { issuer: Some("https://other.example/".to_owned()), ..identity() },
    ] {
        let mut house = house(proved());
        knows(&mut house, &ann(), other);
        let house = house.open();
        let failed = sign_in(&house).await;
        assert_refused!(failed, SignInWithProviderError::Store(StoreError::Stale));
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_said_before_the_code_is_shown() {
    let mut shown = House::default();
    shown.door(signup_provider(), signup_form());
    let shown = shown.open();
    for text in ["1", r#"[{"marker":"login","value":"x"}]"#, r#"[{"marker":"unknown","value":"x"}]"#] {
        let request = SignInWithProviderRequest { form_data: Some(json(text)), ..request() };
        let refused = shown.does.sign_in_with_provider.execute("email".to_owned(), request).await;
        assert_refused!(refused, SignInWithProviderError::Submission(_));
    }
    let refused = shown.does.sign_in_with_provider.execute("other".to_owned(), request()).await;
    assert_refused!(refused, SignInWithProviderError::UnknownProvider);
    assert!(shown.wrote_nothing());
    let mut closed = House::default();
    closed.door(shut(signup_provider()), signup_form());
    assert_refused!(sign_in(&closed.open()).await, SignInWithProviderError::UnknownProvider);
}

#[tokio::test]
async fn a_code_that_is_not_believed_opens_nothing() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    let refusal = || IdentityProviderError::Refused("another client".to_owned());
    house.identity_provider.expect_redeem_for_client().returning(move |_, _, _| Err(refusal()));
    let house = house.open();
    let refused = sign_in(&house).await;
    assert_refused!(refused, SignInWithProviderError::IdentityProvider(IdentityProviderError::Refused(_)));
    assert!(house.wrote_nothing());
}
