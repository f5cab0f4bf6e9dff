//! Evidence before it is put in words, and how much of it counts.

use super::evidence::PlaceMatch;
use super::keys::What;
use super::meetings::Meeting;
use super::time::Following;
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
    pub fact: Fact,
}

impl Clue {
    pub fn new(what: What, weight: f64) -> Self {
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

    pub fn of_place((how, weight): (PlaceMatch, f64)) -> Self {
        let mut clue = Self::new(What::Place, weight);
        clue.place = Some(how);
        clue
    }

    pub fn of_time(following: Following) -> Self {
        let mut clue = Self::new(What::Time, following.weight);
        clue.time = Some(following);
        clue
    }
}

/// Leaves the strongest meeting of each kind: one of the name shown, one of the handle and the name, one of the handle and the
/// e-mail address, one link.
pub(super) fn distinct(meetings: &[Meeting]) -> impl Iterator<Item = &Meeting> {
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
pub(super) fn count(clues: &mut [Clue]) {
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
