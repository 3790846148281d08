//! What an admin writes over a member (portal contract section 4.1).

use portico_domain::profile::{Avatar, MemberDraft};
use utoipa::ToSchema;

use super::{
    binding::{BindFault, Fields, Request},
    member::MemberAnswer,
    problem::Problem,
    profile_body::ProfileBody,
};

/// A member, as he is to be.
#[derive(ToSchema)]
#[schema(as = PortalOverwrite, example = json!({ "user": {
    "id": 134,
    "email": "mischa@example.org",
    "generation": 61,
    "name": "みす ちゃん",
    "kana": "ミス チャン",
    "handle": "mischa",
    "sex": "female",
    "university": { "name": "早稲田大学", "department": "基幹理工学部", "subject": "情報理工学科" },
    "student_id": "1W260000",
    "emergency_phone_number": "08041111111",
    "other_circles": "",
    "workshops": ["CG"],
    "squads": ["xR"],
    "role": "member",
    "account_id": "oauth2|discord|1234",
    "email_verified": true,
    "card_published": false,
    "created_at": "2026-04-17T16:59:56+09:00",
    "updated_at": "2026-04-19T14:30:28+09:00",
} }))]
pub(super) struct OverwriteBody {
    /// As it is shown; `id` says whom, and when he was made and changed does not count
    #[schema(value_type = MemberAnswer)]
    user: (i64, MemberDraft),
}

impl OverwriteBody {
    /// His number, and what he is to be.
    pub(super) fn into_draft(self) -> (i64, MemberDraft) {
        self.user
    }
}

impl Request for OverwriteBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let mut user = fields.object("user")?.unwrap_or_default();
        let (number, profile) = (user.number("id")?, ProfileBody::bind(&mut user)?);
        let avatar = match user.object("avatar")? {
            Some(mut avatar) => {
                Some(Avatar { url: avatar.text("url")?, thumbnail_url: avatar.text("thumbnail_url")? })
            }
            None => None,
        };
        let draft = MemberDraft {
            generation: profile.generation(),
            details: profile.into_draft(),
            email: user.text("email")?,
            email_verified: user.flag("email_verified")?,
            role: user.text("role")?,
            account_id: user.text("account_id")?,
            avatar,
        };
        Ok(Self { user: (number, draft) })
    }

    fn refused(fault: BindFault) -> Problem {
        Problem::bad_request(format!("invalid request values[{fault}]"))
    }
}
