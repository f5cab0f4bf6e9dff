//! Meetings to scored pairs.

use std::collections::HashMap;

use super::Settings;
use super::accounts::Profile;
use super::evidence::PlaceMatch;
use super::frequency::Frequencies;
use super::keys::{Meeting, What};
use super::people::Prepared;
use super::place::Place;
use super::time::{self, Following};
use super::weights::{self, Fact};

/// One piece of evidence, not yet in words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clue {
    pub what: What,
    /// Place of the name, address or link in the person's list.
    pub person_index: u16,
    /// Place of the handle in the account's list.
    pub account_index: u16,
    pub others: u32,
    pub place: Option<PlaceMatch>,
    pub time: Option<Following>,
    pub year: i32,
    pub weight: f64,
    pub counted: f64,
    fact: Fact,
}

impl Clue {
    fn new(what: What, weight: f64) -> Self {
        Self {
            what,
            person_index: 0,
            account_index: 0,
            others: 0,
            place: None,
            time: None,
            year: 0,
            weight,
            counted: 0.0,
            fact: what.fact(),
        }
    }
}

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

impl Scorer<'_> {
    /// Scores every pair of the sorted meetings.
    pub fn score(&self, meetings: &[Meeting]) -> Vec<Scored> {
        let mut scored = Vec::new();
        for of_person in meetings.chunk_by(|left, right| left.person == right.person) {
            let raw = self.people[of_person[0].person as usize].raw;
            let windows = time::windows(raw.order_times, self.settings.window_hours);
            let mut alike: HashMap<(What, &str), u32> = HashMap::new();
            for meeting in of_person {
                let platform = self.accounts[meeting.account as usize].raw.platform;
                *alike.entry((meeting.what, platform)).or_default() += 1;
            }
            for of_pair in of_person.chunk_by(|left, right| left.account == right.account) {
                scored.push(self.pair(of_pair, &alike, &windows));
            }
        }
        scored
    }

    fn pair(
        &self,
        meetings: &[Meeting],
        alike: &HashMap<(What, &str), u32>,
        windows: &[(i64, i64)],
    ) -> Scored {
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
        let mut clues: Vec<Clue> = distinct(meetings)
            .map(|meeting| {
                let others = alike
                    .get(&(meeting.what, platform))
                    .map_or(0, |count| count - 1);
                self.met(meeting, accounts, others)
            })
            .collect();
        clues.extend(self.part_of_name(of_person, of_account, accounts, &clues));
        clues.extend(self.birth_year(of_person, of_account, accounts, &clues));
        clues.extend(self.place(&of_person.place, account as usize));
        clues.extend(
            time::following(windows, of_account.raw.post_times).map(|following| {
                let mut clue = Clue::new(What::Time, following.weight);
                clue.time = Some(following);
                clue
            }),
        );
        clues.sort_by_key(|clue| clue.what);
        count(&mut clues);
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

    fn place(&self, home: &Place, account: usize) -> Option<Clue> {
        let places = &self.frequencies.places;
        let shown = places.of_account(account)?;
        let shared_city = shown.cities.iter().find(|city| home.cities.contains(city));
        let is_shared = |code: &&u8| home.prefectures.contains(code);
        let (how, bits) = if let Some(city) = shared_city {
            (
                PlaceMatch::City,
                weights::SAME_CITY / places.city_share(city),
            )
        } else if home.prefectures.is_empty() || shown.prefectures.is_empty() {
            return None;
        } else {
            // A profile that names several places agrees by chance with any of them.
            let share: f64 = shown
                .prefectures
                .iter()
                .map(|code| places.prefecture_share(*code))
                .sum();
            if shown.prefectures.iter().any(|code| is_shared(&code)) {
                (PlaceMatch::Prefecture, weights::SAME_PREFECTURE / share)
            } else {
                let home_share: f64 = home
                    .prefectures
                    .iter()
                    .map(|code| places.prefecture_share(*code))
                    .sum();
                (
                    PlaceMatch::Elsewhere,
                    weights::ELSEWHERE / (1.0 - home_share).max(0.01),
                )
            }
        };
        let bits = bits.log2().clamp(weights::PLACE_LEAST, weights::PLACE_MOST);
        let bits = if how == PlaceMatch::Elsewhere {
            bits.min(0.0)
        } else {
            bits.max(0.0)
        };
        let mut clue = Clue::new(What::Place, bits);
        clue.place = Some(how);
        Some(clue)
    }
}

/// Leaves the strongest meeting of each kind: one of the name shown, one of the handle and the name, one of the handle and the
/// e-mail address, one link.
fn distinct(meetings: &[Meeting]) -> impl Iterator<Item = &Meeting> {
    let kind = |what: What| match what {
        What::NameEqual | What::ReadingEqual | What::NameInDisplay | What::NameInBio => 0,
        What::HandleFullName | What::HandleInitial | What::HandlePartAndYear => 1,
        What::MailEqual | What::MailLetters | What::MailPart => 2,
        What::UrlProfile | What::UrlSame => 3,
        What::UrlDomain => 4,
        _ => 5,
    };
    // Sorted by meaning, the stronger stand first.
    meetings
        .chunk_by(move |left, right| kind(left.what) == kind(right.what))
        .filter_map(<[Meeting]>::first)
}

/// Fills in what each clue counts.
fn count(clues: &mut [Clue]) {
    for place in 0..clues.len() {
        let clue = clues[place];
        let is_before = |(other_place, other): &(usize, &Clue)| {
            other.fact == clue.fact
                && other
                    .weight
                    .total_cmp(&clue.weight)
                    .then(place.cmp(other_place))
                    .is_gt()
        };
        let rank = clues.iter().enumerate().filter(is_before).count();
        clues[place].counted = weights::counted(clue.weight, rank);
    }
}
