//! The browser of somebody who signs in at the provider.

use reqwest::{
    RequestBuilder, Url,
    header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE},
};

/// How often a browser is sent on before it gives up.
const MAX_REDIRECTS: usize = 10;

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// Where a browser came to rest.
struct Page {
    url: Url,
    /// Empty outside of the provider, where nothing is asked.
    text: String,
}

/// A browser with its session at the provider. It follows redirects and keeps cookies, and leaves what is not the
/// provider's alone.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    issuer: Url,
    /// Without its query, to which the provider adds.
    redirect_uri: Url,
    cookies: Vec<Cookie>,
}

impl Browser {
    pub(super) fn new(issuer: Url, redirect_uri: &str) -> Self {
        let mut redirect_uri: Url = redirect_uri.parse().expect("the redirect URI is an address");
        redirect_uri.set_query(None);
        Self { http: super::http(), issuer, redirect_uri, cookies: Vec::new() }
    }

    /// Goes to the authorization URL; answers the `code` and the `state` with which it comes back. With a session of
    /// an earlier time, the same person signs in again.
    ///
    /// # Panics
    /// When it comes back with anything else, or not at all.
    pub async fn authorize(&mut self, authorization_url: &str) -> (String, String) {
        let Page { url, text } = self.open(authorization_url).await;
        let mut place = url.clone();
        place.set_query(None);
        assert_eq!(place, self.redirect_uri, "the browser came to rest at {url}: {text}");
        let value = |name: &str| {
            let mut values = url.query_pairs().filter(|(other, _)| other == name);
            let (_, value) = values.next().unwrap_or_else(|| panic!("no {name}: {url}"));
            assert!(!value.is_empty() && values.next().is_none(), "not one {name}: {url}");
            value.into_owned()
        };
        (value("code"), value("state"))
    }

    /// Goes to a URL that ends its session, and says yes; answers where it comes to rest.
    ///
    /// # Panics
    /// When the provider does not ask whether the session is to end.
    pub async fn log_out(&mut self, logout_url: &str) -> String {
        let Page { url, text } = self.open(logout_url).await;
        let action = between(&text, "action=\"", "\"");
        let xsrf = between(&text, "name=\"xsrf\" value=\"", "\"");
        let (Some(action), Some(xsrf)) = (action, xsrf) else {
            panic!("the browser came to rest at {url}, without a form: {text}");
        };
        let action = url.join(action).expect("a form goes to an address");
        let request = self.http.post(action.clone()).form(&[("xsrf", xsrf), ("logout", "yes")]);
        self.follow(action, request).await.url.into()
    }

    async fn open(&mut self, url: &str) -> Page {
        let url: Url = url.parse().expect("a browser opens an address");
        assert_eq!(url.origin(), self.issuer.origin(), "{url} is not the provider's");
        let request = self.http.get(url.clone());
        self.follow(url, request).await
    }

    /// Sends a request, then follows redirects until there are no more or they lead elsewhere.
    async fn follow(&mut self, mut url: Url, mut request: RequestBuilder) -> Page {
        for _ in 0..=MAX_REDIRECTS {
            let cookies = self.cookies_for(&url);
            if !cookies.is_empty() {
                request = request.header(COOKIE, cookies);
            }
            let answer = request.send().await.expect("the provider answers");
            self.keep_cookies(answer.headers());
            let status = answer.status();
            let Some(location) = answer.headers().get(LOCATION) else {
                let text = answer.text().await.expect("the answer ends");
                assert!(status.is_success(), "{url}: {status}: {text}");
                return Page { url, text };
            };
            assert!(status.is_redirection(), "{url}: {status} to {location:?}");
            let location = location.to_str().expect("an address is ASCII");
            url = url.join(location).expect("a redirect leads to an address");
            if url.origin() != self.issuer.origin() {
                return Page { url, text: String::new() };
            }
            request = self.http.get(url.clone());
        }
        panic!("the browser is sent on and on, last to {url}");
    }

    fn cookies_for(&self, url: &Url) -> String {
        let sent = self.cookies.iter().filter(|cookie| is_below(&cookie.path, url.path()));
        sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let mut parts = header.to_str().expect("a cookie is ASCII").split(';').map(str::trim);
            let (name, value) =
                parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie has a name and a value");
            let path = parts.find_map(|part| part.strip_prefix("path=")).unwrap_or("/");
            self.cookies.retain(|cookie| (cookie.name.as_str(), cookie.path.as_str()) != (name, path));
            // The provider takes a cookie back by an empty one.
            if !value.is_empty() {
                let (name, value, path) = (name.to_owned(), value.to_owned(), path.to_owned());
                self.cookies.push(Cookie { name, value, path });
            }
        }
    }
}

fn is_below(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

fn between<'text>(text: &'text str, front: &str, back: &str) -> Option<&'text str> {
    text.split_once(front)?.1.split_once(back).map(|(inside, _)| inside)
}
