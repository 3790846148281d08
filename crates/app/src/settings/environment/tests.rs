//! Tests of the environment and its file.

use super::*;

fn process(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn environment(variables: &[(&str, &str)], file: &str) -> Result<Environment, SettingError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".env");
    fs::write(&path, file).unwrap();
    Environment::with_file(process(variables), &path)
}

#[test]
fn the_environment_goes_before_the_file() {
    let both = environment(
        &[("PORTICO_LOG", "debug"), ("PORTICO_SMTP_URL", "")],
        "PORTICO_LOG=trace\nPORTICO_SMTP_URL=smtp://mail\nPORTICO_WORKERS=3\n",
    )
    .unwrap();
    assert_eq!(both.get("PORTICO_LOG").as_deref(), Some("debug"));
    assert_eq!(both.get("PORTICO_SMTP_URL").as_deref(), Some(""));
    assert_eq!(both.get("PORTICO_WORKERS").as_deref(), Some("3"));
    assert_eq!(both.get("PORTICO_LISTEN"), None);
}

#[test]
fn the_file_may_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let alone =
        Environment::with_file(process(&[("PORTICO_LOG", "debug")]), &folder.path().join(".env")).unwrap();
    assert_eq!(alone.get("PORTICO_LOG").as_deref(), Some("debug"));
}

#[test]
fn the_file_may_hold_comments_quotes_and_no_last_line_end() {
    let file = "\u{feff}# Portico\n\nexport PORTICO_MAIL_FROM='Club <a@b.c>' # who\r\nPORTICO_LOG=debug  ";
    let read = environment(&[], file).unwrap();
    assert_eq!(read.get("PORTICO_MAIL_FROM").as_deref(), Some("Club <a@b.c>"));
    assert_eq!(read.get("PORTICO_LOG").as_deref(), Some("debug"));
}

#[test]
fn a_malformed_line_is_named_by_file_and_number_and_not_repeated() {
    for (file, line) in [
        ("hunter2", 1),
        ("PORTICO_LOG=info\n\n# x\nPORTICO_MAIL_FROM=hunter2 <a@b.c>\nPORTICO_LOG_FORMAT=json\n", 4),
        ("PORTICO_LOG=info\nhunter2 hunter2\nhunter2 hunter2\n", 2),
        ("PORTICO_A='x\ny'\n=hunter2\n", 3),
        ("PORTICO_A=1\nPORTICO_B='hunter2\nx\ny\n\n\n", 2),
        ("PORTICO_A=1\nPORTICO_B=\"hunter2\\q\nx\" y\n# z\n", 2),
    ] {
        let error = environment(&[], file).err().unwrap();
        let text = error.to_string();
        assert!(text.contains(&format!(".env, line {line}: ")), "{file:?}: {text}");
        assert!(!text.contains("hunter2") && !text.contains('\n'), "{text}");
    }
}

#[test]
fn a_long_line_does_not_upset_the_count() {
    let file = format!("# {}\nPORTICO_LOG={}\nhunter2\n", "x".repeat(20_000), "y".repeat(20_000));
    assert!(environment(&[], &file).err().unwrap().to_string().contains(".env, line 3: "));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = Environment::with_file(BTreeMap::new(), folder.path()).err().unwrap();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    let path = folder.path().join(".env");
    fs::write(&path, b"PORTICO_LOG=\xff\n").unwrap();
    let error = Environment::with_file(BTreeMap::new(), &path).err().unwrap();
    assert!(error.to_string().contains("no UTF-8"), "{error}");
}

#[test]
fn unknown_variables_are_warned_of_with_the_nearest_name() {
    let warnings = environment(
        &[("PORTICO_LSITEN", "x"), ("PORTICO_TEST_ANYTHING", "x"), ("PORTICO_LOG", "info")],
        "PORTICO_SERVICE_HOST=10.0.0.1\nOTHER=1\nPORTICO_WORKERS=1\nPORTICO_WORKERS=2\n",
    )
    .unwrap()
    .warnings();
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[0].contains("PORTICO_WORKERS is set twice in "), "{warnings:?}");
    assert_eq!(warnings[1], "PORTICO_LSITEN is no setting of Portico; did you mean PORTICO_LISTEN?");
    assert_eq!(warnings[2], "PORTICO_SERVICE_HOST is no setting of Portico");
}
