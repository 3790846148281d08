//! Where the portal's own texts of letters are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    mail_template::{LetterKind, MailTemplate},
    ports::{MailTemplateLookup, MailTemplateRepository, StoreError},
};

use crate::{connection::on_either, schema::mail_templates, transaction::DieselTransaction, types::Instant};

impl MailTemplateLookup for DieselTransaction<'_> {
    fn find(&mut self, kind: LetterKind) -> Result<Option<MailTemplate>, StoreError> {
        let row: Option<(String, String)> = self.run(|c| {
            mail_templates::table
                .find(kind.as_str())
                .select((mail_templates::subject, mail_templates::body))
                .first(c)
                .optional()
        })?;
        Ok(row.map(|(subject, body)| MailTemplate { subject, body }))
    }
}

impl MailTemplateRepository for DieselTransaction<'_> {
    fn put(
        &mut self,
        kind: LetterKind,
        template: &MailTemplate,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let text = (
            mail_templates::subject.eq(&template.subject),
            mail_templates::body.eq(&template.body),
            mail_templates::updated_at.eq(Instant(at)),
        );
        self.run(|c| {
            on_either!(c, c => diesel::insert_into(mail_templates::table)
                .values((mail_templates::kind.eq(kind.as_str()), text))
                .on_conflict(mail_templates::kind)
                .do_update()
                .set(text)
                .execute(c))
        })
        .map(drop)
    }
}
