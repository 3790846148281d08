//! Members as the rows of a table, for spreadsheets: what is exported can be imported again (portal contract section
//! 8).

use crate::profile::{MemberWithDues, Sex};

/// How many columns a row has.
pub const ROSTER_COLUMNS: usize = 17;

/// The heads of the columns, in their order.
pub const ROSTER_HEAD: [&str; ROSTER_COLUMNS] = [
    "代",
    "苗字",
    "名前",
    "セイ",
    "メイ",
    "性別",
    "ハンネ",
    "大学",
    "学部",
    "学科",
    "学籍番号",
    "accountID",
    "メール",
    "研究会",
    "班",
    "電話",
    "ロール",
];

/// The row of a member, under [`ROSTER_HEAD`], with every cell [`guarded`].
#[must_use]
pub fn export_row(member: &MemberWithDues) -> [String; ROSTER_COLUMNS] {
    let (record, profile) = (&member.record, &member.record.profile);
    let details = &profile.details;
    let (family_name, given_name) = split_name(&details.name);
    let (family_kana, given_kana) = split_name(&details.kana);
    let row = [
        profile.generation.map(|generation| generation.number().to_string()).unwrap_or_default(),
        family_name.to_owned(),
        given_name.to_owned(),
        family_kana.to_owned(),
        given_kana.to_owned(),
        details.sex.map(sex_word).unwrap_or_default().to_owned(),
        details.handle.clone(),
        details.university.name.clone(),
        details.university.department.clone(),
        details.university.subject.clone(),
        details.student_number.clone(),
        record.account_id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default(),
        record.address().map(|address| address.as_str().to_owned()).unwrap_or_default(),
        details.workshops.join(" "),
        details.squads.join(" "),
        details.phone.clone(),
        profile.role.as_str().to_owned(),
    ];
    row.map(guarded)
}

/// Family name and given name: what stands before and behind the first space. Without one all is family name.
#[must_use]
pub fn split_name(name: &str) -> (&str, &str) {
    name.split_once(char::is_whitespace).unwrap_or((name, ""))
}

/// The name of which [`split_name`] makes these two.
#[must_use]
pub fn join_name(family: &str, given: &str) -> String {
    if given.is_empty() { family.to_owned() } else { format!("{family} {given}") }
}

/// The word for it in a table.
#[must_use]
pub const fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
        Sex::Other => "その他",
    }
}

/// Reads the word; any other is none.
#[must_use]
pub fn parse_sex_word(word: &str) -> Option<Sex> {
    [Sex::Male, Sex::Female, Sex::Other].into_iter().find(|sex| sex_word(*sex) == word)
}

/// The cell with an apostrophe before it when a spreadsheet would take it for a formula, or when it would otherwise be
/// read as one that was guarded.
#[must_use]
pub fn guarded(cell: String) -> String {
    if is_formula(&cell) { format!("'{cell}") } else { cell }
}

/// What was in a cell before it was [`guarded`].
#[must_use]
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Whether a cell begins like a formula, in full width too, after apostrophes if there are any.
fn is_formula(cell: &str) -> bool {
    let signs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    cell.trim_start_matches('\'').starts_with(signs)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        external_identity::Subject,
        id::UserId,
        ports::mocks::CountingEntropy,
        profile::{Details, Generation, MemberRecord, MemberRole, Profile, University},
    };

    fn member(details: Details, generation: Option<i64>) -> MemberWithDues {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let user = UserId::generate(now, &CountingEntropy::default());
        let profile = Profile {
            generation: generation.and_then(Generation::new),
            details,
            ..Profile::empty(user, 7, MemberRole::NotMember, now)
        };
        let account_id = Subject::parse("oauth2|discord|7").ok();
        MemberWithDues { record: MemberRecord { profile, email: None, account_id }, payment: None }
    }

    #[test]
    fn a_member_is_a_row_of_seventeen_cells() {
        let text = str::to_owned;
        let details = Details {
            name: text("みす ちゃん"),
            kana: text("ミス チャン"),
            handle: text("=mischa"),
            sex: Some(Sex::Female),
            university: University {
                name: text("早稲田大学"), department: text("理工"), subject: text("")
            },
            student_number: text("1X23"),
            phone: text("08041111111"),
            workshops: vec![text("CG"), text("MIDI")],
            squads: vec![text("xR")],
            ..Details::default()
        };
        let row = export_row(&member(details, Some(61)));
        let expected = [
            "61",
            "みす",
            "ちゃん",
            "ミス",
            "チャン",
            "女",
            "'=mischa",
            "早稲田大学",
            "理工",
            "",
            "1X23",
            "oauth2|discord|7",
            "",
            "CG MIDI",
            "xR",
            "08041111111",
            "not_member",
        ];
        assert_eq!(row, expected);
    }

    #[test]
    fn an_empty_profile_has_empty_cells() {
        let row = export_row(&member(Details::default(), None));
        let filled: Vec<&str> = row.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        assert_eq!(filled, ["oauth2|discord|7", "not_member"]);
    }

    #[test]
    fn a_name_is_parted_at_its_first_space() {
        for (name, parts) in [
            ("みす ちゃん", ("みす", "ちゃん")),
            ("みす ちゃん さん", ("みす", "ちゃん さん")),
            ("みす\u{3000}ちゃん", ("みす", "ちゃん")),
            ("みす", ("みす", "")),
            ("", ("", "")),
        ] {
            assert_eq!(split_name(name), parts, "{name:?}");
        }
        assert_eq!(join_name("みす", "ちゃん"), "みす ちゃん");
        assert_eq!(join_name("みす", ""), "みす");
    }

    #[test]
    fn what_looks_like_a_formula_is_none_any_more() {
        for cell in ["=1+1", "+81", "-1", "@x", "\tx", "\rx", "'=1", "''@"] {
            assert_eq!(guarded(cell.to_owned()), format!("'{cell}"));
            assert_eq!(unguarded(&format!("'{cell}")), cell);
        }
        for cell in ["", "a=1", "'quoted'", "080", "'"] {
            assert_eq!(guarded(cell.to_owned()), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }

    #[test]
    fn sexes_are_read_as_they_are_written() {
        for sex in [Sex::Male, Sex::Female, Sex::Other] {
            assert_eq!(parse_sex_word(sex_word(sex)), Some(sex));
        }
        assert_eq!(parse_sex_word("male"), None);
    }

    proptest! {
        #[test]
        fn whatever_is_guarded_comes_back(cell in "['=+@a\t-]{0,6}") {
            let shown = guarded(cell.clone());
            prop_assert!(!shown.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(unguarded(&shown), cell);
        }
    }
}
