//! Profiles as somebody fills them in, before anybody has looked at them.

use super::{
    Avatar, Details, Generation, MemberRecord, MemberRole, ProfileFault, ProfileField, Sex, University,
};
use crate::{
    email::{EmailAddress, EmailAddressError},
    external_identity::Subject,
};

/// What a member fills in; a missing text is an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetailsDraft {
    /// See [`Details::name`].
    pub name: String,
    /// See [`Details::kana`].
    pub kana: String,
    /// See [`Details::handle`].
    pub handle: String,
    /// `male`, `female` or `other`.
    pub sex: String,
    /// See [`Details::university`].
    pub university: University,
    /// See [`Details::student_number`].
    pub student_number: String,
    /// See [`Details::phone`].
    pub phone: String,
    /// See [`Details::other_circles`].
    pub other_circles: String,
    /// See [`Details::workshops`].
    pub workshops: Vec<String>,
    /// See [`Details::squads`].
    pub squads: Vec<String>,
    /// See [`Details::discord_id`].
    pub discord_id: String,
    /// See [`Details::twitter_screen_name`].
    pub twitter_screen_name: String,
    /// See [`Details::card_published`].
    pub card_published: bool,
}

impl DetailsDraft {
    /// The details, when nothing is wrong with them.
    ///
    /// # Errors
    /// The first fault in the order of the contract (section 4).
    pub fn check(self) -> Result<Details, ProfileFault> {
        match self.faults().into_iter().min() {
            Some(fault) => Err(fault),
            None => Ok(self.unchecked()),
        }
    }

    fn unchecked(self) -> Details {
        Details {
            sex: Sex::parse(&self.sex),
            name: self.name,
            kana: self.kana,
            handle: self.handle,
            university: self.university,
            student_number: self.student_number,
            phone: self.phone,
            other_circles: self.other_circles,
            workshops: without_nothing(self.workshops),
            squads: without_nothing(self.squads),
            discord_id: self.discord_id,
            twitter_screen_name: self.twitter_screen_name,
            card_published: self.card_published,
        }
    }

    fn faults(&self) -> Vec<ProfileFault> {
        use ProfileField as Field;

        let mut faults = Vec::new();
        for (field, list) in [(Field::Squads, &self.squads), (Field::Workshops, &self.workshops)] {
            if list.iter().any(|entry| entry.contains(['\n', '\r'])) {
                faults.push(ProfileFault::LineEnd(field));
            } else {
                faults.extend(text_fault(field, &list.join("\n"), true));
            }
        }
        if Sex::parse(&self.sex).is_none() {
            faults.push(ProfileFault::Sex);
        }
        if !is_discord_id(&self.discord_id) {
            faults.push(ProfileFault::DiscordId);
        }
        if !self.twitter_screen_name.is_empty() && !self.twitter_screen_name.contains(is_word) {
            faults.push(ProfileFault::TwitterScreenName);
        }
        for (field, text) in [
            (Field::Name, &self.name),
            (Field::Kana, &self.kana),
            (Field::Handle, &self.handle),
            (Field::UniversityName, &self.university.name),
            (Field::UniversityDepartment, &self.university.department),
            (Field::UniversitySubject, &self.university.subject),
            (Field::StudentNumber, &self.student_number),
            (Field::Phone, &self.phone),
            (Field::DiscordId, &self.discord_id),
            (Field::TwitterScreenName, &self.twitter_screen_name),
        ] {
            faults.extend(text_fault(field, text, false));
        }
        faults.extend(text_fault(Field::OtherCircles, &self.other_circles, true));
        faults
    }
}

/// What an admin writes over a member: everything but when the profile was made and changed (section 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberDraft {
    /// What the member could fill in himself.
    pub details: DetailsDraft,
    /// The address.
    pub email: String,
    /// Whether it counts as proved.
    pub email_verified: bool,
    /// One of the four words.
    pub role: String,
    /// What the provider calls him.
    pub account_id: String,
    /// 49 to 100.
    pub generation: i64,
    /// His pictures.
    pub avatar: Option<Avatar>,
}

/// A [`MemberDraft`] that nothing is wrong with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberOverwrite {
    /// What the member could fill in himself.
    pub details: Details,
    /// The address; nothing when he has none and gets none.
    pub address: Option<EmailAddress>,
    /// Whether it counts as proved.
    pub email_verified: bool,
    /// The role.
    pub role: MemberRole,
    /// What the provider calls him; nothing when he has no name there and gets none.
    pub account_id: Option<Subject>,
    /// Nothing when he has none and gets none.
    pub generation: Option<Generation>,
    /// His pictures.
    pub avatar: Option<Avatar>,
}

impl MemberDraft {
    /// What to write over `stored`. Where a profile that an operator made is empty, it may stay so; and an address or
    /// an account id that does not change is not looked at again.
    ///
    /// # Errors
    /// The first fault in the order of the contract (section 4).
    pub fn check(self, stored: Option<&MemberRecord>) -> Result<MemberOverwrite, ProfileFault> {
        let mut faults = self.details.faults();
        let empty_sex = stored.is_some_and(|stored| stored.profile.details.sex.is_none());
        let empty_generation = stored.is_some_and(|stored| stored.profile.generation.is_none());
        if self.details.sex.is_empty() && empty_sex {
            faults.retain(|fault| *fault != ProfileFault::Sex);
        }
        let address = self.read_address(stored).map_err(|fault| faults.push(fault)).ok().flatten();
        let role = MemberRole::parse(&self.role);
        let account_id = Subject::parse(&self.account_id).ok();
        let generation = Generation::new(self.generation);
        if role.is_none() {
            faults.push(ProfileFault::Role);
        }
        faults.extend(self.account_fault(stored));
        if generation.is_none() && !(self.generation == 0 && empty_generation) {
            faults.push(ProfileFault::Generation);
        }
        if let Some(avatar) = &self.avatar {
            faults.extend(text_fault(ProfileField::AvatarUrl, &avatar.url, false));
            faults.extend(text_fault(ProfileField::AvatarThumbnailUrl, &avatar.thumbnail_url, false));
        }
        match (faults.into_iter().min(), role) {
            (Some(fault), _) => Err(fault),
            (None, None) => Err(ProfileFault::Role),
            (None, Some(role)) => Ok(MemberOverwrite {
                details: self.details.unchecked(),
                address,
                email_verified: self.email_verified,
                role,
                account_id,
                generation,
                avatar: self.avatar,
            }),
        }
    }

    fn account_fault(&self, stored: Option<&MemberRecord>) -> Option<ProfileFault> {
        let kept = stored.map(|stored| stored.account_id.as_ref().map_or("", Subject::as_str));
        if kept == Some(self.account_id.as_str()) {
            return None;
        }
        let is_none = Subject::parse(&self.account_id).is_err();
        text_fault(ProfileField::AccountId, &self.account_id, false)
            .or_else(|| is_none.then_some(ProfileFault::AccountId))
    }

    fn read_address(&self, stored: Option<&MemberRecord>) -> Result<Option<EmailAddress>, ProfileFault> {
        match stored.map(MemberRecord::address) {
            Some(Some(address)) if address.as_str() == self.email => Ok(Some(address.clone())),
            Some(None) if self.email.is_empty() => Ok(None),
            _ => portal_address(&self.email).map(Some).map_err(|_| ProfileFault::Email),
        }
    }
}

/// Reads an address that the portal takes: ASCII words joined by single `-`, `+` or `.` before the `@`, by `-` or `.`
/// behind it, at least one of them a dot (section 4).
///
/// # Errors
/// When it has another form.
pub fn portal_address(text: &str) -> Result<EmailAddress, EmailAddressError> {
    let words = |part: &str, joints: &[char]| {
        part.split(joints).all(|word| !word.is_empty() && word.chars().all(is_word))
    };
    let (local, domain) = text.split_once('@').ok_or(EmailAddressError::Invalid)?;
    let fits = words(local, &['-', '+', '.']) && words(domain, &['-', '.']) && domain.contains('.');
    if fits { EmailAddress::parse(text) } else { Err(EmailAddressError::Invalid) }
}

/// Nothing, something with `#` and four digits, or a name as Discord gives them today.
fn is_discord_id(text: &str) -> bool {
    let tagged = text.match_indices('#').any(|(at, _)| {
        let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        digits >= 4
    });
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    text.is_empty() || tagged || ((2..=32).contains(&text.len()) && text.chars().all(plain))
}

/// What Go's `\w` is.
const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn text_fault(field: ProfileField, text: &str, lines: bool) -> Option<ProfileFault> {
    if text.chars().count() > field.max_chars() {
        return Some(ProfileFault::TooLong(field));
    }
    let allowed = |c: char| lines && matches!(c, '\n' | '\r' | '\t');
    let controls = text.chars().any(|c| c.is_control() && !allowed(c));
    controls.then_some(ProfileFault::ControlCharacter(field))
}

/// The list that the origin reads back for an empty one has one empty entry; it is none (section 3.5).
fn without_nothing(list: Vec<String>) -> Vec<String> {
    if list.iter().all(String::is_empty) { Vec::new() } else { list }
}

#[cfg(test)]
mod tests;
