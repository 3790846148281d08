//! The statements of the members' portal.

use diesel::connection::SimpleConnection as _;
use portico_domain::{
    external_identity::Subject,
    mail_template::LetterKind,
    period::{Period, Periods},
    ports::MemberFilter,
    profile::{Details, MemberRole, Profile},
    search_words::WordQuery,
};

use super::{
    AnyConnection, Disposable, EmailAddress, Endpoint, NOW, Scratch, SessionId, StoreError, TokenDigest,
    Transaction, UserId, Uuid, assert_searches, plan, statements,
};

fn user() -> UserId {
    UserId::from_uuid(Uuid::from_u128(7))
}

fn filter(query: &str) -> MemberFilter {
    MemberFilter {
        period: Period::parse(202_004).unwrap(),
        words: WordQuery::parse(query),
        role: None,
        paid: None,
        after: Some(0),
        limit: 10,
    }
}

/// Every read of the portal's ports but for the list of everybody's roles, and every guarded update.
fn everything(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let token = TokenDigest::from_bytes([7; 32]);
    let subject = Subject::parse("a").unwrap();
    let address = EmailAddress::parse("a@example.org").unwrap();
    let issuer = Some("https://id.example".to_owned());
    let period = Period::parse(202_004).unwrap();
    tx.users().find_by_number(1)?;
    tx.profiles().find(user())?;
    tx.profiles().find_by_number(1)?;
    tx.profiles().find_by_address(address.canonical())?;
    tx.profiles().has_other_admin(user())?;
    tx.profiles().find_role_of(issuer, &subject)?;
    tx.profiles().find_role_of(None, &subject)?;
    for role in [None, Some(MemberRole::Admin)] {
        for paid in [None, Some(true), Some(false)] {
            tx.profiles().list(&MemberFilter { role, paid, ..filter("") })?;
        }
    }
    let _ = tx.profiles().write(&Profile::empty(user(), 1, MemberRole::Member, NOW));
    let _ = tx.profiles().change_role(user(), MemberRole::Member, MemberRole::Admin, NOW);
    tx.external_identities().find_user("https://id.example", &subject)?;
    tx.external_identities().find_of(user())?;
    tx.external_identities().find_pending(&token)?;
    tx.external_identities().remove(user())?;
    let _ = tx.external_identities().use_attempt(&token, NOW);
    let _ = tx.external_identities().remove_pending(&token);
    tx.payments().periods()?;
    tx.payments().find(user(), period)?;
    tx.payments().list_of(user())?;
    tx.payments().find_transaction(&token)?;
    let _ = tx.payments().use_transaction(&token, NOW);
    tx.portal_sessions().find_visitor(&token)?;
    tx.portal_sessions().end(SessionId::from_uuid(Uuid::from_u128(7)), NOW)?;
    tx.email_verifications().find(&token)?;
    let _ = tx.email_verifications().close(&token, NOW);
    tx.mail_templates().find(LetterKind::PaymentReceipt)?;
    for what in [
        Disposable::PortalSessions,
        Disposable::SignInAttempts,
        Disposable::PendingSignIns,
        Disposable::EmailVerifications,
        Disposable::PaymentTransactions,
    ] {
        tx.housekeeping().purge(what, NOW, 10)?;
    }
    Ok(())
}

#[test]
fn no_read_of_the_portal_scans_a_table_or_sorts() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| everything(tx));
    assert!(statements.len() >= 30, "{statements:#?}");
    assert_searches(&scratch, statements);
}

/// Fifteen hundred members with the word `many`, one of them with the word `rare`.
const CROWD: &str = "
INSERT INTO users (number, id, display_name, display_name_key, state, created_at, updated_at)
    WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1500)
    SELECT n, unhex(format('%032x', n)), 'Crowd', 'crowd', 'active', 0, 0 FROM s;
INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name, university_department,
    university_subject, other_circles, workshops, squads, card_published, created_at, updated_at)
    SELECT id, number, 'member', '', '', '', '', '', '', '', '[]', '[]', 0, 0, 0 FROM users;
INSERT INTO profile_words SELECT 'many', id, 'profile' FROM users;
INSERT INTO profile_words SELECT 'more', id, 'profile' FROM users;
INSERT INTO profile_words SELECT 'rare', id, 'profile' FROM users WHERE number = 700;
INSERT INTO payment_statuses SELECT id, 202004, id, 0, 0 FROM users WHERE number % 2 = 0;";

fn crowded() -> Scratch {
    let scratch = Scratch::new();
    let mut connection = Endpoint::writing(scratch.place.clone()).open().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut connection else { panic!("{:?} is a file", scratch.place) };
    sqlite.batch_execute(CROWD).unwrap();
    scratch
}

#[test]
fn a_member_is_found_with_one_statement() {
    let scratch = crowded();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        assert!(tx.profiles().find(user())?.is_some());
        assert!(tx.profiles().find_by_number(7)?.is_some());
        assert_eq!(tx.profiles().list(&filter(""))?.len(), 10);
        Ok(())
    });
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_searches(&scratch, found);
}

#[test]
fn words_that_many_have_are_looked_up_for_one_member_after_the_other() {
    let scratch = crowded();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        assert_eq!(tx.profiles().list(&filter("many m"))?.len(), 10);
        Ok(())
    });
    // One look for each word, and the list, in the order of its index.
    assert_eq!(found.len(), 3, "{found:#?}");
    let steps = plan(&scratch, &found[2]);
    assert!(steps[0].contains("member_profiles USING INDEX member_profiles_number"), "{steps:#?}");
    assert!(
        steps
            .iter()
            .any(|step| step.contains("USING COVERING INDEX profile_words_of_user (user_id=? AND word>")),
        "{steps:#?}"
    );
    assert_searches(&scratch, found);
}

#[test]
fn of_several_words_a_rare_one_leads_to_its_members() {
    let scratch = crowded();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        let members = tx.profiles().list(&filter("many rare more"))?;
        assert_eq!(members.iter().map(|member| member.record.profile.number).collect::<Vec<_>>(), [700]);
        assert_eq!(tx.profiles().list(&filter("many none more"))?, []);
        Ok(())
    });
    assert_eq!(found.len(), 5, "{found:#?}");
    let steps = plan(&scratch, &found[2]);
    assert!(
        steps[0].contains("SEARCH member_profiles USING INDEX sqlite_autoindex_member_profiles_1"),
        "{steps:#?}"
    );
}

#[test]
fn words_are_written_with_few_statements() {
    let scratch = crowded();
    let details =
        Details { name: "one two three".to_owned(), handle: "four".to_owned(), ..Details::default() };
    let profile = Profile { details, ..Profile::empty(user(), 7, MemberRole::Member, NOW) };
    let written = |times: usize| {
        statements(&scratch, |tx| {
            let tx: &mut dyn Transaction = tx;
            (0..times).try_for_each(|_| tx.profiles().write(&profile))
        })
    };
    // The profile, the words of it, those that go, those that come, the address and the words of that.
    assert_eq!(written(1).len(), 6);
    // Nothing changes.
    assert_eq!(written(1).len(), 4);
}

#[test]
fn roles_follow_dues_with_two_statements() {
    let scratch = crowded();
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        assert_eq!(tx.profiles().follow_dues(Periods::default(), NOW)?, 750);
        Ok(())
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_searches(&scratch, found);
}
