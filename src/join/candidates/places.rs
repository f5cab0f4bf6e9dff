//! How frequent places are among the accounts and persons at hand, and what a profile's place weighs.

use std::collections::HashMap;

use super::accounts::Profile;
use super::evidence::PlaceMatch;
use super::people::Prepared;
use super::place::{self, Place};
use super::weights;
use crate::hash::Unhashed;

/// Profiles' and persons' worth of prior belief in the frequency of a place, prefectures and cities being alike.
const PLACE_WEIGHT: f64 = 10.0;
const PREFECTURE_SHARE: f64 = 1.0 / 47.0;
const CITY_SHARE: f64 = 1.0 / 700.0;

/// Profiles that name a place.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Place of each account; `None` where nothing was recognised.
    of_account: Vec<Option<u32>>,
    distinct: Vec<Place>,
    prefectures: HashMap<u8, u32>,
    cities: HashMap<String, u32>,
    known: u32,
}

impl Places {
    pub fn new(people: &[Prepared<'_>], accounts: &[Profile<'_>]) -> Self {
        let mut places = Self::default();
        for person in people.iter().filter(|person| !person.place.is_empty()) {
            places.count(&person.place);
        }
        let cities = places.cities.clone();
        let mut seen: HashMap<&str, Option<u32>, Unhashed> = HashMap::default();
        for account in accounts {
            let text = account.raw.location.unwrap_or_default();
            let place = *seen.entry(text).or_insert_with(|| {
                let place = place::of_account(text, &cities);
                (!place.is_empty()).then(|| {
                    places.distinct.push(place);
                    places.distinct.len() as u32 - 1
                })
            });
            places.of_account.push(place);
            if let Some(place) = place {
                let place = places.distinct[place as usize].clone();
                places.count(&place);
            }
        }
        places
    }

    fn count(&mut self, place: &Place) {
        self.known += 1;
        for prefecture in &place.prefectures {
            *self.prefectures.entry(*prefecture).or_default() += 1;
        }
        for city in &place.cities {
            *self.cities.entry(city.clone()).or_default() += 1;
        }
    }

    /// Returns the place that an account's profile names.
    pub fn of_account(&self, account: usize) -> Option<&Place> {
        let place = self.of_account.get(account).copied().flatten()?;
        self.distinct.get(place as usize)
    }

    // The pair itself, one profile and one person, is left out of what it is compared with.
    fn share(&self, count: u32, prior: f64) -> f64 {
        let seen = f64::from(count.saturating_sub(2)) + PLACE_WEIGHT * prior;
        (seen / (f64::from(self.known.saturating_sub(2)) + PLACE_WEIGHT)).min(1.0)
    }

    /// Returns the share of those who name a prefecture.
    fn prefecture_share(&self, prefecture: u8) -> f64 {
        self.share(
            self.prefectures.get(&prefecture).copied().unwrap_or(0),
            PREFECTURE_SHARE,
        )
    }

    /// Returns the share of those who name a city.
    fn city_share(&self, city: &str) -> f64 {
        self.share(self.cities.get(city).copied().unwrap_or(0), CITY_SHARE)
    }

    /// Compares a person's place with that of an account's profile; `None` where either says too little. In bits.
    pub fn compare(&self, home: &Place, account: usize) -> Option<(PlaceMatch, f64)> {
        let shown = self.of_account(account)?;
        let (least, most) = (weights::PLACE_LEAST, weights::PLACE_MOST);
        if let Some(city) = shown.cities.iter().find(|city| home.cities.contains(city)) {
            let ratio = weights::SAME_CITY / self.city_share(city);
            return Some((PlaceMatch::City, ratio.log2().clamp(0.0, most)));
        }
        if home.prefectures.is_empty() || shown.prefectures.is_empty() {
            return None;
        }
        let is_shared = |code: &u8| home.prefectures.contains(code);
        Some(if shown.prefectures.iter().any(is_shared) {
            // A profile that names several places agrees by chance with any of them.
            let ratio = weights::SAME_PREFECTURE / self.share_of_any(&shown.prefectures);
            (PlaceMatch::Prefecture, ratio.log2().clamp(0.0, most))
        } else {
            let other = 1.0 - self.share_of_any(&home.prefectures);
            let ratio = weights::ELSEWHERE / other.max(0.01);
            (PlaceMatch::Elsewhere, ratio.log2().clamp(least, 0.0))
        })
    }

    fn share_of_any(&self, prefectures: &[u8]) -> f64 {
        let shares = prefectures.iter().map(|code| self.prefecture_share(*code));
        shares.sum()
    }
}
