//! The page of an invite: who invites, into what, and two ways to accept.

use actix_web::{get, http::StatusCode, post, web};
use portico_application::{
    AcceptInviteByPasswordError, AcceptInviteError, InviteView, JoinedByInvite, RegisterWithInviteError,
    RegisterWithInviteRequest, SignInError, UseCases, ViewInviteError,
};
use portico_domain::{
    email::EmailAddress,
    invite::InviteRefusal,
    password::{MIN_PASSWORD_CHARS, PlainPassword},
    ports::PasswordsError,
    redirect_url::RedirectUrl,
    token::PlainToken,
};
use serde::Serialize;

use super::{
    Page,
    form::{Form, Typed},
};

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(show_invite).service(accept_invite);
}

#[get("/invite/{token}")]
async fn show_invite(use_cases: web::Data<UseCases>, path: web::Path<String>) -> Page {
    match find(&use_cases, &PlainToken::presented(path.into_inner())).await {
        Ok(view) => InvitePage::of(&view).page(StatusCode::OK),
        Err(page) => page,
    }
}

#[post("/invite/{token}")]
async fn accept_invite(use_cases: web::Data<UseCases>, path: web::Path<String>, form: Form) -> Page {
    let token = PlainToken::presented(path.into_inner());
    answer(&use_cases, token, form).await.unwrap_or_else(|page| page)
}

async fn answer(use_cases: &UseCases, token: PlainToken, form: Form) -> Result<Page, Page> {
    let typed = form.read()?;
    let view = find(use_cases, &token).await?;
    match typed.get("action") {
        "register" => register(use_cases, token, &view, &typed).await,
        "sign-in" => sign_in(use_cases, &token, &view, &typed).await,
        _ => Err(InvitePage::of(&view).page(StatusCode::BAD_REQUEST)),
    }
}

/// The invite, as long as somebody can come in with it.
async fn find(use_cases: &UseCases, token: &PlainToken) -> Result<InviteView, Page> {
    let view = use_cases.view_invite.execute(token).await.map_err(|error| match error {
        ViewInviteError::NotFound => gone(),
        ViewInviteError::Expired => expired(),
        ViewInviteError::Store(error) => error.into(),
    })?;
    if view.invite.is_expired(use_cases.clock.now()) { Err(expired()) } else { Ok(view) }
}

async fn register(
    use_cases: &UseCases,
    invite_token: PlainToken,
    view: &InviteView,
    typed: &Typed,
) -> Result<Page, Page> {
    let refused = |text: String| {
        let page = InvitePage { register_fault: Some(text), ..InvitePage::of(view) };
        page.page(StatusCode::UNPROCESSABLE_ENTITY)
    };
    let password = PlainPassword::choose(typed.get("password"))
        .map_err(|error| refused(format!("The password {error}.")))?;
    let address = view.invite.address.clone();
    let request = RegisterWithInviteRequest { invite_token, address, password };
    match use_cases.register_with_invite.execute(request).await {
        Ok(registered) => {
            Ok(joined(&registered.joined, "Your account is ready, and you are a member of the project."))
        }
        Err(RegisterWithInviteError::Refused(refusal)) => Err(closed(view, refusal)),
        Err(RegisterWithInviteError::EmailAlreadyInUse) => {
            let text = "There is an account with this address already. Please sign in below.";
            Err(InvitePage { alert: Some(text.to_owned()), ..InvitePage::of(view) }
                .page(StatusCode::BAD_REQUEST))
        }
        Err(RegisterWithInviteError::Passwords(PasswordsError::Weak(why))) => Err(refused(why)),
        Err(RegisterWithInviteError::Passwords(PasswordsError::Busy)) => Err(Page::busy()),
        Err(RegisterWithInviteError::Passwords(error @ PasswordsError::Failed(_))) => {
            Err(Page::internal(&error))
        }
        Err(RegisterWithInviteError::Store(error)) => Err(error.into()),
    }
}

async fn sign_in(
    use_cases: &UseCases,
    token: &PlainToken,
    view: &InviteView,
    typed: &Typed,
) -> Result<Page, Page> {
    let refused = |status: StatusCode, text: &str| {
        let sign_in_email = typed.get("email").to_owned();
        InvitePage { sign_in_fault: Some(text.to_owned()), sign_in_email, ..InvitePage::of(view) }
            .page(status)
    };
    let address = EmailAddress::parse(typed.get("email"))
        .map_err(|error| refused(StatusCode::UNPROCESSABLE_ENTITY, &format!("The email {error}.")))?;
    let password = PlainPassword::presented(typed.get("password"));
    let error = match use_cases.accept_invite_by_password.execute(token, address, password).await {
        Ok(accepted) => return Ok(joined(&accepted, "You are a member of the project now.")),
        Err(error) => error,
    };
    Err(match error {
        AcceptInviteByPasswordError::SignIn(SignInError::InvalidCredentials) => {
            refused(StatusCode::BAD_REQUEST, "The email or the password is wrong.")
        }
        AcceptInviteByPasswordError::SignIn(SignInError::EmailNotVerified) => {
            let text = "This address of your account is not verified. Sign in with one that is.";
            refused(StatusCode::BAD_REQUEST, text)
        }
        AcceptInviteByPasswordError::SignIn(SignInError::Passwords(PasswordsError::Busy)) => Page::busy(),
        AcceptInviteByPasswordError::SignIn(SignInError::Passwords(
            error @ (PasswordsError::Weak(_) | PasswordsError::Failed(_)),
        )) => Page::internal(&error),
        AcceptInviteByPasswordError::SignIn(SignInError::Store(error))
        | AcceptInviteByPasswordError::Accept(AcceptInviteError::Store(error)) => error.into(),
        AcceptInviteByPasswordError::PasswordChangeRequired => {
            let text =
                "This password was mailed to you. Choose one of your own first: follow the link below.";
            refused(StatusCode::FORBIDDEN, text)
        }
        AcceptInviteByPasswordError::Accept(AcceptInviteError::Refused(refusal)) => closed(view, refusal),
    })
}

/// The page for an invite that let nobody in.
fn closed(view: &InviteView, refusal: InviteRefusal) -> Page {
    let project = view.project.name.as_str();
    match refusal {
        InviteRefusal::NotFound => gone(),
        InviteRefusal::Expired => expired(),
        InviteRefusal::AlreadyMember => {
            let text = format!("You are a member of {project} already. There is nothing left to do.");
            Page::notice(StatusCode::BAD_REQUEST, "You are in already", &text)
        }
        InviteRefusal::EmailMismatch => {
            let address = &view.invite.address;
            let text = format!(
                "The invite was sent to {address}, which is not a verified address of the account you signed in \
                 with. Add {address} to that account and verify it, or sign in with the account that has it."
            );
            InvitePage { alert: Some(text), ..InvitePage::of(view) }.page(StatusCode::BAD_REQUEST)
        }
    }
}

fn gone() -> Page {
    Page::notice(
        StatusCode::NOT_FOUND,
        "This invite is not valid",
        "It was used, taken back, or replaced by a newer one. If there is a newer letter, use the link in that; \
         otherwise ask whoever invited you to send the invite anew.",
    )
}

fn expired() -> Page {
    Page::notice(
        StatusCode::NOT_FOUND,
        "This invite has expired",
        "Please ask whoever invited you to send it anew: you will get a fresh link by mail.",
    )
}

#[derive(Serialize)]
struct InvitePage {
    project: String,
    inviter: String,
    role: &'static str,
    address: String,
    expires: String,
    min_chars: usize,
    alert: Option<String>,
    register_fault: Option<String>,
    sign_in_email: String,
    sign_in_fault: Option<String>,
}

impl InvitePage {
    fn of(view: &InviteView) -> Self {
        let address = view.invite.address.as_str().to_owned();
        Self {
            project: view.project.name.as_str().to_owned(),
            inviter: view.inviter.as_str().to_owned(),
            role: view.invite.role.as_str(),
            address: address.clone(),
            expires: view.invite.expires_at.format("%-d %B %Y, %H:%M UTC").to_string(),
            min_chars: MIN_PASSWORD_CHARS,
            alert: None,
            register_fault: None,
            sign_in_email: address,
            sign_in_fault: None,
        }
    }

    fn page(self, status: StatusCode) -> Page {
        Page::new(status, "invite.html", self)
    }
}

/// The page at the end; where to go next is a link, never a redirect.
fn joined(joined: &JoinedByInvite, text: &str) -> Page {
    #[derive(Serialize)]
    struct Joined<'p> {
        project: &'p str,
        text: &'p str,
        redirect_url: Option<&'p str>,
    }
    let redirect_url = joined.redirect_url.as_ref().map(RedirectUrl::as_str);
    let content = Joined { project: joined.project.name.as_str(), text, redirect_url };
    Page::new(StatusCode::OK, "joined.html", content)
}
