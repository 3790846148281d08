//! What the portal says when a profile is refused (portal contract section 4).

use portico_application::ProfileConflict;
use portico_domain::profile::{LastAdmin, ProfileFault, ProfileField};

use super::{binding::BindFault, problem::Problem};

impl From<ProfileFault> for Problem {
    fn from(fault: ProfileFault) -> Self {
        Self::bad_request(match fault {
            ProfileFault::LineEnd(_) => "班の名前に使えない文字を含んでいます",
            ProfileFault::Sex => "性別の値が不正です",
            ProfileFault::Email => "メールアドレスの形式が不正です",
            ProfileFault::DiscordId => "DiscordIDの形式が不正です",
            ProfileFault::TwitterScreenName => "Twitterのスクリーンネームの形式が不正です",
            ProfileFault::Role => "存在しないロールが指定されています",
            ProfileFault::AccountId => "アカウントのIDが設定されていません",
            ProfileFault::Generation => "不正な代が入力されています",
            ProfileFault::TooLong(field) => return too_long(field.as_str(), field.max_chars()),
            ProfileFault::ControlCharacter(field) => return control_character(field.as_str()),
        })
    }
}

/// 400: a text is longer than the portal keeps.
pub(super) fn too_long(field: &str, max: usize) -> Problem {
    Problem::bad_request(format!("{field}が長すぎます(最大{max}文字)"))
}

/// 400: a text holds a control character.
pub(super) fn control_character(field: &str) -> Problem {
    Problem::bad_request(format!("{field}に使えない文字が含まれています"))
}

/// 400 or 409: somebody else has the same.
pub(super) const fn taken(conflict: ProfileConflict) -> &'static str {
    match conflict {
        ProfileConflict::Address => "メールアドレスがすでに利用されています",
        ProfileConflict::AccountId => "アカウントのIDがすでに利用されています",
        ProfileConflict::StudentNumber => "学籍番号がすでに利用されています",
        ProfileConflict::Phone => "電話番号がすでに利用されています",
        ProfileConflict::DiscordId => "DiscordIDがすでに利用されています",
        ProfileConflict::TwitterScreenName => "Twitterのスクリーンネームがすでに利用されています",
    }
}

impl From<LastAdmin> for Problem {
    fn from(_: LastAdmin) -> Self {
        Self::conflict("最後の管理者は変更できません")
    }
}

/// What can be wrong with what a member tells of himself.
pub(super) fn faults_of_details() -> Vec<Problem> {
    use ProfileFault as Fault;

    let field = ProfileField::Handle;
    [
        Fault::LineEnd(ProfileField::Squads),
        Fault::Sex,
        Fault::DiscordId,
        Fault::TwitterScreenName,
        Fault::Generation,
        Fault::TooLong(field),
        Fault::ControlCharacter(field),
    ]
    .map(Problem::from)
    .into()
}

/// What a member can have in common with another by mistake.
pub(super) const CONFLICTS_OF_DETAILS: [ProfileConflict; 4] = [
    ProfileConflict::StudentNumber,
    ProfileConflict::Phone,
    ProfileConflict::DiscordId,
    ProfileConflict::TwitterScreenName,
];

/// 400: a request cannot be read.
pub(super) fn invalid_request(fault: &BindFault) -> Problem {
    Problem::bad_request(format!("invalid request values: {fault}"))
}

/// 404: no member has this number.
pub(super) fn user_not_found() -> Problem {
    Problem::not_found("user not found")
}

/// 409: somebody has paid for that period.
pub(super) fn already_paid() -> Problem {
    Problem::conflict("すでに支払い済みです")
}

/// A text that a client sent, short enough to be repeated.
pub(super) fn quoted(text: &str) -> String {
    const MAX_CHARS: usize = 100;

    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
