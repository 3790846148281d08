//! Which API a path belongs to, and how that API answers what no handler answers (contract O38).

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        Method, StatusCode,
        header::{ALLOW, HeaderValue},
    },
};

use crate::{
    accounts::Problem,
    pages::{Page, Pages},
    partners, portal, signup,
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
    /// JSON with a text, or with texts by field.
    Partners,
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
        /// The method that was asked for.
        asked: Method,
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
        let first = [segments.next(), segments.next(), segments.next(), segments.next()];
        match first.map(Option::unwrap_or_default) {
            ["invite" | "reset-password" | "results" | "assets" | "docs", ..] => Self::Pages,
            ["api", "content", ..] => Self::Signup,
            ["api", "public", "auth_user" | "save_check_result", ""] => Self::Partners,
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
            Self::Partners => partners_problem(mishap).error_response(),
            Self::Pages => page(mishap).render(pages),
        };
        if let Mishap::MethodNotAllowed { allow, .. } = mishap {
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

fn partners_problem(mishap: &Mishap) -> partners::Problem {
    match mishap {
        Mishap::NotFound { .. } => partners::Problem::detail(StatusCode::NOT_FOUND, "Not found."),
        Mishap::MethodNotAllowed { asked, .. } => {
            let asked: String = asked.as_str().chars().take(MAX_ECHOED).collect();
            let text = format!("Method \"{asked}\" not allowed.");
            partners::Problem::detail(StatusCode::METHOD_NOT_ALLOWED, text)
        }
        Mishap::Crash => partners::Problem::crashed(),
        Mishap::Preflight { why } => partners::Problem::detail(StatusCode::BAD_REQUEST, *why),
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
        for path in [
            "/invite/x",
            "/invite",
            "//invite/x/",
            "/reset-password",
            "/results/x",
            "/assets/nothing.css",
            "/docs/x",
        ] {
            assert_eq!(Dialect::of(path), Dialect::Pages, "{path}");
        }
        for path in [
            "/api",
            "/api/",
            "//api//private/x",
            "/api/public/card",
            "/api/nothing",
            "/api/contents",
            "/api/public/auth_users",
            "/api/public/auth_user/x",
        ] {
            assert_eq!(Dialect::of(path), Dialect::Portal, "{path}");
        }
        for path in ["/api/content", "/api/content/users", "//api//content//x/y/z"] {
            assert_eq!(Dialect::of(path), Dialect::Signup, "{path}");
        }
        for path in ["/api/public/auth_user", "/api/public/save_check_result/", "//api//public/auth_user//"] {
            assert_eq!(Dialect::of(path), Dialect::Partners, "{path}");
        }
        for path in ["/apis", "/.well-known/jwks.json"] {
            assert_eq!(Dialect::of(path), Dialect::Accounts, "{path}");
        }
    }
}
