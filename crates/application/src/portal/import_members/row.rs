//! A row of the file, as it was written and as it is understood.

use portico_domain::{
    email::EmailAddress,
    external_identity::Subject,
    profile::{
        Details, DetailsDraft, Generation, MemberRole, ProfileFault, ProfileField, Sex, University,
        portal_address,
    },
    roster::parse_sex_word,
};

use super::known::Key;

/// What members take part in, when the file does not say.
const WORKSHOPS: [&str; 3] = ["プログラミング", "CG", "MIDI"];

/// A row of the file (portal contract section 8). White space around a text does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// The line of the file, for what there is to say of it.
    pub line: u64,
    /// 代: 49 to 100.
    pub generation: String,
    /// 苗字.
    pub family_name: String,
    /// 名前.
    pub given_name: String,
    /// セイ.
    pub family_kana: String,
    /// メイ.
    pub given_kana: String,
    /// 性別: 男, 女 or その他.
    pub sex: String,
    /// ハンネ.
    pub handle: String,
    /// 大学.
    pub university: String,
    /// 学部.
    pub department: String,
    /// 学科.
    pub subject: String,
    /// 学籍番号; may be empty.
    pub student_number: String,
    /// What the provider calls him; empty when he has no name there yet.
    pub account_id: String,
    /// メール.
    pub email: String,
    /// 研究会, divided by white space; all three when empty.
    pub workshops: String,
    /// 班, divided by white space.
    pub squads: String,
    /// 電話, whose hyphens do not count; may be empty.
    pub phone: String,
    /// ロール: one of the four words.
    pub role: String,
}

/// A member to be made.
#[derive(Clone, Debug)]
pub(super) struct NewMember {
    pub(super) address: EmailAddress,
    pub(super) account_id: Option<Subject>,
    /// Nothing in a profile that an operator made and nobody has filled in.
    pub(super) generation: Option<Generation>,
    pub(super) role: MemberRole,
    pub(super) details: Details,
}

/// A row as it is understood.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) line: u64,
    /// What nobody else may have, as far as it can be understood.
    pub(super) keys: Vec<Key>,
    /// The member, or everything that is wrong with the row by itself.
    outcome: Result<NewMember, Vec<String>>,
}

impl Reading {
    pub(super) fn of(row: &ImportRow) -> Self {
        // A profile that nobody has filled in has neither of the two; it is exported as such.
        let is_empty = row.generation.trim().is_empty() && row.sex.trim().is_empty();
        let mut draft = draft(row);
        if is_empty {
            Sex::Other.as_str().clone_into(&mut draft.sex);
        }
        let mut faults = draft_faults(&draft);
        let address = portal_address(row.email.trim()).map_err(|_| ProfileFault::Email);
        let address = note(address, &mut faults);
        let account_id = note(account_id(row.account_id.trim()), &mut faults);
        let generation = row.generation.trim().parse().ok().and_then(Generation::new);
        if generation.is_none() && !is_empty {
            faults.push(ProfileFault::Generation.to_string());
        }
        let role = note(MemberRole::parse(row.role.trim()).ok_or(ProfileFault::Role), &mut faults);
        let keys = [
            address.as_ref().map(|address| Key::Address(address.canonical().clone())),
            account_id.clone().flatten().map(Key::AccountId),
            Key::student_number(&draft.student_number),
            Key::phone(&draft.phone),
        ];
        let outcome = match (address, account_id, role, draft.check()) {
            (Some(address), Some(account_id), Some(role), Ok(details)) if faults.is_empty() => {
                let sex = details.sex.filter(|_| !is_empty);
                let details = Details { sex, ..details };
                Ok(NewMember { address, account_id, generation, role, details })
            }
            _ => Err(faults),
        };
        Self { line: row.line, keys: keys.into_iter().flatten().collect(), outcome }
    }

    /// The member that the row describes, with its line; nothing when something is wrong with it.
    pub(super) fn member(&self) -> Option<(u64, &NewMember)> {
        self.outcome.as_ref().ok().map(|member| (self.line, member))
    }

    /// Everything that is wrong with it by itself.
    pub(super) fn faults(&self) -> &[String] {
        self.outcome.as_ref().err().map_or(&[], Vec::as_slice)
    }
}

/// What was read; its fault is noted.
fn note<T, E: ToString>(read: Result<T, E>, faults: &mut Vec<String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault.to_string())).ok()
}

fn account_id(text: &str) -> Result<Option<Subject>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    Subject::parse(text).map(Some).map_err(|fault| format!("{} {fault}", ProfileField::AccountId))
}

/// What the row says of the member himself. A sex that cannot be read is empty.
fn draft(row: &ImportRow) -> DetailsDraft {
    let sex = parse_sex_word(row.sex.trim()).map_or("", Sex::as_str);
    let mut workshops = words(&row.workshops);
    if workshops.is_empty() {
        workshops = WORKSHOPS.map(str::to_owned).to_vec();
    }
    DetailsDraft {
        name: full(&row.family_name, &row.given_name),
        kana: full(&row.family_kana, &row.given_kana),
        handle: row.handle.trim().to_owned(),
        sex: sex.to_owned(),
        university: University {
            name: row.university.trim().to_owned(),
            department: row.department.trim().to_owned(),
            subject: row.subject.trim().to_owned(),
        },
        student_number: row.student_number.trim().to_owned(),
        phone: row.phone.trim().replace('-', ""),
        workshops,
        squads: words(&row.squads),
        ..DetailsDraft::default()
    }
}

/// Family name and given name, joined by one blank.
fn full(family: &str, given: &str) -> String {
    let parts = [family.trim(), given.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Everything that is wrong with them: [`DetailsDraft::check`] tells the first fault alone, so that it is asked for each
/// field.
fn draft_faults(draft: &DetailsDraft) -> Vec<String> {
    let mut faults = Vec::new();
    if draft.sex.is_empty() {
        faults.push("the sex must be 男, 女 or その他".to_owned());
    }
    for workshop in draft.workshops.iter().filter(|workshop| !WORKSHOPS.contains(&workshop.as_str())) {
        faults.push(format!("there is no workshop {workshop:?}"));
    }
    let DetailsDraft { name, kana, handle, university, student_number, phone, workshops, squads, .. } = draft;
    let of = |university| DetailsDraft { university, ..DetailsDraft::default() };
    let fields = [
        DetailsDraft { name: name.clone(), ..DetailsDraft::default() },
        DetailsDraft { kana: kana.clone(), ..DetailsDraft::default() },
        DetailsDraft { handle: handle.clone(), ..DetailsDraft::default() },
        of(University { name: university.name.clone(), ..University::default() }),
        of(University { department: university.department.clone(), ..University::default() }),
        of(University { subject: university.subject.clone(), ..University::default() }),
        DetailsDraft { student_number: student_number.clone(), ..DetailsDraft::default() },
        DetailsDraft { phone: phone.clone(), ..DetailsDraft::default() },
        DetailsDraft { workshops: workshops.clone(), ..DetailsDraft::default() },
        DetailsDraft { squads: squads.clone(), ..DetailsDraft::default() },
    ];
    let sex = Sex::Other.as_str();
    let checked = fields.into_iter().map(|field| DetailsDraft { sex: sex.to_owned(), ..field }.check());
    faults.extend(checked.filter_map(Result::err).map(|fault| fault.to_string()));
    faults
}

#[cfg(test)]
mod tests;
