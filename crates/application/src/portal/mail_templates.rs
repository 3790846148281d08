//! How the portal's letters are worded.

use portico_domain::{
    mail_template::{Language, LetterKind, MailTemplate, TemplateError},
    ports::{Consistency, StoreError, StoreExt as _},
};

use crate::ports::Ports;

/// Shows an admin how letters of one kind are worded (portal contract section 7).
#[derive(Clone)]
pub struct ViewMailTemplate {
    ports: Ports,
}

impl ViewMailTemplate {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What was saved, else what would be sent to whoever reads Japanese.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, kind: LetterKind) -> Result<MailTemplate, StoreError> {
        let saved =
            self.ports.store.read(Consistency::Latest, move |seen| seen.mail_templates().find(kind)).await?;
        Ok(saved.unwrap_or_else(|| MailTemplate::built_in(kind, Language::Japanese)))
    }
}

/// Why a wording was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveMailTemplateError {
    /// No letter can be written by it.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Saves how letters of one kind are worded from now on (portal contract section 7).
#[derive(Clone)]
pub struct SaveMailTemplate {
    ports: Ports,
}

impl SaveMailTemplate {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Saves it; empty texts are as good as others.
    ///
    /// # Errors
    /// When no letter can be written by it, or the store fails.
    pub async fn execute(
        &self,
        kind: LetterKind,
        subject: String,
        body: String,
    ) -> Result<(), SaveMailTemplateError> {
        let template = MailTemplate::parse(kind, subject, body)?;
        let now = self.ports.clock.now();
        Ok(self.ports.store.write(move |tx| tx.mail_templates().put(kind, &template, now)).await?)
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::mail_template::TemplatePart;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn an_admin_sees_what_was_saved() {
        let mut house = House::default();
        house.words(LetterKind::PaymentReceipt, "Paid", "Thanks");
        let seen = house.open().does.view_mail_template.execute(LetterKind::PaymentReceipt).await.unwrap();
        assert_eq!((seen.subject.as_str(), seen.body.as_str()), ("Paid", "Thanks"));
    }

    #[tokio::test]
    async fn as_long_as_nothing_was_saved_he_sees_what_would_be_sent() {
        for kind in LetterKind::ALL {
            let mut house = House::default();
            house.tx.mail_templates.expect_find().with(eq(kind)).returning(|_| Ok(None));
            let seen = house.open().does.view_mail_template.execute(kind).await.unwrap();
            assert_eq!(seen, MailTemplate::built_in(kind, Language::Japanese));
        }
    }

    #[tokio::test]
    async fn a_wording_is_saved_as_it_was_given() {
        for (subject, body) in [("Hello {{.User.Handle}}", "{{ .VerificationLink }}\n"), ("", "")] {
            let kind = LetterKind::EmailVerification;
            let template = MailTemplate { subject: subject.to_owned(), body: body.to_owned() };
            let mut house = House::default();
            let saved = house.tx.mail_templates.expect_put();
            saved.with(eq(kind), eq(template), eq(now())).times(1).returning(|_, _, _| Ok(()));
            let house = house.open();
            let (subject, body) = (subject.to_owned(), body.to_owned());
            house.does.save_mail_template.execute(kind, subject, body).await.unwrap();
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn a_wording_by_which_no_letter_can_be_written_is_not_saved() {
        for (kind, subject, body, part) in [
            (LetterKind::PaymentReceipt, "{{", "", TemplatePart::Subject),
            (LetterKind::PaymentReceipt, "", "{{.User.Nmae}}", TemplatePart::Body),
            (LetterKind::PaymentReceipt, "", "{{.VerificationLink}}", TemplatePart::Body),
        ] {
            let house = House::default().open();
            let (subject, body) = (subject.to_owned(), body.to_owned());
            match house.does.save_mail_template.execute(kind, subject, body).await {
                Err(SaveMailTemplateError::Template(fault)) => assert_eq!(fault.part, part),
                other => panic!("{other:?} is no fault of the {part}"),
            }
            assert!(house.wrote_nothing());
        }
    }
}
