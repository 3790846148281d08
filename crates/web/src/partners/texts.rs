//! What is wrong with a call, in five languages (partner contract, "Common").

use actix_web::{
    HttpRequest,
    http::header::{AcceptLanguage, Header as _, Quality},
};
use portico_domain::partner::{FieldFault, PartnerField};

/// The name of the header, which the texts about it repeat.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// In which language a call is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    /// The mixture of the original, for whoever asks for nothing that there is.
    #[default]
    Original,
    /// `en`.
    English,
    /// `ru`.
    Russian,
    /// `ja`.
    Japanese,
    /// `tr`.
    Turkish,
    /// `kk`.
    Kazakh,
}

impl Language {
    /// The language that a request prefers of those that there are, by `Accept-Language`. Whoever likes any language as
    /// well gets the original.
    pub(super) fn asked_for(request: &HttpRequest) -> Self {
        let Ok(AcceptLanguage(mut asked)) = AcceptLanguage::parse(request) else { return Self::Original };
        asked.retain(|each| each.quality > Quality::ZERO);
        let ranked = AcceptLanguage(asked).ranked();
        let known = ranked.iter().find_map(|each| match each.item() {
            Some(tag) => Self::of_code(tag.primary_language()),
            None => Some(Self::Original),
        });
        known.unwrap_or_default()
    }

    fn of_code(code: &str) -> Option<Self> {
        match code.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ru" => Some(Self::Russian),
            "ja" => Some(Self::Japanese),
            "tr" => Some(Self::Turkish),
            "kk" => Some(Self::Kazakh),
            _ => None,
        }
    }

    const fn texts(self) -> &'static Texts {
        match self {
            Self::Original => &ORIGINAL,
            Self::English => &ENGLISH,
            Self::Russian => &RUSSIAN,
            Self::Japanese => &JAPANESE,
            Self::Turkish => &TURKISH,
            Self::Kazakh => &KAZAKH,
        }
    }

    /// What is wrong with a field.
    pub(super) fn fault(self, field: PartnerField, fault: FieldFault) -> String {
        let texts = self.texts();
        match (fault, field) {
            (FieldFault::Required, _) => texts.required.to_owned(),
            (FieldFault::Invalid, _) => texts.invalid(field).to_owned(),
            (FieldFault::TooLong { max }, PartnerField::Text | PartnerField::Model) => {
                texts.too_large.replace("{max}", &texts.size(max))
            }
            (FieldFault::TooLong { max }, _) => texts.too_long.replace("{max}", &max.to_string()),
        }
    }

    /// What is wrong with the name of a call.
    pub(super) const fn invalid_idempotency_key(self) -> &'static str {
        self.texts().idempotency_key
    }

    /// Another call has the name.
    pub(super) const fn taken_idempotency_key(self) -> &'static str {
        self.texts().taken
    }
}

/// What is said in one language.
struct Texts {
    required: &'static str,
    key: &'static str,
    email: &'static str,
    login: &'static str,
    user: &'static str,
    dict: &'static str,
    text: &'static str,
    model: &'static str,
    boolean: &'static str,
    /// Of characters.
    too_long: &'static str,
    /// Of bytes.
    too_large: &'static str,
    kib: &'static str,
    mib: &'static str,
    idempotency_key: &'static str,
    taken: &'static str,
}

impl Texts {
    const fn invalid(&self, field: PartnerField) -> &'static str {
        match field {
            PartnerField::Key => self.key,
            PartnerField::Email => self.email,
            PartnerField::Login => self.login,
            PartnerField::User => self.user,
            PartnerField::Dict => self.dict,
            PartnerField::Text => self.text,
            PartnerField::Model => self.model,
            PartnerField::SendEmailToUser => self.boolean,
        }
    }

    fn size(&self, bytes: usize) -> String {
        if bytes.is_multiple_of(MIB) {
            format!("{} {}", bytes / MIB, self.mib)
        } else {
            format!("{} {}", bytes / KIB, self.kib)
        }
    }
}

const ORIGINAL: Texts = Texts { required: RUSSIAN.required, email: RUSSIAN.email, ..ENGLISH };

const ENGLISH: Texts = Texts {
    required: "This field is required.",
    key: "Please enter a valid key.",
    email: "Enter a valid email address.",
    login: "Please enter a valid login.",
    user: "Please enter a valid user.",
    dict: "Please enter a valid dict.",
    text: "Please enter a valid text.",
    model: "Please enter a valid model.",
    boolean: "Must be a valid boolean.",
    too_long: "Must be at most {max} characters.",
    too_large: "Must be at most {max}.",
    kib: "KiB",
    mib: "MiB",
    idempotency_key: "Please enter a valid Idempotency-Key.",
    taken: "Another call has this Idempotency-Key.",
};

const RUSSIAN: Texts = Texts {
    required: "Обязательное поле.",
    key: "Введите корректный ключ.",
    email: "Введите корректный адрес электронной почты.",
    login: "Введите корректное имя пользователя.",
    user: "Введите корректный идентификатор пользователя.",
    dict: "Введите корректный идентификатор диктанта.",
    text: "Введите корректный текст.",
    model: "Введите корректную модель.",
    boolean: "Введите корректное логическое значение.",
    too_long: "Не более {max} символов.",
    too_large: "Не более {max}.",
    kib: "КиБ",
    mib: "МиБ",
    idempotency_key: "Введите корректный Idempotency-Key.",
    taken: "Этот Idempotency-Key принадлежит другому вызову.",
};

const JAPANESE: Texts = Texts {
    required: "この項目は必須です。",
    key: "有効なキーを入力してください。",
    email: "有効なメールアドレスを入力してください。",
    login: "有効なユーザー名を入力してください。",
    user: "有効なユーザーIDを入力してください。",
    dict: "有効なディクテーションIDを入力してください。",
    text: "有効なテキストを入力してください。",
    model: "有効なモデルを入力してください。",
    boolean: "有効な真偽値を入力してください。",
    too_long: "{max}文字以内で入力してください。",
    too_large: "{max}以内で入力してください。",
    kib: "KiB",
    mib: "MiB",
    idempotency_key: "有効なIdempotency-Keyを入力してください。",
    taken: "このIdempotency-Keyは別の呼び出しで使われています。",
};

const TURKISH: Texts = Texts {
    required: "Bu alan zorunludur.",
    key: "Geçerli bir anahtar girin.",
    email: "Geçerli bir e-posta adresi girin.",
    login: "Geçerli bir kullanıcı adı girin.",
    user: "Geçerli bir kullanıcı kimliği girin.",
    dict: "Geçerli bir dikte kimliği girin.",
    text: "Geçerli bir metin girin.",
    model: "Geçerli bir model girin.",
    boolean: "Geçerli bir mantıksal değer girin.",
    too_long: "En fazla {max} karakter olmalıdır.",
    too_large: "En fazla {max} olmalıdır.",
    kib: "KiB",
    mib: "MiB",
    idempotency_key: "Geçerli bir Idempotency-Key girin.",
    taken: "Bu Idempotency-Key başka bir çağrıya ait.",
};

const KAZAKH: Texts = Texts {
    required: "Бұл өрісті толтыру міндетті.",
    key: "Жарамды кілт енгізіңіз.",
    email: "Жарамды электрондық пошта мекенжайын енгізіңіз.",
    login: "Жарамды пайдаланушы атын енгізіңіз.",
    user: "Жарамды пайдаланушы идентификаторын енгізіңіз.",
    dict: "Жарамды диктант идентификаторын енгізіңіз.",
    text: "Жарамды мәтін енгізіңіз.",
    model: "Жарамды модель енгізіңіз.",
    boolean: "Жарамды логикалық мән енгізіңіз.",
    too_long: "{max} таңбадан аспауы керек.",
    too_large: "{max} шамасынан аспауы керек.",
    kib: "КиБ",
    mib: "МиБ",
    idempotency_key: "Жарамды Idempotency-Key енгізіңіз.",
    taken: "Бұл Idempotency-Key басқа шақыруға тиесілі.",
};
