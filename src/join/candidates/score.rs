//! Meetings to scored pairs.

use rayon::prelude::*;

use super::Settings;
use super::accounts::Profile;
use super::clues::{self, Clue};
use super::frequency::Frequencies;
use super::keys::What;
use super::meetings::Meeting;
use super::people::Prepared;
use super::time;
use super::weights::{self, Fact};

/// A pair with its log2 odds and the clues they come from.
#[derive(Debug)]
pub(super) struct Scored {
    pub person: u32,
    pub account: u32,
    pub weight: f64,
    pub clues: Vec<Clue>,
}

/// What scoring reads.
pub(super) struct Scorer<'s> {
    pub people: &'s [Prepared<'s>],
    pub accounts: &'s [Profile<'s>],
    pub frequencies: &'s Frequencies<'s>,
    pub settings: &'s Settings,
}

/// How many accounts of each platform share with a person what means the same. Few kinds and platforms: faster looked
/// through than looked up.
#[derive(Default)]
struct Alike<'a>(Vec<(What, &'a str, u32)>);

impl<'a> Alike<'a> {
    fn add(&mut self, what: What, platform: &'a str) {
        let mut known = self.0.iter_mut();
        match known.find(|(kind, of, _)| *kind == what && *of == platform) {
            Some((_, _, count)) => *count += 1,
            None => self.0.push((what, platform, 1)),
        }
    }

    fn count(&self, what: What, platform: &str) -> u32 {
        let mut known = self.0.iter();
        let found = known.find(|(kind, of, _)| *kind == what && *of == platform);
        found.map_or(0, |(_, _, count)| *count)
    }
}

impl Scorer<'_> {
    /// Scores every pair of the sorted meetings.
    pub fn score(&self, meetings: &[Meeting]) -> Vec<Scored> {
        meetings
            .par_chunk_by(|left, right| left.person == right.person)
            .flat_map_iter(|of_person| self.person(of_person))
            .collect()
    }

    fn person(&self, meetings: &[Meeting]) -> Vec<Scored> {
        let raw = self.people[meetings[0].person as usize].raw;
        let windows = time::windows(raw.order_times, self.settings.window_hours);
        let mut alike = Alike::default();
        for meeting in meetings {
            let platform = self.accounts[meeting.account as usize].raw.platform;
            alike.add(meeting.what, platform);
        }
        meetings
            .chunk_by(|left, right| left.account == right.account)
            .map(|of_pair| self.pair(of_pair, &alike, &windows))
            .collect()
    }

    fn pair(&self, meetings: &[Meeting], alike: &Alike<'_>, windows: &[(i64, i64)]) -> Scored {
        let (person, account) = (meetings[0].person, meetings[0].account);
        let of_person = &self.people[person as usize];
        let of_account = &self.accounts[account as usize];
        let platform = of_account.raw.platform;
        let accounts = self
            .frequencies
            .accounts
            .get(platform)
            .copied()
            .unwrap_or(1);
        let mut clues: Vec<Clue> = clues::distinct(meetings)
            .map(|meeting| {
                let others = alike.count(meeting.what, platform).saturating_sub(1);
                self.met(meeting, accounts, others)
            })
            .collect();
        clues.extend(self.part_of_name(of_person, of_account, accounts, &clues));
        clues.extend(self.birth_year(of_person, of_account, accounts, &clues));
        let places = &self.frequencies.places;
        clues.extend(
            places
                .compare(&of_person.place, account as usize)
                .map(Clue::of_place),
        );
        clues.extend(time::following(windows, of_account.raw.post_times).map(Clue::of_time));
        clues.sort_by_key(|clue| clue.what);
        clues::count(&mut clues);
        let prior = (self.settings.share / f64::from(accounts)).min(0.5);
        let weight =
            (prior / (1.0 - prior)).log2() + clues.iter().map(|clue| clue.counted).sum::<f64>();
        Scored {
            person,
            account,
            weight,
            clues,
        }
    }

    /// Weighs one meeting of keys.
    fn met(&self, meeting: &Meeting, accounts: u32, others: u32) -> Clue {
        let person = &self.people[meeting.person as usize];
        let index = usize::from(meeting.person_index);
        let (name, mail) = if meeting.what.fact() == Fact::Name {
            (person.names.get(index), None)
        } else {
            let mail = person.mails.get(index).and_then(Option::as_ref);
            let is_of_name = mail.is_some_and(|mail| mail.is_of_name);
            (person.names.first().filter(|_| is_of_name), mail)
        };
        let chance = self.frequencies.chance(meeting.what, name, mail);
        let bits = weights::bits(meeting.what, accounts, others, chance);
        let mut clue = Clue::new(meeting.what, bits);
        clue.person_index = meeting.person_index;
        clue.account_index = meeting.account_index;
        clue.others = others;
        // A local part made of the name says nothing the name does not.
        if clue.fact == Fact::Email && mail.is_some_and(|mail| mail.is_of_name) {
            clue.fact = Fact::Name;
        }
        clue
    }

    /// The display name is the family or given name alone: supports what brought the pair together.
    fn part_of_name(
        &self,
        person: &Prepared<'_>,
        account: &Profile<'_>,
        accounts: u32,
        clues: &[Clue],
    ) -> Option<Clue> {
        let is_shown = |clue: &Clue| {
            matches!(
                clue.what,
                What::NameEqual | What::ReadingEqual | What::NameInDisplay
            )
        };
        if clues.iter().any(is_shown) {
            return None;
        }
        let display = account.display.folded.as_str();
        let (_, index) = person.parts.iter().find(|(part, _)| part == display)?;
        let others = self
            .frequencies
            .other_displays(account.raw.platform, display);
        let name = person.names.get(usize::from(*index));
        let chance = self.frequencies.chance(What::PartOfName, name, None);
        let mut clue = Clue::new(
            What::PartOfName,
            weights::bits(What::PartOfName, accounts, others, chance),
        );
        clue.person_index = *index;
        clue.others = others;
        Some(clue)
    }

    /// The digits of a handle that otherwise agrees are the year of birth.
    fn birth_year(
        &self,
        person: &Prepared<'_>,
        account: &Profile<'_>,
        accounts: u32,
        clues: &[Clue],
    ) -> Option<Clue> {
        // In the other agreements the digits are counted already.
        let is_open = |clue: &&Clue| {
            matches!(
                clue.what,
                What::HandleFullName | What::HandleInitial | What::MailLetters | What::MailPart
            )
        };
        let agreeing = clues.iter().find(is_open)?.account_index;
        let is_told = |clue: &Clue| {
            matches!(clue.what, What::HandlePartAndYear | What::MailEqual)
                && clue.account_index == agreeing
        };
        if clues.iter().any(is_told) {
            return None;
        }
        let handle = account.handles.get(usize::from(agreeing))?;
        let year = person.raw.birth_years.iter().copied().find(|year| {
            handle.digits == year.to_string()
                || handle.digits == format!("{:02}", year.rem_euclid(100))
        })?;
        let others = self
            .frequencies
            .other_digits(account.raw.platform, &handle.digits);
        let chance = self.frequencies.chance(What::BirthYear, None, None);
        let mut clue = Clue::new(
            What::BirthYear,
            weights::bits(What::BirthYear, accounts, others, chance),
        );
        clue.account_index = agreeing;
        clue.year = year;
        Some(clue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_counted_by_kind_and_platform() {
        let mut alike = Alike::default();
        for (what, platform) in [
            (What::NameEqual, "x"),
            (What::NameEqual, "line"),
            (What::MailEqual, "x"),
            (What::NameEqual, "x"),
        ] {
            alike.add(what, platform);
        }
        assert_eq!(alike.count(What::NameEqual, "x"), 2);
        assert_eq!(alike.count(What::NameEqual, "line"), 1);
        assert_eq!(alike.count(What::MailEqual, "line"), 0);
    }
}
