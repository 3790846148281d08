//! Six-digit codes.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::EmailState,
    id::ProviderId,
    policy::Lifetimes,
    ports::StoreError,
};

use crate::fixture::{Fixture, address, assert_refused, digest, later, login, new_email, now, on_both};

on_both!(
    a_code_comes_back_as_it_was_put,
    a_new_code_takes_the_place_of_the_old_one,
    subjects_of_different_kinds_are_apart,
    logins_are_subjects_to_the_letter_at_their_providers,
    a_wrong_try_is_counted_once,
    a_removed_code_is_gone,
);

fn newcomer() -> CodeSubject {
    CodeSubject::Registration(address("Newcomer@example.org").canonical().clone())
}

fn code(subject: CodeSubject) -> VerificationCode {
    let life = Lifetimes::default().registration_code;
    VerificationCode::issue(subject, CodeMac::from_bytes([7; 32]), now(), life)
}

async fn put(f: &Fixture, code: &VerificationCode) {
    let code = code.clone();
    f.write(move |tx| tx.codes().put(&code)).await.unwrap();
}

async fn find(f: &Fixture, subject: &CodeSubject) -> Option<VerificationCode> {
    let subject = subject.clone();
    f.read(move |seen| seen.codes().find(&subject)).await.unwrap()
}

async fn a_code_comes_back_as_it_was_put(f: &Fixture) {
    assert_eq!(find(f, &newcomer()).await, None);
    let fresh = code(newcomer());
    put(f, &fresh).await;
    assert_eq!(find(f, &newcomer()).await, Some(fresh.clone()));
    let proved = fresh.proved(digest(), later(30));
    put(f, &proved).await;
    assert_eq!(find(f, &newcomer()).await, Some(proved));
}

async fn a_new_code_takes_the_place_of_the_old_one(f: &Fixture) {
    let proved = code(newcomer()).proved(digest(), later(30));
    put(f, &proved).await;
    let again =
        proved.reissue(CodeMac::from_bytes([9; 32]), later(90), Lifetimes::default().registration_code);
    put(f, &again).await;
    assert_eq!(find(f, &newcomer()).await, Some(again));
    // A proof that was taken back is gone at rest too.
    let bare = code(newcomer());
    put(f, &bare).await;
    assert_eq!(find(f, &newcomer()).await, Some(bare));
}

async fn subjects_of_different_kinds_are_apart(f: &Fixture) {
    let email = new_email(f.person().await.id, "newcomer@example.org", EmailState::Claimed);
    let added = CodeSubject::AddedAddress(email.id);
    let (first, second) = (code(newcomer()), VerificationCode { tries: 2, ..code(added.clone()) });
    put(f, &first).await;
    put(f, &second).await;
    assert_eq!(find(f, &newcomer()).await, Some(first));
    assert_eq!(find(f, &added).await, Some(second));
}

async fn logins_are_subjects_to_the_letter_at_their_providers(f: &Fixture) {
    let subject = |provider, text: &str| CodeSubject::Signup {
        provider: ProviderId::from_number(provider),
        login: login(text),
    };
    let mut codes = Vec::new();
    for (provider, text) in
        [(1, "ann"), (1, "Ann"), (1, "ann "), (2, "ann"), (11, "ann"), (1, "1:ann"), (1, "ü🎹")]
    {
        let tries = u16::try_from(codes.len()).unwrap();
        let code = VerificationCode { tries, ..code(subject(provider, text)) };
        put(f, &code).await;
        codes.push(code);
    }
    // A registration of the same text is another matter.
    put(f, &code(CodeSubject::Registration(address("a@example.org").canonical().clone()))).await;
    put(f, &VerificationCode { tries: 5, ..code(subject(1, "a@example.org")) }).await;
    for code in codes {
        assert_eq!(find(f, &code.subject).await.as_ref(), Some(&code));
    }
    let code = code(subject(1, "ann"));
    f.write(move |tx| tx.codes().count_try(&code).and_then(|()| tx.codes().remove(&subject(2, "ann"))))
        .await
        .unwrap();
    assert_eq!(find(f, &subject(1, "ann")).await.unwrap().tries, 1);
    assert_eq!(find(f, &subject(1, "Ann")).await.unwrap().tries, 1);
    assert_eq!(find(f, &subject(1, "a@example.org")).await.unwrap().tries, 5);
    assert_eq!(find(f, &subject(2, "ann")).await, None);
}

async fn a_wrong_try_is_counted_once(f: &Fixture) {
    let seen = code(newcomer());
    let missing = seen.clone();
    assert_refused!(f.write(move |tx| tx.codes().count_try(&missing)).await, StoreError::Stale);
    put(f, &seen).await;
    let (first, second) = (seen.clone(), seen.clone());
    f.write(move |tx| tx.codes().count_try(&first)).await.unwrap();
    assert_refused!(f.write(move |tx| tx.codes().count_try(&second)).await, StoreError::Stale);
    assert_eq!(find(f, &newcomer()).await, Some(VerificationCode { tries: 1, ..seen }));
}

async fn a_removed_code_is_gone(f: &Fixture) {
    put(f, &code(newcomer())).await;
    for _ in 0..2 {
        f.write(|tx| tx.codes().remove(&newcomer())).await.unwrap();
    }
    assert_eq!(find(f, &newcomer()).await, None);
}
