//! The member list, and the words by which it finds people.

use portico_domain::{
    email::EmailState,
    external_identity::ExternalIdentity,
    payment::PaymentStatus,
    ports::MemberFilter,
    profile::{Details, MemberRecord, MemberRole, MemberWithDues, Profile},
    search_words::WordQuery,
};

use crate::fixture::{
    Fixture, address, everybody, later, new_email, new_profile, now, on_both, payment, period, subject, word,
};

on_both!(
    members_are_listed_by_number_with_all_that_belongs_to_them,
    a_list_goes_on_after_the_last_number,
    a_list_can_be_of_one_role,
    a_list_can_be_of_those_who_have_or_have_not_paid,
    words_find_those_who_have_them_all,
    a_word_that_many_have_is_found_among_them,
    filters_are_joined,
    words_follow_the_profile,
    words_follow_the_default_address,
    a_prefix_ends_where_the_next_begins,
);

fn numbers(members: &[MemberWithDues]) -> Vec<i64> {
    members.iter().map(|member| member.record.profile.number).collect()
}

async fn named(f: &Fixture, name: &str) -> Profile {
    let person = f.person().await;
    let details = Details { name: name.to_owned(), ..Details::default() };
    f.keep(Profile { details, ..Profile::empty(person.id, person.number, MemberRole::Member, now()) }).await
}

async fn members_are_listed_by_number_with_all_that_belongs_to_them(f: &Fixture) {
    f.person().await;
    let treasurer = f.member(MemberRole::Admin).await;
    let ann = f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let email = f.default_address(ann.user, "Ann@Example.org", EmailState::Claimed).await;
    let paid = payment(ann.user, 202_004, treasurer.user);
    let (kept, user) = (paid.clone(), ann.user);
    f.write(move |tx| {
        tx.emails().add(&new_email(user, "more@example.org", EmailState::Claimed))?;
        let identity =
            ExternalIdentity { issuer: Some("https://id.example".to_owned()), subject: subject("a") };
        tx.external_identities().put(user, &identity)?;
        tx.payments().add(&kept)?;
        tx.payments().add(&payment(user, 202_010, user))
    })
    .await
    .unwrap();
    let status = PaymentStatus { payment: paid, number: ann.number, authorizer_number: treasurer.number };
    let expected = [
        MemberWithDues {
            record: MemberRecord { profile: treasurer, email: None, account_id: None },
            payment: None,
        },
        MemberWithDues {
            record: MemberRecord { profile: ann, email: Some(email), account_id: Some(subject("a")) },
            payment: Some(status),
        },
    ];
    assert_eq!(f.list(everybody()).await, expected);
    let other = f.list(MemberFilter { period: period(201_910), ..everybody() }).await;
    assert!(other.iter().all(|member| member.payment.is_none()));
}

async fn a_list_goes_on_after_the_last_number(f: &Fixture) {
    assert_eq!(f.list(everybody()).await, []);
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(f.member(MemberRole::Member).await.number);
    }
    let mut seen = Vec::new();
    let mut filter = MemberFilter { limit: 2, ..everybody() };
    loop {
        let page = numbers(&f.list(filter.clone()).await);
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        filter.after = Some(*last);
        seen.extend(page);
    }
    assert_eq!(seen, all);
}

async fn a_list_can_be_of_one_role(f: &Fixture) {
    let mut expected = Vec::new();
    for role in MemberRole::ALL {
        expected.push((role, [f.member(role).await.number, f.member(role).await.number]));
    }
    for (role, members) in expected {
        let filter = MemberFilter { role: Some(role), ..everybody() };
        assert_eq!(numbers(&f.list(filter.clone()).await), members);
        let rest = f.list(MemberFilter { after: Some(members[0]), ..filter }).await;
        assert_eq!(numbers(&rest), [members[1]]);
    }
}

async fn a_list_can_be_of_those_who_have_or_have_not_paid(f: &Fixture) {
    let (paid, before, never) = (
        f.member(MemberRole::Member).await,
        f.member(MemberRole::Member).await,
        f.member(MemberRole::Admin).await,
    );
    f.pay(paid.user, 202_004).await;
    f.pay(paid.user, 201_910).await;
    f.pay(before.user, 201_910).await;
    for (number, asked, expected) in [
        (202_004, Some(true), vec![paid.number]),
        (202_004, Some(false), vec![before.number, never.number]),
        (201_910, Some(true), vec![paid.number, before.number]),
        (202_010, Some(true), vec![]),
        (202_010, Some(false), vec![paid.number, before.number, never.number]),
        (202_004, None, vec![paid.number, before.number, never.number]),
    ] {
        let filter = MemberFilter { period: period(number), paid: asked, ..everybody() };
        assert_eq!(numbers(&f.list(filter).await), expected, "{number} {asked:?}");
    }
}

async fn words_find_those_who_have_them_all(f: &Fixture) {
    let profile = new_profile(&f.person().await, MemberRole::Member);
    let details = &profile.details;
    let (handle, student) = (details.handle.clone(), details.student_number.clone());
    let (phone, discord) = (details.phone.clone(), details.discord_id.clone());
    let number = f.keep(profile.clone()).await.number;
    f.default_address(profile.user, "Ann.Berg@Example.org", EmailState::Claimed).await;
    f.keep(new_profile(&f.person().await, MemberRole::Member)).await;
    let upper = handle.to_uppercase();
    for query in [&handle, &upper, &student, "ann", "BERG", &format!("{student} {handle}"), "みす berg"] {
        assert_eq!(f.search(query).await, [number], "{query}");
    }
    assert_eq!(f.search("みす").await.len(), 2);
    assert_eq!(f.search("ﾐｽ").await.len(), 2);
    assert_eq!(f.search("").await.len(), 2);
    for query in [&phone, &discord, "nn", "みす waseda", "ann nobody", "nobody ann", "' OR 1=1 --", "%", "_"]
    {
        let found = f.search(query).await;
        assert!(found.is_empty() || WordQuery::parse(query).prefixes().is_empty(), "{query}: {found:?}");
    }
}

async fn a_word_that_many_have_is_found_among_them(f: &Fixture) {
    let (first, last) = (named(f, "many").await, named(f, "many rare").await);
    // More people than are looked at one by one.
    let id = if f.database.is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" };
    let (at, no) = if f.database.is_sqlite() { ("0", "0") } else { ("now()", "false") };
    f.sql(&format!(
        "INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at) \
         WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1500) \
         SELECT {id}, 'Crowd', 'crowd', 'active', {at}, {at} FROM s; \
         INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name, \
         university_department, university_subject, other_circles, workshops, squads, card_published, created_at, \
         updated_at) SELECT id, number, 'member', '', '', '', '', '', '', '', '[]', '[]', {no}, {at}, {at} \
         FROM users WHERE display_name = 'Crowd'; \
         INSERT INTO profile_words SELECT 'many', id, 'profile' FROM users WHERE display_name = 'Crowd'; \
         INSERT INTO profile_words SELECT 'more', id, 'address' FROM users WHERE display_name = 'Crowd'"
    ));
    let lonely = named(f, "lonely").await;
    let page = MemberFilter { limit: 3, ..everybody() };
    let searched = |query: &str| MemberFilter { words: WordQuery::parse(query), ..page.clone() };
    for query in ["many", "m", "man"] {
        let found = numbers(&f.list(searched(query)).await);
        assert_eq!(found, [first.number, last.number, last.number + 1], "{query}");
    }
    let both = numbers(&f.list(searched("many more")).await);
    assert_eq!(both, [last.number + 1, last.number + 2, last.number + 3]);
    for query in ["many rare", "rare many", "m m rare"] {
        assert_eq!(numbers(&f.list(searched(query)).await), [last.number], "{query}");
    }
    for query in ["many lonely", "more rare", "many more lonely"] {
        assert_eq!(f.list(searched(query)).await, [], "{query}");
    }
    assert_eq!(numbers(&f.list(searched("lonely")).await), [lonely.number]);
    let end = MemberFilter { after: Some(lonely.number - 2), ..searched("many") };
    assert_eq!(numbers(&f.list(end).await), [lonely.number - 1]);
}

async fn filters_are_joined(f: &Fixture) {
    let mut found = None;
    for role in [MemberRole::Member, MemberRole::Admin] {
        for paid in [true, false] {
            for name in ["ann", "bob"] {
                let person = f.person().await;
                let details = Details { name: name.to_owned(), ..Details::default() };
                let profile = Profile { details, ..Profile::empty(person.id, person.number, role, now()) };
                f.keep(profile).await;
                if paid {
                    f.pay(person.id, 202_004).await;
                }
                if (role, paid, name) == (MemberRole::Admin, false, "ann") {
                    found = Some(person.number);
                }
            }
        }
    }
    let filter = MemberFilter {
        words: WordQuery::parse("an"),
        role: Some(MemberRole::Admin),
        paid: Some(false),
        ..everybody()
    };
    assert_eq!(numbers(&f.list(filter.clone()).await), found.as_slice());
    assert_eq!(f.list(MemberFilter { after: found, ..filter }).await, []);
}

async fn words_follow_the_profile(f: &Fixture) {
    let mut profile = named(f, "first stays").await;
    let user = profile.user;
    f.default_address(user, "stays@example.org", EmailState::Claimed).await;
    "second stays".clone_into(&mut profile.details.name);
    let changed = profile.clone();
    f.write(move |tx| tx.profiles().write(&changed)).await.unwrap();
    assert_eq!(f.search("first").await, Vec::<i64>::new());
    for query in ["second", "stays", "example"] {
        assert_eq!(f.search(query).await, [profile.number], "{query}");
    }
    profile.details.name = String::new();
    f.write(move |tx| tx.profiles().write(&profile)).await.unwrap();
    assert_eq!(f.search("second").await, Vec::<i64>::new());
    // The address has it still.
    assert_eq!(f.search("stays").await.len(), 1);
    assert_eq!(f.number("SELECT count(*) AS value FROM profile_words WHERE source = 'profile'"), 0);
}

async fn words_follow_the_default_address(f: &Fixture) {
    // An address from before the profile.
    let person = f.person().await;
    f.default_address(person.id, "before@old.example", EmailState::Claimed).await;
    assert_eq!(f.number("SELECT count(*) AS value FROM profile_words"), 0);
    let (user, number) = (person.id, person.number);
    f.keep(Profile::empty(user, number, MemberRole::Member, now())).await;
    assert_eq!(f.search("before").await, [number]);

    // One that does not count.
    let added = new_email(user, "added@side.example", EmailState::Claimed);
    f.write(move |tx| tx.emails().add(&added)).await.unwrap();
    assert_eq!(f.search("added").await, Vec::<i64>::new());

    let next = new_email(user, "Next@new.example", EmailState::Claimed);
    f.write(move |tx| tx.emails().replace_default(&next)).await.unwrap();
    assert_eq!((f.search("before").await, f.search("next new").await), (vec![], vec![number]));

    // Proving it changes nothing.
    let canonical = address("next@new.example").canonical().clone();
    f.write(move |tx| {
        let email = tx.emails().find_of(user, &canonical)?.unwrap();
        tx.emails().verify(email.id, later(1))
    })
    .await
    .unwrap();
    assert_eq!(f.search("next").await, [number]);

    // A claim that somebody else's proof makes void.
    let loser = named(f, &word()).await;
    f.default_address(loser.user, "wanted@void.example", EmailState::Claimed).await;
    assert_eq!(f.search("wanted").await, [loser.number]);
    let canonical = address("wanted@void.example").canonical().clone();
    f.write(move |tx| tx.emails().void_claims(&canonical)).await.unwrap();
    assert_eq!(f.search("wanted").await, Vec::<i64>::new());
    assert_eq!(f.search(&loser.details.name).await, [loser.number]);
    assert_eq!(f.search("next").await, [number]);
}

async fn a_prefix_ends_where_the_next_begins(f: &Fixture) {
    let mut members = Vec::new();
    for name in ["a", "ab", "abb", "abc", "b", "zzz", "ねこ", "のら", "\u{10ffff}x", "é", "f"] {
        members.push((name, named(f, name).await.number));
    }
    let found = |prefix: &str| -> Vec<i64> {
        members.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, number)| *number).collect()
    };
    for query in ["a", "ab", "abb", "b", "z", "ね", "の", "ねこ", "é", "f", "zzzz"] {
        assert_eq!(f.search(query).await, found(query), "{query}");
    }
}
