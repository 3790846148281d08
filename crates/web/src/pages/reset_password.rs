//! The page behind the link to a new password, and the one that asks for such a link.

use actix_web::{get, http::StatusCode, post, web};
use portico_application::{CheckPasswordResetError, ResetPasswordError, UseCases};
use portico_domain::{
    email::EmailAddress,
    password::{MIN_PASSWORD_CHARS, PlainPassword},
    password_reset::PasswordResetRefusal,
    ports::PasswordsError,
    token::PlainToken,
};
use serde::{Deserialize, Serialize};

use super::{
    Page,
    form::{Form, Typed},
};

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(show_reset).service(submit_reset);
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

#[get("/reset-password")]
async fn show_reset(use_cases: web::Data<UseCases>, link: Option<web::Query<Link>>) -> Page {
    let token = link.map(|link| link.into_inner().token).unwrap_or_default();
    if token.is_empty() {
        return ForgottenPassword::asked_for().page(StatusCode::OK);
    }
    match use_cases.check_password_reset.execute(&PlainToken::presented(token.as_str())).await {
        Ok(()) => new_password(StatusCode::OK, &token, None),
        Err(CheckPasswordResetError::Refused(refusal)) => dead_link(refusal),
        Err(CheckPasswordResetError::Store(error)) => error.into(),
    }
}

#[post("/reset-password")]
async fn submit_reset(use_cases: web::Data<UseCases>, form: Form) -> Page {
    answer(&use_cases, form).await.unwrap_or_else(|page| page)
}

async fn answer(use_cases: &UseCases, form: Form) -> Result<Page, Page> {
    let typed = form.read()?;
    if typed.get("token").is_empty() { ask(use_cases, &typed).await } else { reset(use_cases, &typed).await }
}

/// Asks for a link. The answer is the same whether or not the address has an account.
async fn ask(use_cases: &UseCases, typed: &Typed) -> Result<Page, Page> {
    let address = EmailAddress::parse(typed.get("email")).map_err(|error| {
        let (email, fault) = (typed.get("email").to_owned(), Some(format!("The email {error}.")));
        ForgottenPassword { email, fault, ..ForgottenPassword::asked_for() }
            .page(StatusCode::UNPROCESSABLE_ENTITY)
    })?;
    use_cases.request_password_reset.execute(address).await?;
    Ok(Page::notice(
        StatusCode::OK,
        "Look into your mail",
        "If this email exists, a reset link has been sent. It is good for a short time only.",
    ))
}

async fn reset(use_cases: &UseCases, typed: &Typed) -> Result<Page, Page> {
    let token = typed.get("token");
    let refused = |text: String| new_password(StatusCode::UNPROCESSABLE_ENTITY, token, Some(text));
    let password = PlainPassword::choose(typed.get("password"))
        .map_err(|error| refused(format!("The password {error}.")))?;
    use_cases.reset_password.execute(PlainToken::presented(token), password).await.map_err(|error| {
        match error {
            ResetPasswordError::Refused(refusal) => dead_link(refusal),
            ResetPasswordError::Passwords(PasswordsError::Weak(why)) => refused(why),
            ResetPasswordError::Passwords(PasswordsError::Busy) => Page::busy(),
            ResetPasswordError::Passwords(error @ PasswordsError::Failed(_)) => Page::internal(&error),
            ResetPasswordError::Store(error) => error.into(),
        }
    })?;
    let text = "Your new password is set. You can close this page and sign in with it.";
    Ok(Page::notice(StatusCode::OK, "Password changed", text))
}

fn new_password(status: StatusCode, token: &str, fault: Option<String>) -> Page {
    #[derive(Serialize)]
    struct NewPassword<'t> {
        token: &'t str,
        min_chars: usize,
        fault: Option<String>,
    }
    Page::new(status, "new-password.html", NewPassword { token, min_chars: MIN_PASSWORD_CHARS, fault })
}

/// The link leads nowhere, but a new one can be asked for right here.
fn dead_link(refusal: PasswordResetRefusal) -> Page {
    let (title, text) = match refusal {
        PasswordResetRefusal::Invalid => (
            "This link is not valid",
            "It was used, or a newer one took its place. Enter your address to get a new link.",
        ),
        PasswordResetRefusal::Expired => {
            ("This link has expired", "Enter your address to get a new link, and use it soon.")
        }
    };
    ForgottenPassword { title, text, ..ForgottenPassword::asked_for() }.page(StatusCode::NOT_FOUND)
}

#[derive(Serialize)]
struct ForgottenPassword {
    title: &'static str,
    text: &'static str,
    email: String,
    fault: Option<String>,
}

impl ForgottenPassword {
    const fn asked_for() -> Self {
        Self {
            title: "Forgotten the password?",
            text: "Enter your address, and we send you a link to choose a new one.",
            email: String::new(),
            fault: None,
        }
    }

    fn page(self, status: StatusCode) -> Page {
        Page::new(status, "forgotten-password.html", self)
    }
}
