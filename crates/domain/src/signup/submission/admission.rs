//! Form data that a form admits.

use crate::signup::{
    Attribute, AttributeKind, Flags, FormData, FormDefinition, FormItem, Locale, Login, Reach,
    SubmissionFault,
    check::{self, Allowance},
    value::{Content, Reader},
};

impl FormDefinition {
    /// The form data of a newcomer: every field known, of its own type, asked for and not missing, as its validators
    /// ask. The login's field may be there when it holds the login itself; the password's may not. Items come out with
    /// the types of their fields, those of the login and of buttons not at all. What is asked for may be there in any
    /// language.
    ///
    /// # Errors
    /// The first fault, in the order of the contract (section 7): shape, language and markers, then what is missing, then
    /// types, lists and validators; among fields, that of the first one of the form.
    pub fn admit_new(&self, given: FormData, login: &Login) -> Result<FormData, SubmissionFault> {
        self.check_markers(&given)?;
        let is_asked_for = |field: &Attribute| field.flags.is_sign_up_required || is_required(field, &given);
        self.check_asked_for(&given, is_asked_for)?;
        self.check_values(&given, |text| text == login.as_str())?;
        Ok(self.taken(given))
    }

    /// The form data of a change: the same, but nothing need be there; what is there and must be may not be blank. A
    /// value of the login's field is taken out: the new login.
    ///
    /// # Errors
    /// The first fault; a login that is blank or there in several languages is `Credentials`.
    pub fn admit_change(&self, given: FormData) -> Result<(FormData, Option<Login>), SubmissionFault> {
        self.check_markers(&given)?;
        let login = self.new_login(&given)?;
        self.check_change(&given)?;
        Ok((self.taken(given), login))
    }

    /// The form data of somebody whom an OpenID Connect provider sent: the same as of a change, without a login.
    ///
    /// # Errors
    /// The first fault; the field of the login is one.
    pub fn admit_some(&self, given: FormData) -> Result<FormData, SubmissionFault> {
        self.check_markers(&given)?;
        if let Some(field) =
            self.login_field().filter(|field| given.of(field.marker.as_str()).next().is_some())
        {
            return Err(SubmissionFault::of(&field.marker));
        }
        self.check_change(&given)?;
        Ok(self.taken(given))
    }

    /// Whether what is asked for still says something once the HTML of a newcomer was made harmless: of `<script>…</script>`
    /// nothing is left. What is not there at all was looked for before.
    ///
    /// # Errors
    /// `Field`, of the first field of the form that says nothing.
    pub fn check_presence(&self, data: &FormData) -> Result<(), SubmissionFault> {
        let is_asked_for = |field: &Attribute| field.flags.is_sign_up_required || is_required(field, data);
        self.check_asked_for(data, |field| is_there(field, data) && is_asked_for(field))
    }

    /// The same for a change: only what validators ask for.
    ///
    /// # Errors
    /// As above.
    pub fn check_presence_in_change(&self, data: &FormData) -> Result<(), SubmissionFault> {
        self.check_asked_for(data, |field| is_there(field, data) && is_required(field, data))
    }

    /// What must be filled in where `given` says nothing: the address and the numbers that form data repeat in fields
    /// flagged for notifications (sign-up contract section 7); the field of the login holds the login.
    #[must_use]
    pub fn reach(&self, data: &FormData, login: &Login) -> Reach {
        let told = |is_flagged: fn(&Flags) -> bool| {
            let flagged = self.attributes.iter().filter(move |field| is_flagged(&field.flags));
            flagged.filter_map(|field| self.told(field, data, login))
        };
        Reach {
            email: told(|flags| flags.is_notification_email).next(),
            phone_sms: told(|flags| flags.is_notification_phone_sms).next(),
            phone_push: told(|flags| flags.is_notification_phone_push).collect(),
        }
    }

    fn told(&self, field: &Attribute, data: &FormData, login: &Login) -> Option<String> {
        if self.is_login(field) {
            return Some(login.as_str().to_owned());
        }
        let is_line = field.kind == AttributeKind::String || field.kind == AttributeKind::Integer;
        let reader = Reader::of(field);
        data.of(field.marker.as_str()).filter(|_| is_line).find_map(|(_, item)| {
            match reader.read(&item.value) {
                Some(Content::Texts(texts)) => texts.into_iter().next(),
                _ => None,
            }
        })
    }

    /// Whether every field is known and may be filled in.
    fn check_markers(&self, given: &FormData) -> Result<(), SubmissionFault> {
        let is_open = |marker: &str| self.field(marker).is_some_and(|field| !self.is_password(field));
        let mut items = given.0.iter().flat_map(|(_, items)| items);
        match items.find(|item| !is_open(&item.marker)) {
            Some(item) => Err(SubmissionFault::of_sent(&item.marker)),
            None => Ok(()),
        }
    }

    /// Whether everything that is asked for is there. Login and password are asked for elsewhere.
    fn check_asked_for(
        &self,
        given: &FormData,
        is_asked_for: impl Fn(&Attribute) -> bool,
    ) -> Result<(), SubmissionFault> {
        let is_missing = |field: &&Attribute| {
            !self.is_login(field)
                && !self.is_password(field)
                && field.kind != AttributeKind::Button
                && is_asked_for(field)
                && !says_something(field, given)
        };
        match self.attributes.iter().find(is_missing) {
            Some(field) => Err(SubmissionFault::of(&field.marker)),
            None => Ok(()),
        }
    }

    fn check_change(&self, given: &FormData) -> Result<(), SubmissionFault> {
        self.check_presence_in_change(given)?;
        self.check_values(given, |_| true)
    }

    /// Whether every value is one that its field may hold. The field of the login, whatever its type, holds a text.
    fn check_values(&self, given: &FormData, is_login: impl Fn(&str) -> bool) -> Result<(), SubmissionFault> {
        let mut allowance = Allowance::of_a_submission();
        for field in &self.attributes {
            let reader = Reader::of(field);
            for (locale, item) in given.of(field.marker.as_str()) {
                let is_of_type = item.kind.as_ref().is_none_or(|kind| kind == field.kind.as_str());
                let content = if self.is_login(field) {
                    item.text().filter(|text| is_login(text)).map(|text| Content::Texts(vec![text]))
                } else {
                    reader.read(&item.value)
                };
                let obeys = |content| obeys(field, locale, &content, &mut allowance);
                if !is_of_type || !content.is_some_and(obeys) {
                    return Err(SubmissionFault::of(&field.marker));
                }
            }
        }
        Ok(())
    }

    /// The login that a change brings, in one language alone.
    fn new_login(&self, given: &FormData) -> Result<Option<Login>, SubmissionFault> {
        let Some(field) = self.login_field() else { return Ok(None) };
        let mut logins = given.of(field.marker.as_str()).map(|(_, item)| item.text());
        match (logins.next(), logins.next()) {
            (None, _) => Ok(None),
            (Some(Some(text)), None) => {
                Login::parse(&text).map(Some).map_err(|_| SubmissionFault::Credentials)
            }
            _ => Err(SubmissionFault::Credentials),
        }
    }

    /// What is kept of admitted form data.
    fn taken(&self, given: FormData) -> FormData {
        given.map_items(|item| {
            let field = self.field(&item.marker)?;
            let is_kept = !self.is_login(field) && field.kind != AttributeKind::Button;
            is_kept.then(|| FormItem { kind: Some(field.kind.as_str().to_owned()), ..item })
        })
    }

    fn is_login(&self, field: &Attribute) -> bool {
        self.login_field().is_some_and(|login| login.marker == field.marker)
    }

    fn is_password(&self, field: &Attribute) -> bool {
        self.password_fields().iter().any(|password| password.marker == field.marker)
    }
}

fn is_there(field: &Attribute, data: &FormData) -> bool {
    data.of(field.marker.as_str()).next().is_some()
}

/// Whether the field must be there, by its validators in the first language of the form data.
fn is_required(field: &Attribute, given: &FormData) -> bool {
    let locale = given.0.iter().next().map(|(locale, _)| locale.clone()).unwrap_or_default();
    field.validators.pick(&locale).is_some_and(check::asks_for_a_value)
}

/// Whether there is a value in any language; whether it fits is asked later.
fn says_something(field: &Attribute, given: &FormData) -> bool {
    let reader = Reader::of(field);
    let mut values = given.of(field.marker.as_str()).map(|(_, item)| reader.read(&item.value));
    values.any(|content| content != Some(Content::Nothing))
}

fn obeys(field: &Attribute, locale: &Locale, content: &Content, allowance: &mut Allowance) -> bool {
    field.validators.pick(locale).is_none_or(|validators| check::obeys(validators, content, allowance))
}
