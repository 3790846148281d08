//! What a member, or somebody who becomes one, tells of himself (portal contract sections 4 and 4.1).

use portico_domain::profile::{DetailsDraft, University};
use utoipa::ToSchema;

use super::{
    answers::SexWord,
    binding::{BindFault, Fields, Request},
    member::UniversityAnswer,
    problem::Problem,
};

/// A profile as its member fills it in. Whatever else clients send is not looked at.
#[derive(ToSchema)]
#[schema(as = PortalProfile, example = json!({
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
    "discord_id": "mischa#1234",
}))]
pub(super) struct ProfileBody {
    /// 49 to 100; it counts as long as the profile has none
    generation: i64,
    name: String,
    kana: String,
    handle: String,
    #[schema(value_type = SexWord)]
    sex: String,
    #[schema(value_type = UniversityAnswer, required = false)]
    university: University,
    #[schema(required = false)]
    student_id: String,
    #[schema(required = false)]
    emergency_phone_number: String,
    #[schema(required = false)]
    other_circles: String,
    #[schema(required = false)]
    workshops: Vec<String>,
    #[schema(required = false)]
    squads: Vec<String>,
    #[schema(required = false)]
    discord_id: String,
    #[schema(required = false)]
    twitter_screen_name: String,
    #[schema(required = false)]
    card_published: bool,
}

impl ProfileBody {
    /// The generation.
    pub(super) const fn generation(&self) -> i64 {
        self.generation
    }

    /// All the rest.
    pub(super) fn into_draft(self) -> DetailsDraft {
        DetailsDraft {
            name: self.name,
            kana: self.kana,
            handle: self.handle,
            sex: self.sex,
            university: self.university,
            student_number: self.student_id,
            phone: self.emergency_phone_number,
            other_circles: self.other_circles,
            workshops: self.workshops,
            squads: self.squads,
            discord_id: self.discord_id,
            twitter_screen_name: self.twitter_screen_name,
            card_published: self.card_published,
        }
    }
}

impl Request for ProfileBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self {
            generation: fields.number("generation")?,
            name: fields.text("name")?,
            kana: fields.text("kana")?,
            handle: fields.text("handle")?,
            sex: fields.text("sex")?,
            university: match fields.object("university")? {
                Some(mut fields) => University {
                    name: fields.text("name")?,
                    department: fields.text("department")?,
                    subject: fields.text("subject")?,
                },
                None => University::default(),
            },
            student_id: fields.text("student_id")?,
            emergency_phone_number: fields.text("emergency_phone_number")?,
            other_circles: fields.text("other_circles")?,
            workshops: fields.texts("workshops")?,
            squads: fields.texts("squads")?,
            discord_id: fields.text("discord_id")?,
            twitter_screen_name: fields.text("twitter_screen_name")?,
            card_published: fields.flag("card_published")?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        Problem::bad_request(format!("リクエストデータが不正です({fault})"))
    }
}
