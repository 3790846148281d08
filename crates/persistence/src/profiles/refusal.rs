//! Which rule a refused profile breaks. Each database looks at its unique indexes in an order of its own, so it is
//! asked again, and the answer is the same on both.

use diesel::prelude::*;
use portico_domain::{
    ports::{StoreError, Unique},
    profile::Profile,
};

use super::rows::unique_text;
use crate::{schema::member_profiles, transaction::DieselTransaction, types::Id};

/// What somebody else may have already, in the order in which it is told.
const RULES: [Unique; 4] =
    [Unique::StudentNumber, Unique::Phone, Unique::DiscordId, Unique::TwitterScreenName];

/// The columns of these rules.
type Texts = (Option<String>, Option<String>, Option<String>, Option<String>);

impl DieselTransaction<'_> {
    /// What to answer for a new profile that was refused with `error`.
    pub(super) fn refused_addition(&mut self, profile: &Profile, error: StoreError) -> StoreError {
        let StoreError::Duplicate(_) = error else { return error };
        let own = self.run(|c| {
            member_profiles::table
                .find(Id(profile.user.uuid()))
                .select(member_profiles::number)
                .first::<i64>(c)
                .optional()
        });
        match own {
            Ok(Some(_)) => StoreError::Duplicate(Unique::Profile),
            Ok(None) => self.refused_change(profile, error),
            Err(failure) => failure,
        }
    }

    /// What to answer for a change of a profile that was refused with `error`.
    pub(super) fn refused_change(&mut self, profile: &Profile, error: StoreError) -> StoreError {
        let StoreError::Duplicate(reported) = error else { return error };
        match self.taken(profile) {
            Ok(taken) => StoreError::Duplicate(taken.unwrap_or(reported)),
            Err(failure) => failure,
        }
    }

    /// The first of the unique texts that somebody else has.
    fn taken(&mut self, profile: &Profile) -> Result<Option<Unique>, StoreError> {
        use member_profiles::{discord_id, phone, student_number, twitter_screen_name, user_id};

        let details = &profile.details;
        let mine =
            [&details.student_number, &details.phone, &details.discord_id, &details.twitter_screen_name]
                .map(|text| unique_text(text));
        let others: Vec<Texts> = self.run(|c| {
            member_profiles::table
                .filter(user_id.ne(Id(profile.user.uuid())))
                .filter(
                    student_number
                        .eq(&mine[0])
                        .or(phone.eq(&mine[1]))
                        .or(discord_id.eq(&mine[2]))
                        .or(twitter_screen_name.eq(&mine[3])),
                )
                .select((student_number, phone, discord_id, twitter_screen_name))
                .load(c)
        })?;
        let his: Vec<[Option<String>; 4]> = others.into_iter().map(|(a, b, c, d)| [a, b, c, d]).collect();
        let taken = |&(place, _): &(usize, Unique)| {
            mine[place].is_some() && his.iter().any(|texts| texts[place] == mine[place])
        };
        Ok(RULES.into_iter().enumerate().find(taken).map(|(_, rule)| rule))
    }
}
