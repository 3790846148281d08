//! What people sign in with.

use crate::{
    password::PlainPassword,
    signup::{
        Attribute, AttributeKind, AuthData, AuthItem, Flags, FormDefinition, NewCredentials, Rule,
        SubmissionFault,
        sample::{fault, form, ruled},
    },
};

/// The items of `authData`.
fn auth(items: &[(&str, &str)]) -> AuthData {
    let item = |(marker, value): &(&str, &str)| AuthItem {
        marker: (*marker).to_owned(),
        value: PlainPassword::presented(value),
    };
    AuthData(items.iter().map(item).collect())
}

/// A form whose fields have other names, and ask for something.
fn named() -> FormDefinition {
    let length = Rule::Length { min: Some(4), max: None, exact: None };
    let login = ruled("email_reg", AttributeKind::String, vec![Rule::Required, Rule::Trimmed, Rule::Email]);
    let password = ruled("password_reg", AttributeKind::String, vec![Rule::Trimmed, length]);
    let attributes = vec![
        Attribute { flags: Flags { is_login: true, ..Flags::default() }, ..login },
        Attribute { flags: Flags { is_password: true, ..Flags::default() }, ..password },
    ];
    FormDefinition { attributes, ..form(vec![]) }
}

fn without_password() -> FormDefinition {
    let mut form = form(vec![]);
    form.attributes.remove(1);
    form
}

fn admitted(
    form: &FormDefinition,
    items: &[(&str, &str)],
) -> Result<(String, Option<String>), SubmissionFault> {
    let NewCredentials { login, password } = form.admit_credentials(&auth(items))?;
    Ok((login.as_str().to_owned(), password.map(|password| password.reveal().to_owned())))
}

const CREDENTIALS: SubmissionFault = SubmissionFault::Credentials;

#[test]
fn the_pair_of_the_seed_is_taken_as_sent() {
    let pair = [("login", "example@oneentry.cloud"), ("password", "12345")];
    let expected = Ok(("example@oneentry.cloud".to_owned(), Some("12345".to_owned())));
    assert_eq!(admitted(&form(vec![]), &pair), expected);
    assert_eq!(admitted(&form(vec![]), &[pair[1], pair[0]]), expected);
}

#[test]
fn login_and_password_are_found_by_their_flags() {
    let pair = [("email_reg", " ann@example.org"), ("password_reg", " 1234")];
    let expected = (" ann@example.org".to_owned(), Some(" 1234".to_owned()));
    assert_eq!(admitted(&named(), &pair), Ok(expected));
    assert_eq!(admitted(&named(), &[("login", "ann@example.org"), ("password", "1234")]), Err(CREDENTIALS));
}

#[test]
fn the_validators_of_both_are_looked_at() {
    assert_eq!(admitted(&named(), &[("email_reg", "ann"), ("password_reg", "1")]), fault("email_reg"));
    let short = [("email_reg", "ann@example.org"), ("password_reg", " 123 ")];
    assert_eq!(admitted(&named(), &short), fault("password_reg"));
}

#[test]
fn missing_doubled_blank_and_foreign_values_are_refused() {
    let login = ("login", "test");
    let password = ("password", "12345");
    let long = "a".repeat(129);
    let long_login = "a".repeat(256);
    let wrong: [&[(&str, &str)]; 14] = [
        &[],
        &[login],
        &[password],
        &[login, login],
        &[login, password, password],
        &[login, password, login],
        &[login, password, ("last_name", "Name")],
        &[login, password, ("code", "123456")],
        &[login, ("password", " ")],
        &[("login", ""), password],
        &[login, ("password", &long)],
        &[login, ("password", "12\u{0}345")],
        &[("login", &long_login), password],
        &[("login", "a\u{0}b"), password],
    ];
    for items in wrong {
        assert_eq!(admitted(&form(vec![]), items), Err(CREDENTIALS), "{items:?}");
    }
    let longest = "a".repeat(128);
    assert!(admitted(&form(vec![]), &[login, ("password", &longest)]).is_ok());
}

#[test]
fn a_form_without_a_password_takes_the_login_alone() {
    assert_eq!(admitted(&without_password(), &[("login", "test")]), Ok(("test".to_owned(), None)));
    assert_eq!(admitted(&without_password(), &[("login", "test"), ("password", "12345")]), Err(CREDENTIALS));
    assert_eq!(without_password().admit_password(&auth(&[("password", "12345")])), Err(CREDENTIALS));
    assert_eq!(without_password().check_password(&PlainPassword::presented("12345")), Err(CREDENTIALS));
}

#[test]
fn a_form_without_a_login_takes_nobody() {
    let empty = FormDefinition { attributes: vec![], ..form(vec![]) };
    assert_eq!(admitted(&empty, &[("login", "test"), ("password", "12345")]), Err(CREDENTIALS));
    assert_eq!(empty.read_credentials(&auth(&[])), Err(CREDENTIALS));
}

/// Login, password and code of a sign-in.
fn read(
    form: &FormDefinition,
    items: &[(&str, &str)],
) -> Result<(String, Option<String>, Option<String>), SubmissionFault> {
    let read = form.read_credentials(&auth(items))?;
    let password = read.password.map(|password| password.reveal().to_owned());
    Ok((read.login, password, read.code.map(|code| code.reveal().to_owned())))
}

#[test]
fn who_signs_in_shows_a_password_or_a_code() {
    let some = |text: &str| Some(text.to_owned());
    let login = ("login", "test ");
    let form = form(vec![]);
    assert_eq!(read(&form, &[login, ("password", "1")]), Ok(("test ".to_owned(), some("1"), None)));
    assert_eq!(read(&form, &[("code", " 90BDCX"), login]), Ok(("test ".to_owned(), None, some("90BDCX"))));
    let both = [login, ("password", "1"), ("code", "90BDCX")];
    assert_eq!(read(&form, &both), Ok(("test ".to_owned(), some("1"), some("90BDCX"))));
    assert_eq!(read(&form, &[login]), Ok(("test ".to_owned(), None, None)));
    assert_eq!(read(&without_password(), &[login, ("code", "1")]), Ok(("test ".to_owned(), None, some("1"))));
}

#[test]
fn signing_in_asks_nothing_of_validators() {
    let pair = [("email_reg", "ann"), ("password_reg", "1")];
    assert_eq!(read(&named(), &pair), Ok(("ann".to_owned(), Some("1".to_owned()), None)));
}

#[test]
fn a_sign_in_with_anything_else_is_refused() {
    let login = ("login", "test");
    let long = "a".repeat(129);
    let wrong: [&[(&str, &str)]; 10] = [
        &[],
        &[("password", "12345")],
        &[login, login],
        &[login, ("last_name", "Name")],
        &[login, ("password", "")],
        &[login, ("code", " ")],
        &[login, ("code", "1"), ("code", "1")],
        &[login, ("password", &long)],
        &[login, ("password", "\u{0}")],
        &[("login", "\u{0}"), ("password", "12345")],
    ];
    for items in wrong {
        assert_eq!(read(&form(vec![]), items), Err(CREDENTIALS), "{items:?}");
    }
    let without = read(&without_password(), &[login, ("password", "12345")]);
    assert_eq!(without, Err(CREDENTIALS));
}

#[test]
fn a_change_brings_the_password_alone() {
    let new =
        |items: &[(&str, &str)]| named().admit_password(&auth(items)).map(|new| new.reveal().to_owned());
    assert_eq!(new(&[("password_reg", "12345")]).as_deref(), Ok("12345"));
    assert_eq!(new(&[("password_reg", "123")]), fault("password_reg"));
    let wrong: [&[(&str, &str)]; 5] = [
        &[],
        &[("email_reg", "ann@example.org")],
        &[("email_reg", "ann@example.org"), ("password_reg", "12345")],
        &[("password_reg", "12345"), ("password_reg", "12345")],
        &[("password_reg", "")],
    ];
    for items in wrong {
        assert_eq!(new(items), Err(CREDENTIALS), "{items:?}");
    }
}

#[test]
fn a_password_of_its_own_is_looked_at_in_the_same_way() {
    let check = |text: &str| named().check_password(&PlainPassword::presented(text));
    assert_eq!(check("12345"), Ok(()));
    assert_eq!(check("123"), fault("password_reg"));
    for text in ["", "    ", "1234\u{0}", &"a".repeat(129)] {
        assert_eq!(check(text), Err(CREDENTIALS), "{text:?}");
    }
}
