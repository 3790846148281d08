//! Which API a path belongs to, and how that API answers what no handler answers (contract O38).
//!
//! The sign-up, partner and portal APIs will add their variants here: `/api/content/…`, the two partner paths, and all
//! other `/api/…`.

use actix_web::{
    HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue},
    },
};

use crate::{
    accounts::Problem,
    pages::{Page, Pages},
};

/// The way an API says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON with a text and a code.
    Accounts,
    /// HTML.
    Pages,
}

/// What goes wrong outside the handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// The path names nothing.
    NotFound,
    /// The path names something that answers other methods.
    MethodNotAllowed {
        /// Those methods.
        allow: HeaderValue,
    },
    /// A handler panicked.
    Crash,
}

impl Dialect {
    /// The dialect of a path, whether or not anything is there.
    pub(crate) fn of(path: &str) -> Self {
        match path.split('/').find(|segment| !segment.is_empty()) {
            Some("invite" | "reset-password" | "assets" | "docs") => Self::Pages,
            _ => Self::Accounts,
        }
    }

    /// The answer to a mishap.
    pub(crate) fn answer(self, mishap: &Mishap, pages: &Pages) -> HttpResponse {
        let mut answer = match self {
            Self::Accounts => accounts_problem(mishap).error_response(),
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
        Mishap::NotFound => Problem::nothing_here(),
        Mishap::MethodNotAllowed { .. } => {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
        }
        Mishap::Crash => Problem::crashed(),
    }
}

fn page(mishap: &Mishap) -> Page {
    match mishap {
        Mishap::NotFound => {
            Page::notice(StatusCode::NOT_FOUND, "Not found", "There is no such page. Is the link complete?")
        }
        Mishap::MethodNotAllowed { .. } => {
            Page::notice(StatusCode::METHOD_NOT_ALLOWED, "Not possible", "This page cannot do that.")
        }
        Mishap::Crash => Page::crashed(),
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
    }
}
