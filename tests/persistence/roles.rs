//! Roles: who has which, and how they follow dues.

use std::{collections::BTreeMap, sync::Arc};

use portico_domain::{
    external_identity::ExternalIdentity,
    id::{PaymentRemovalId, UserId},
    payment::{PaymentRemoval, is_paid, role_by_dues},
    period::Period,
    ports::{Entropy as _, Lock, StoreError, StoreExt as _},
    profile::MemberRole,
};

use crate::fixture::{Dice, Fixture, later, now, on_both, payment, period, periods, subject};

on_both!(
    another_admin_is_one_who_may_use_the_house,
    a_role_is_found_by_the_name_at_the_provider,
    roles_are_listed_with_the_names_at_the_provider,
    roles_follow_dues_all_at_once,
    roles_follow_dues_as_the_rule_has_it,
    under_the_lock_of_dues_no_role_is_left_behind,
    of_admins_who_step_down_at_once_one_stays,
);

const HERE: &str = "https://id.example";
const ELSEWHERE: &str = "https://other.example";

async fn name(f: &Fixture, user: UserId, issuer: Option<&str>, text: &str) {
    let identity = ExternalIdentity { issuer: issuer.map(str::to_owned), subject: subject(text) };
    f.write(move |tx| tx.external_identities().put(user, &identity)).await.unwrap();
}

async fn another_admin_is_one_who_may_use_the_house(f: &Fixture) {
    let admin = f.member(MemberRole::Admin).await.user;
    f.member(MemberRole::Member).await;
    let has_other = async |user| f.read(move |seen| seen.profiles().has_other_admin(user)).await.unwrap();
    assert!(!has_other(admin).await);
    let second = f.member(MemberRole::Admin).await;
    assert!(has_other(admin).await && has_other(second.user).await);
    f.sql(&format!("UPDATE users SET state = 'disabled' WHERE number = {}", second.number));
    assert!(!has_other(admin).await);
    assert!(has_other(second.user).await);
    assert!(has_other(f.person().await.id).await);
}

async fn a_role_is_found_by_the_name_at_the_provider(f: &Fixture) {
    use MemberRole::{Admin, Member, Retired};

    let role = async |issuer: Option<&str>, text: &str| {
        let (issuer, subject) = (issuer.map(str::to_owned), subject(text));
        f.read(move |seen| seen.profiles().find_role_of(issuer.clone(), &subject)).await.unwrap()
    };
    name(f, f.member(Admin).await.user, Some(HERE), "ann").await;
    name(f, f.member(Member).await.user, Some(ELSEWHERE), "bob").await;
    name(f, f.member(Retired).await.user, None, "eve").await;
    for (issuer, expected) in [
        (Some(HERE), [Some(Admin), None, Some(Retired), None]),
        (Some(ELSEWHERE), [None, Some(Member), Some(Retired), None]),
        (None, [Some(Admin), Some(Member), Some(Retired), None]),
    ] {
        for (text, expected) in ["ann", "bob", "eve", "Ann"].into_iter().zip(expected) {
            assert_eq!(role(issuer, text).await, expected, "{issuer:?} {text}");
        }
    }
    // What the provider says goes before what an operator said, also of somebody without a profile.
    name(f, f.member(Member).await.user, Some(HERE), "eve").await;
    assert_eq!(
        (role(Some(HERE), "eve").await, role(Some(ELSEWHERE), "eve").await),
        (Some(Member), Some(Retired))
    );
    name(f, f.person().await.id, Some(ELSEWHERE), "eve").await;
    assert_eq!(role(Some(ELSEWHERE), "eve").await, None);
    // Nobody is vouched for who may not use the house.
    f.sql("UPDATE users SET state = 'disabled'");
    assert_eq!((role(Some(HERE), "ann").await, role(None, "bob").await), (None, None));
}

async fn roles_are_listed_with_the_names_at_the_provider(f: &Fixture) {
    use MemberRole::{Admin, Member, NotMember, Retired};

    let list = async |issuer: Option<&str>| {
        let issuer = issuer.map(str::to_owned);
        let roles = f.read(move |seen| seen.profiles().list_roles(issuer.clone())).await.unwrap();
        roles.into_iter().map(|(subject, role)| (subject.as_str().to_owned(), role)).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, []);
    name(f, f.member(Admin).await.user, Some(HERE), "zoe").await;
    name(f, f.member(Member).await.user, Some(ELSEWHERE), "bob").await;
    name(f, f.member(Retired).await.user, None, "eve").await;
    name(f, f.member(NotMember).await.user, Some(HERE), "eve").await;
    name(f, f.person().await.id, Some(HERE), "nobody").await;
    f.member(Member).await;
    let entry = |text: &str, role| (text.to_owned(), role);
    assert_eq!(list(Some(HERE)).await, [entry("zoe", Admin), entry("eve", NotMember)]);
    assert_eq!(list(Some(ELSEWHERE)).await, [entry("bob", Member), entry("eve", Retired)]);
    assert_eq!(
        list(None).await,
        [entry("zoe", Admin), entry("bob", Member), entry("eve", Retired), entry("eve", NotMember)]
    );
    f.sql("UPDATE users SET state = 'disabled'");
    assert_eq!((list(Some(HERE)).await, list(None).await), (Vec::new(), Vec::new()));
}

async fn roles_follow_dues_all_at_once(f: &Fixture) {
    let mut members = Vec::new();
    for role in MemberRole::ALL {
        for paid in [None, Some(201_904), Some(201_910), Some(202_004)] {
            let profile = f.member(role).await;
            if let Some(number) = paid {
                f.pay(profile.user, number).await;
            }
            members.push((profile, paid));
        }
    }
    let changed = f.write(|tx| tx.profiles().follow_dues(periods(201_910, 202_004), later(9))).await.unwrap();
    assert_eq!(changed, 4);
    for (profile, paid) in members {
        let counts = matches!(paid, Some(201_910 | 202_004));
        let role = role_by_dues(profile.role, counts);
        let updated_at = if role == profile.role { now() } else { later(9) };
        let user = profile.user;
        let found = f.read(move |seen| seen.profiles().find(user)).await.unwrap().unwrap().profile;
        assert_eq!((found.role, found.updated_at), (role, updated_at), "{:?} {paid:?}", profile.role);
    }
    let again = f.write(|tx| tx.profiles().follow_dues(periods(201_910, 202_004), later(10))).await.unwrap();
    assert_eq!(again, 0);
}

/// A number below `bound`.
fn roll(bound: u64) -> u64 {
    let mut bytes = [0; 8];
    Dice.fill(&mut bytes);
    u64::from_le_bytes(bytes) % bound
}

async fn roles_follow_dues_as_the_rule_has_it(f: &Fixture) {
    const PERIODS: [i64; 5] = [201_904, 201_910, 202_004, 202_010, 202_104];
    let people: Vec<(MemberRole, Vec<Period>)> = (0..300)
        .map(|_| {
            let role = MemberRole::ALL[usize::try_from(roll(4)).unwrap()];
            let paid = PERIODS.into_iter().filter(|_| roll(3) == 0).map(period).collect();
            (role, paid)
        })
        .collect();
    let wanted = people.clone();
    let ids = f
        .write(move |tx| {
            let mut ids = Vec::new();
            for (role, paid) in &wanted {
                let user = tx.users().add(&crate::fixture::new_user("Somebody"))?;
                let profile = portico_domain::profile::Profile::empty(user.id, user.number, *role, now());
                tx.profiles().add(&profile)?;
                for period in paid {
                    tx.payments().add(&payment(user.id, period.number().into(), user.id))?;
                }
                ids.push(user.id);
            }
            Ok(ids)
        })
        .await
        .unwrap();
    let mut expected: BTreeMap<UserId, MemberRole> =
        ids.iter().zip(&people).map(|(id, (role, _))| (*id, *role)).collect();
    for at in 0..8 {
        let current = usize::try_from(roll(4)).unwrap();
        let next = current + usize::try_from(roll(2)).unwrap();
        let set = periods(PERIODS[current], PERIODS[next]);
        let mut differing = 0;
        for (id, (_, paid)) in ids.iter().zip(&people) {
            let role = role_by_dues(expected[id], is_paid(paid, set));
            differing += usize::from(expected.insert(*id, role) != Some(role));
        }
        let changed = f.write(move |tx| tx.profiles().follow_dues(set, later(at))).await.unwrap();
        assert_eq!(changed, differing, "{set:?}");
        let members = f.list(crate::fixture::everybody()).await;
        let found: BTreeMap<UserId, MemberRole> =
            members.iter().map(|member| (member.record.profile.user, member.record.profile.role)).collect();
        assert_eq!(found, expected, "{set:?} {people:?}");
    }
}

/// Records or takes back a payment and the role that follows it, as the portal does.
async fn settle(
    store: impl portico_domain::ports::Store,
    user: UserId,
    pays: bool,
) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            tx.lock(&Lock::Dues)?;
            let set = tx.payments().periods()?;
            if pays {
                match tx.payments().add(&payment(user, 202_010, user)) {
                    Ok(()) | Err(StoreError::Duplicate(_)) => {}
                    Err(error) => return Err(error),
                }
            } else {
                let removal = PaymentRemoval {
                    id: PaymentRemovalId::generate(now(), &Dice),
                    removed_by: user,
                    reason: None,
                    removed_at: later(1),
                };
                tx.payments().remove(user, period(202_010), &removal)?;
            }
            let paid: Vec<Period> =
                tx.payments().list_of(user)?.iter().map(|status| status.payment.period).collect();
            let Some(member) = tx.profiles().find(user)? else { return Ok(()) };
            let (from, to) = (member.profile.role, role_by_dues(member.profile.role, is_paid(&paid, set)));
            if from == to { Ok(()) } else { tx.profiles().change_role(user, from, to, later(2)) }
        })
        .await
}

async fn under_the_lock_of_dues_no_role_is_left_behind(f: &Fixture) {
    let mut members = Vec::new();
    for _ in 0..8 {
        members.push(f.member(MemberRole::NotMember).await.user);
    }
    let members = Arc::new(members);
    let mut racers = tokio::task::JoinSet::new();
    for round in 0..24_usize {
        let (store, members) = (f.store.clone(), Arc::clone(&members));
        racers.spawn(async move {
            for (index, user) in members.iter().enumerate() {
                if index % 4 == round % 4 {
                    let set =
                        if round % 8 < 4 { periods(202_010, 202_010) } else { periods(202_004, 202_004) };
                    store
                        .write::<_, StoreError, _>(move |tx| {
                            tx.lock(&Lock::Dues)?;
                            tx.payments().set_periods(set, later(1))?;
                            tx.profiles().follow_dues(set, later(1))
                        })
                        .await?;
                }
                settle(store.clone(), *user, (index + round) % 3 != 0).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(racer) = racers.join_next().await {
        racer.unwrap().unwrap();
    }
    let set = f.read(|seen| seen.payments().periods()).await.unwrap();
    for user in members.iter().copied() {
        let paid = f.read(move |seen| seen.payments().list_of(user)).await.unwrap();
        let paid: Vec<Period> = paid.iter().map(|status| status.payment.period).collect();
        let role = role_by_dues(MemberRole::Member, is_paid(&paid, set));
        assert_eq!(f.role_of(user).await, role, "{paid:?} {set:?}");
    }
    assert_eq!(f.write(move |tx| tx.profiles().follow_dues(set, later(9))).await.unwrap(), 0);
}

async fn of_admins_who_step_down_at_once_one_stays(f: &Fixture) {
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let user = f.member(MemberRole::Admin).await.user;
        let store = f.store.clone();
        racers.spawn(async move {
            store
                .write::<_, StoreError, _>(move |tx| {
                    tx.lock(&Lock::Admins)?;
                    tx.lock(&Lock::Dues)?;
                    if tx.profiles().has_other_admin(user)? {
                        tx.profiles().change_role(user, MemberRole::Admin, MemberRole::Retired, later(1))?;
                    }
                    Ok(())
                })
                .await
        });
    }
    while let Some(racer) = racers.join_next().await {
        racer.unwrap().unwrap();
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM member_profiles WHERE role = 'admin'"), 1);
}
