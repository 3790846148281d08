//! In which language a reader gets the page.

use actix_web::{
    HttpRequest,
    http::header::{AcceptLanguage, Header as _, Quality},
};
use chrono::{DateTime, Datelike as _, Utc};
use portico_domain::partner::Decimal;

use super::texts::{ENGLISH, JAPANESE, KAZAKH, RUSSIAN, TURKISH, Texts};

/// A language that the page is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PageLanguage {
    /// `en`.
    #[default]
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

impl PageLanguage {
    /// The language that a request prefers of those that there are, by `Accept-Language`. Nothing when it prefers none
    /// of them, or likes any as well.
    pub(super) fn asked_for(request: &HttpRequest) -> Option<Self> {
        let AcceptLanguage(mut asked) = AcceptLanguage::parse(request).ok()?;
        asked.retain(|each| each.quality > Quality::ZERO);
        let ranked = AcceptLanguage(asked).ranked();
        let known = ranked.iter().map_while(|each| each.item());
        known.into_iter().find_map(|tag| Self::of_tag(tag.as_str()))
    }

    /// The language of a tag such as `ru` or `en-GB`, if it is one of these.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "ru" => Some(Self::Russian),
            "ja" => Some(Self::Japanese),
            "tr" => Some(Self::Turkish),
            "kk" => Some(Self::Kazakh),
            _ => None,
        }
    }

    /// The language, for browsers.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
            Self::Japanese => "ja",
            Self::Turkish => "tr",
            Self::Kazakh => "kk",
        }
    }

    /// What the page says in it.
    pub(super) const fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Russian => &RUSSIAN,
            Self::Japanese => &JAPANESE,
            Self::Turkish => &TURKISH,
            Self::Kazakh => &KAZAKH,
        }
    }

    /// An instant, to the minute.
    pub(super) fn instant(self, at: DateTime<Utc>) -> String {
        let texts = self.texts();
        let month = usize::try_from(at.month0()).ok().and_then(|month| texts.months.get(month));
        at.format(texts.instant).to_string().replace("{month}", month.copied().unwrap_or_default())
    }

    /// A number.
    pub(super) fn number(self, number: &Decimal) -> String {
        number.as_str().replace('.', self.texts().decimal_point)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn asked_for(header: &str) -> Option<&'static str> {
        let request = TestRequest::default().insert_header(("Accept-Language", header)).to_http_request();
        PageLanguage::asked_for(&request).map(PageLanguage::tag)
    }

    #[test]
    fn the_best_liked_language_that_there_is_wins() {
        assert_eq!(asked_for("ru"), Some("ru"));
        assert_eq!(asked_for("fr, ja;q=0.5, kk-KZ;q=0.8"), Some("kk"));
        assert_eq!(asked_for("TR-tr, ru"), Some("tr"));
        assert_eq!(asked_for("ru;q=0.1, en;q=0.2"), Some("en"));
        assert_eq!(asked_for("ru;q=0, ja;q=0.001"), Some("ja"));
        assert_eq!(asked_for("kk-Cyrl-KZ, nonsense nonsense, ;;"), Some("kk"));
    }

    #[test]
    fn whoever_likes_others_or_any_has_asked_for_none() {
        for header in ["", "*", "fr, de", "*, ru;q=0.5", "rus", "ru;q=0", ",,;q=1"] {
            assert_eq!(asked_for(header), None, "{header}");
        }
        assert_eq!(PageLanguage::asked_for(&TestRequest::default().to_http_request()), None);
        let broken = TestRequest::default().insert_header(("Accept-Language", &b"ru\xff"[..]));
        assert_eq!(PageLanguage::asked_for(&broken.to_http_request()), None);
    }

    #[test]
    fn an_instant_is_told_as_people_do() {
        let at = DateTime::from_timestamp(1_714_521_540, 0).unwrap();
        let told = |language: PageLanguage| language.instant(at);
        assert_eq!(told(PageLanguage::English), "30 April 2024, 23:59 UTC");
        assert_eq!(told(PageLanguage::Russian), "30 апреля 2024 г., 23:59 UTC");
        assert_eq!(told(PageLanguage::Japanese), "2024年4月30日 23:59 UTC");
        assert_eq!(told(PageLanguage::Turkish), "30 Nisan 2024, 23:59 UTC");
        assert_eq!(told(PageLanguage::Kazakh), "2024 жылғы 30 сәуір, 23:59 UTC");
    }
}
