//! Which API a path belongs to, and how that API answers what no handler answers (contract O38).
//!
//! The partner API will add its variant here, for its two paths.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue},
    },
};

use crate::{
    accounts::Problem,
    pages::{Page, Pages},
    portal, signup,
};

/// The most characters of a path that an answer repeats.
const MAX_ECHOED: usize = 300;

/// The way an API says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON with a text and a code.
    Accounts,
    /// JSON with a status, its number and a text.
    Portal,
    /// JSON with a status, an instant and a text.
    Signup,
    /// HTML.
    Pages,
}

/// What goes wrong outside the handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The path names nothing.
    NotFound {
        /// What was asked for: the method and the path.
        asked: String,
    },
    /// The path names something that answers other methods.
    MethodNotAllowed {
        /// Those methods.
        allow: HeaderValue,
    },
    /// A handler panicked.
    Crash,
    /// A browser asks beforehand for what the scripts of another site may not do.
    Preflight {
        /// What that is.
        why: &'static str,
    },
}

impl Mishap {
    /// The path of a request names nothing.
    pub(crate) fn not_found(request: &HttpRequest) -> Self {
        let path = request.path().chars().filter(|c| !c.is_control()).take(MAX_ECHOED);
        Self::NotFound { asked: format!("{} {}", request.method(), path.collect::<String>()) }
    }
}

impl Dialect {
    /// The dialect of a path, whether or not anything is there.
    pub(crate) fn of(path: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        match [segments.next(), segments.next(), segments.next()].map(Option::unwrap_or_default) {
            ["invite" | "reset-password" | "assets" | "docs", ..] => Self::Pages,
            ["api", "content", _] => Self::Signup,
            ["api", "public", "auth_user" | "save_check_result"] => Self::Accounts,
            ["api", ..] => Self::Portal,
            _ => Self::Accounts,
        }
    }

    /// The answer to a mishap.
    pub(crate) fn answer(self, mishap: &Mishap, pages: &Pages) -> HttpResponse {
        let mut answer = match self {
            Self::Accounts => accounts_problem(mishap).error_response(),
            Self::Portal => portal_problem(mishap).error_response(),
            Self::Signup => signup_problem(mishap).error_response(),
            Self::Pages => page(mishap).render(pages),
        };
        if let Mishap::MethodNotAllowed { allow } = mishap {
            answer.headers_mut().insert(ALLOW, allow.clone());
        }
        answer
    }
}

fn accounts_problem(mishap: &Mishap) -> Problem {
    match mishap {
        Mishap::NotFound { .. } => Problem::nothing_here(),
        Mishap::MethodNotAllowed { .. } => {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
        }
        Mishap::Crash => Problem::crashed(),
        Mishap::Preflight { why } => Problem::bad_request("PREFLIGHT_REFUSED", why),
    }
}

fn portal_problem(mishap: &Mishap) -> portal::Problem {
    match mishap {
        Mishap::NotFound { .. } => portal::Problem::plain(StatusCode::NOT_FOUND),
        Mishap::MethodNotAllowed { .. } => portal::Problem::plain(StatusCode::METHOD_NOT_ALLOWED),
        Mishap::Crash => portal::Problem::crashed(),
        Mishap::Preflight { .. } => portal::Problem::plain(StatusCode::BAD_REQUEST),
    }
}

fn signup_problem(mishap: &Mishap) -> signup::Problem {
    match mishap {
        Mishap::NotFound { asked } => signup::Problem::not_found(format!("Cannot {asked}")),
        Mishap::MethodNotAllowed { .. } => signup::Problem::plain(StatusCode::METHOD_NOT_ALLOWED),
        Mishap::Crash => signup::Problem::crashed(),
        Mishap::Preflight { why } => signup::Problem::bad_request(*why),
    }
}

fn page(mishap: &Mishap) -> Page {
    match mishap {
        Mishap::NotFound { .. } => {
            Page::notice(StatusCode::NOT_FOUND, "Not found", "There is no such page. Is the link complete?")
        }
        Mishap::MethodNotAllowed { .. } => {
            Page::notice(StatusCode::METHOD_NOT_ALLOWED, "Not possible", "This page cannot do that.")
        }
        Mishap::Crash => Page::crashed(),
        Mishap::Preflight { .. } => {
            Page::notice(StatusCode::BAD_REQUEST, "Not possible", "Other sites cannot do that.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_follows_the_path() {
        for path in ["/", "/auth/login", "/invites/x", "/projects", "/nothing", "/health", "/invited"] {
            assert_eq!(Dialect::of(path), Dialect::Accounts, "{path}");
        }
        for path in
            ["/invite/x", "/invite", "//invite/x/", "/reset-password", "/assets/nothing.css", "/docs/x"]
        {
            assert_eq!(Dialect::of(path), Dialect::Pages, "{path}");
        }
        for path in ["/api", "/api/", "//api//private/x", "/api/public/card", "/api/nothing", "/api/contents"]
        {
            assert_eq!(Dialect::of(path), Dialect::Portal, "{path}");
        }
        for path in ["/api/content", "/api/content/users", "//api//content//x/y/z"] {
            assert_eq!(Dialect::of(path), Dialect::Signup, "{path}");
        }
        for path in
            ["/apis", "/.well-known/jwks.json", "/api/public/auth_user/", "/api/public/save_check_result"]
        {
            assert_eq!(Dialect::of(path), Dialect::Accounts, "{path}");
        }
    }
}
