//! Member profiles.

use portico_domain::{
    email::EmailState,
    external_identity::ExternalIdentity,
    id::UserId,
    ports::{StoreError, Unique},
    profile::{Details, MemberRecord, MemberRole, Profile, Sex},
};

use crate::fixture::{
    Fixture, address, assert_refused, avatar, later, new_email, new_profile, now, on_both, subject, word,
};

on_both!(
    a_profile_comes_back_as_it_was_added,
    a_profile_with_nothing_in_it_comes_back_too,
    a_member_is_found_with_his_address_and_his_account,
    nobody_is_found_who_has_no_profile,
    a_person_has_one_profile,
    what_is_unique_in_a_profile_is_refused_to_others,
    of_several_rules_the_first_is_told,
    a_refusal_leaves_the_unit_of_work_usable,
    everything_but_number_and_beginning_is_written,
    nobody_without_a_profile_can_be_written,
    a_role_changes_from_what_it_was,
    pictures_change_alone,
    a_member_is_found_by_his_default_address,
    the_holder_of_an_address_goes_before_those_who_claim_it,
);

async fn find(f: &Fixture, user: UserId) -> Option<MemberRecord> {
    f.read(move |seen| seen.profiles().find(user)).await.unwrap()
}

async fn add(f: &Fixture, profile: &Profile) -> Result<(), StoreError> {
    let profile = profile.clone();
    f.write(move |tx| tx.profiles().add(&profile)).await
}

async fn write(f: &Fixture, profile: &Profile) -> Result<(), StoreError> {
    let profile = profile.clone();
    f.write(move |tx| tx.profiles().write(&profile)).await
}

async fn a_profile_comes_back_as_it_was_added(f: &Fixture) {
    for role in MemberRole::ALL {
        let profile = f.keep(new_profile(&f.person().await, role)).await;
        let number = profile.number;
        let found = f.read(move |seen| seen.profiles().find_by_number(number)).await.unwrap();
        assert_eq!(found, find(f, profile.user).await);
        assert_eq!(found.unwrap(), MemberRecord { profile, email: None, account_id: None });
    }
}

async fn a_profile_with_nothing_in_it_comes_back_too(f: &Fixture) {
    // Empty texts are unique to nobody.
    for _ in 0..2 {
        let profile = f.member(MemberRole::NotMember).await;
        assert_eq!(find(f, profile.user).await.unwrap().profile, profile);
    }
    let given = "SELECT count(student_number) + count(phone) + count(discord_id) + count(twitter_screen_name) \
                 AS value FROM member_profiles";
    assert_eq!(f.number(given), 0);
}

async fn a_member_is_found_with_his_address_and_his_account(f: &Fixture) {
    let profile = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let user = profile.user;
    let email = f.default_address(user, "Ann@Example.org", EmailState::Verified { at: later(3) }).await;
    let other = new_email(user, "other@example.org", EmailState::Claimed);
    f.write(move |tx| {
        tx.emails().add(&other)?;
        let identity = ExternalIdentity { issuer: None, subject: subject("oauth2|discord|1234") };
        tx.external_identities().put(user, &identity)
    })
    .await
    .unwrap();
    let account_id = Some(subject("oauth2|discord|1234"));
    assert_eq!(find(f, user).await, Some(MemberRecord { profile, email: Some(email), account_id }));
}

async fn nobody_is_found_who_has_no_profile(f: &Fixture) {
    let person = f.person().await;
    f.default_address(person.id, "ann@example.org", EmailState::Provisioned).await;
    let canonical = address("ann@example.org").canonical().clone();
    assert_eq!(find(f, person.id).await, None);
    let number = person.number;
    assert_eq!(f.read(move |seen| seen.profiles().find_by_number(number)).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.profiles().find_by_address(&canonical)).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.profiles().find_by_number(-1)).await.unwrap(), None);
}

async fn a_person_has_one_profile(f: &Fixture) {
    let profile = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    for again in [profile.clone(), Profile { details: Details::default(), ..profile.clone() }] {
        assert_refused!(add(f, &again).await, StoreError::Duplicate(Unique::Profile));
    }
    assert_eq!(find(f, profile.user).await.unwrap().profile, profile);
}

/// Takes over one of the texts that are unique.
type Copying = fn(&mut Details, &Details);

const UNIQUE_TEXTS: [(Unique, Copying); 4] = [
    (Unique::StudentNumber, |mine, his| mine.student_number.clone_from(&his.student_number)),
    (Unique::Phone, |mine, his| mine.phone.clone_from(&his.phone)),
    (Unique::DiscordId, |mine, his| mine.discord_id.clone_from(&his.discord_id)),
    (Unique::TwitterScreenName, |mine, his| mine.twitter_screen_name.clone_from(&his.twitter_screen_name)),
];

async fn what_is_unique_in_a_profile_is_refused_to_others(f: &Fixture) {
    let first = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let second = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    for (unique, copy) in UNIQUE_TEXTS {
        let mut newcomer = new_profile(&f.person().await, MemberRole::Member);
        copy(&mut newcomer.details, &first.details);
        let mut changed = second.clone();
        copy(&mut changed.details, &first.details);
        for refused in [add(f, &newcomer).await, write(f, &changed).await] {
            assert!(
                matches!(refused, Err(StoreError::Duplicate(broken)) if broken == unique),
                "{unique:?}: {refused:?}"
            );
        }
    }
    assert_eq!(find(f, second.user).await.unwrap().profile, second);
    // His own are his.
    write(f, &second).await.unwrap();
}

async fn of_several_rules_the_first_is_told(f: &Fixture) {
    let (first, second) = (
        f.keep(new_profile(&f.person().await, MemberRole::Member)).await,
        f.keep(new_profile(&f.person().await, MemberRole::Member)).await,
    );
    let mut newcomer = new_profile(&f.person().await, MemberRole::Member);
    for (unique, copy) in UNIQUE_TEXTS.into_iter().rev() {
        let other = if unique == Unique::Phone { &first } else { &second };
        copy(&mut newcomer.details, &other.details);
        let refused = add(f, &newcomer).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(broken)) if broken == unique), "{refused:?}");
    }
}

async fn a_refusal_leaves_the_unit_of_work_usable(f: &Fixture) {
    let first = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let mut newcomer = new_profile(&f.person().await, MemberRole::Member);
    let (user, phone) = (newcomer.user, word());
    newcomer.details.phone.clone_from(&first.details.phone);
    f.write(move |tx| {
        assert_refused!(tx.profiles().add(&newcomer), StoreError::Duplicate(Unique::Phone));
        let mut newcomer = newcomer.clone();
        newcomer.details.phone.clone_from(&phone);
        tx.profiles().add(&newcomer)?;
        newcomer.details.phone.clone_from(&first.details.phone);
        assert_refused!(tx.profiles().write(&newcomer), StoreError::Duplicate(Unique::Phone));
        Ok(())
    })
    .await
    .unwrap();
    assert_ne!(find(f, user).await.unwrap().profile.details.phone, "");
}

async fn everything_but_number_and_beginning_is_written(f: &Fixture) {
    let profile = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let mut changed = new_profile(&f.person().await, MemberRole::Retired);
    changed.user = profile.user;
    changed.generation = None;
    changed.details.sex = Some(Sex::Female);
    changed.details.workshops.clear();
    changed.details.card_published = false;
    changed.avatar = Some(avatar("https://pictures.example/b"));
    (changed.created_at, changed.updated_at) = (later(90), later(91));
    write(f, &changed).await.unwrap();
    let kept = Profile { number: profile.number, created_at: profile.created_at, ..changed };
    assert_eq!(find(f, profile.user).await.unwrap().profile, kept);

    let bare = Profile::empty(profile.user, profile.number, MemberRole::Member, now());
    write(f, &bare).await.unwrap();
    assert_eq!(find(f, profile.user).await.unwrap().profile, bare);
}

async fn nobody_without_a_profile_can_be_written(f: &Fixture) {
    let profile = new_profile(&f.person().await, MemberRole::Member);
    assert_refused!(write(f, &profile).await, StoreError::Stale);
    assert_eq!(f.number("SELECT count(*) AS value FROM profile_words"), 0);
}

async fn a_role_changes_from_what_it_was(f: &Fixture) {
    use MemberRole::{Admin, Member, Retired};

    let (profile, other) = (f.member(Member).await, f.member(Member).await);
    let user = profile.user;
    f.write(move |tx| tx.profiles().change_role(user, Member, Admin, later(5))).await.unwrap();
    let changed = Profile { role: Admin, updated_at: later(5), ..profile };
    assert_eq!(find(f, user).await.unwrap().profile, changed);
    let again = f.write(move |tx| tx.profiles().change_role(user, Member, Retired, later(6))).await;
    assert_refused!(again, StoreError::Stale);
    let stranger = f.person().await.id;
    let nobody = f.write(move |tx| tx.profiles().change_role(stranger, Member, Retired, later(6))).await;
    assert_refused!(nobody, StoreError::Stale);
    assert_eq!(find(f, user).await.unwrap().profile, changed);
    assert_eq!(find(f, other.user).await.unwrap().profile, other);
}

async fn pictures_change_alone(f: &Fixture) {
    let (profile, other) = (f.member(MemberRole::Member).await, f.member(MemberRole::Member).await);
    let user = profile.user;
    f.write(move |tx| tx.profiles().set_avatar(user, &avatar("https://pictures.example/c"))).await.unwrap();
    let changed = Profile { avatar: Some(avatar("https://pictures.example/c")), ..profile };
    assert_eq!(find(f, user).await.unwrap().profile, changed);
    assert_eq!(find(f, other.user).await.unwrap().profile, other);
    // Nobody is no failure.
    let stranger = f.person().await.id;
    f.write(move |tx| tx.profiles().set_avatar(stranger, &avatar("x"))).await.unwrap();
}

async fn find_by_address(f: &Fixture, text: &str) -> Option<UserId> {
    let canonical = address(text).canonical().clone();
    f.read(move |seen| seen.profiles().find_by_address(&canonical)).await.unwrap()
}

async fn a_member_is_found_by_his_default_address(f: &Fixture) {
    for state in [EmailState::Claimed, EmailState::Provisioned, EmailState::Verified { at: now() }] {
        let user = f.member(MemberRole::Member).await.user;
        let (name, other) = (word(), word());
        f.default_address(user, &format!("{name}@example.org"), state).await;
        let second = new_email(user, &format!("{other}@example.org"), state);
        f.write(move |tx| tx.emails().add(&second)).await.unwrap();
        assert_eq!(find_by_address(f, &format!("{}@Example.org", name.to_uppercase())).await, Some(user));
        assert_eq!(find_by_address(f, &format!("{other}@example.org")).await, None);
    }
}

async fn the_holder_of_an_address_goes_before_those_who_claim_it(f: &Fixture) {
    let (first, last, holder) = (
        f.member(MemberRole::Member).await.user,
        f.member(MemberRole::Member).await.user,
        f.member(MemberRole::Member).await.user,
    );
    for (user, seconds) in [(last, 2), (first, 1)] {
        let claim = new_email(user, "ann@example.org", EmailState::Claimed);
        let claim = portico_domain::email::Email { is_default: true, created_at: later(seconds), ..claim };
        f.write(move |tx| tx.emails().add(&claim)).await.unwrap();
    }
    assert_eq!(find_by_address(f, "ann@example.org").await, Some(last));
    f.default_address(holder, "ann@example.org", EmailState::Provisioned).await;
    assert_eq!(find_by_address(f, "ann@example.org").await, Some(holder));
}
