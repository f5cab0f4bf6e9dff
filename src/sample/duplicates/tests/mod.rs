//! Who is in the files, what is missing and what is wrong, in shares of many records.

mod files;

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const RECORDS: u64 = 10_000;

fn population() -> Population {
    Population::new(RECORDS, 1)
}

/// Slots of each person in a source.
fn slots(population: &Population, source: Source) -> BTreeMap<u64, Vec<u64>> {
    let mut slots: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for slot in 0..population.records {
        let person = population.holder(source, slot).person;
        slots.entry(person).or_default().push(slot);
    }
    slots
}

/// Pairs of a person's first record and one in the shop.
fn pairs(population: &Population) -> Vec<(u64, u64)> {
    let shop = slots(population, Source::Shop);
    (0..population.records)
        .map(|slot| (slot, population.holder(Source::Web, slot)))
        .filter(|(_, holder)| holder.is_first)
        .filter_map(|(slot, holder)| Some((slot, *shop.get(&holder.person)?.first()?)))
        .collect()
}

fn english(population: &Population, source: Source, slot: u64) -> english::Card {
    typing::card(population, source, slot, population.holder(source, slot))
}

fn japanese(population: &Population, source: Source, slot: u64) -> japanese::Card {
    japanese::card(population, source, slot, population.holder(source, slot))
}

/// Share of those for whom something holds among those for whom it can be told.
fn share(told: impl Iterator<Item = Option<bool>>) -> f64 {
    let told: Vec<bool> = told.flatten().collect();
    told.iter().filter(|holds| **holds).count() as f64 / told.len() as f64
}

#[track_caller]
fn assert_near(found: f64, expected: f64) {
    // Four standard errors of a share among six thousand.
    let most = 4.0 * (expected * (1.0 - expected) / 6_000.0).sqrt();
    assert!(
        (found - expected).abs() < most,
        "{found:.4}, not {expected}"
    );
}

/// Whether two values differ, where both are there.
fn differ<T: PartialEq>(left: T, right: T, is_missing: fn(&T) -> bool) -> Option<bool> {
    (!is_missing(&left) && !is_missing(&right)).then(|| left != right)
}

#[test]
fn six_tenths_are_in_both_and_three_in_a_hundred_twice_in_one() {
    let population = population();
    let [web, shop] = Source::ALL.map(|source| slots(&population, source));
    let shared = web.keys().filter(|person| shop.contains_key(person));
    assert_eq!(shared.count() as u64, RECORDS * 6 / 10);
    assert_eq!(population.shared, RECORDS * 6 / 10);
    let all: BTreeSet<_> = web.keys().chain(shop.keys()).collect();
    assert_eq!(all.len() as u64, population.persons());
    for source in [web, shop] {
        assert_eq!(source.len() as u64, RECORDS * 97 / 100);
        assert_eq!(source.values().map(Vec::len).sum::<usize>() as u64, RECORDS);
    }
}

#[test]
fn nobody_is_written_for_the_first_time_twice() {
    let population = population();
    let firsts: Vec<u64> = (0..RECORDS)
        .map(|slot| population.holder(Source::Web, slot))
        .filter_map(|holder| holder.is_first.then_some(holder.person))
        .collect();
    let persons: BTreeSet<_> = firsts.iter().collect();
    assert_eq!(persons.len(), firsts.len());
    assert!((0..RECORDS).all(|slot| !population.holder(Source::Shop, slot).is_first));
}

#[test]
fn a_third_live_in_households_that_share_name_and_address() {
    let population = population();
    let homes: Vec<_> = (0..population.persons())
        .map(|person| population.home(person))
        .collect();
    let together = share(homes.iter().map(|home| Some(home.members > 1)));
    assert!((0.345..0.355).contains(&together), "{together}");
    let web = slots(&population, Source::Web);
    let first_of = |person: u64| {
        let slot = *web.get(&person)?.first()?;
        population
            .holder(Source::Web, slot)
            .is_first
            .then_some(slot)
    };
    let mut met = 0;
    let mut same_phone = Vec::new();
    for (person, home) in (0..).zip(&homes).filter(|(_, home)| home.place > 0) {
        let (Some(one), Some(other)) = (first_of(home.first), first_of(person)) else {
            continue;
        };
        let [left, right] = [one, other].map(|slot| english(&population, Source::Web, slot));
        assert_eq!(left.family, right.family);
        same_phone.push(differ(left.phone, right.phone, String::is_empty).map(|other| !other));
        if !left.street.is_empty() && !right.street.is_empty() {
            assert_eq!(
                (left.street, left.postal_code),
                (right.street, right.postal_code)
            );
        }
        met += 1;
    }
    assert!(met > 500, "{met}");
    let same_phone = share(same_phone.into_iter());
    assert!((0.12..0.30).contains(&same_phone), "{same_phone}");
}

#[test]
fn english_fields_are_missing_as_often_as_they_should() {
    let population = population();
    let cards: Vec<_> = (0..RECORDS)
        .map(|slot| english(&population, Source::Shop, slot))
        .collect();
    let of = |is_missing: fn(&english::Card) -> bool| {
        share(cards.iter().map(|card| Some(is_missing(card))))
    };
    assert_near(of(|card| card.phone.is_empty()), 0.35);
    assert_near(of(|card| card.email.is_empty()), 0.35);
    assert_near(of(|card| card.birth.is_none()), 0.10);
    assert_near(
        of(|card| card.street.is_empty() && card.postal_code.is_empty()),
        0.10,
    );
    assert!(cards.iter().all(|card| !card.family.is_empty()));
}

#[test]
fn english_fields_are_wrong_as_often_as_they_should() {
    let population = population();
    let pairs: Vec<_> = pairs(&population)
        .into_iter()
        .map(|(web, shop)| {
            (
                english(&population, Source::Web, web),
                english(&population, Source::Shop, shop),
            )
        })
        .collect();
    assert!(pairs.len() > 5_500);
    let of = |told: fn(&english::Card, &english::Card) -> Option<bool>| {
        share(pairs.iter().map(|(left, right)| told(left, right)))
    };
    let wrong = |share: f64, low: f64, high: f64| {
        assert!((low..high).contains(&share), "{share} not in {low}..{high}");
    };
    let swapped = of(|l, r| Some(l.family == r.given && l.given == r.family));
    wrong(swapped, 0.015, 0.03);
    // Slips, marriages, exchanges and capitals.
    wrong(of(|l, r| Some(l.family != r.family)), 0.13, 0.19);
    // The same with short forms and initials in place of marriages.
    wrong(of(|l, r| Some(l.given != r.given)), 0.19, 0.27);
    wrong(
        of(|l, r| differ(l.birth, r.birth, Option::is_none)),
        0.035,
        0.055,
    );
    // Moves and slips.
    wrong(
        of(|l, r| {
            let [left, right] = [l, r].map(|card| card.postal_code.replace(' ', ""));
            differ(left, right, String::is_empty)
        }),
        0.09,
        0.13,
    );
    wrong(
        of(|l, r| differ(&l.phone, &r.phone, |text| text.is_empty())),
        0.08,
        0.12,
    );
    wrong(
        of(|l, r| differ(&l.email, &r.email, |text| text.is_empty())),
        0.08,
        0.12,
    );
    // Most are right, and in one field or another most records differ.
    let same = of(|l, r| Some((&l.family, &l.given, l.birth) == (&r.family, &r.given, r.birth)));
    wrong(same, 0.45, 0.65);
}

#[test]
fn japanese_fields_are_missing_and_wrong_as_often_as_they_should() {
    let population = population();
    let pairs: Vec<_> = pairs(&population)
        .into_iter()
        .map(|(web, shop)| {
            (
                japanese(&population, Source::Web, web),
                japanese(&population, Source::Shop, shop),
            )
        })
        .collect();
    let of = |told: fn(&japanese::Card, &japanese::Card) -> Option<bool>| {
        share(pairs.iter().map(|(left, right)| told(left, right)))
    };
    assert_near(of(|_, r| Some(r.phone.is_empty())), 0.35);
    assert_near(of(|_, r| Some(r.email.is_empty())), 0.35);
    assert_near(of(|_, r| Some(r.birth.is_none())), 0.10);
    assert_near(of(|_, r| Some(r.address.is_none())), 0.10);
    let families = of(|l, r| Some(l.family != r.family));
    assert!((0.10..0.18).contains(&families), "{families}");
    let moves = of(|l, r| {
        let town = |card: &japanese::Card| card.address.map(|address| address.place.city);
        differ(town(l), town(r), Option::is_none)
    });
    assert!((0.06..0.10).contains(&moves), "{moves}");
}

#[test]
fn addresses_of_mail_are_reserved_and_belong_to_one_household() {
    let population = population();
    let mut owners = BTreeMap::new();
    for (person, slots) in slots(&population, Source::Web) {
        for slot in slots {
            let holder = population.holder(Source::Web, slot);
            let cards = [
                typing::card(&population, Source::Web, slot, holder).email,
                japanese::card(&population, Source::Web, slot, holder).email,
            ];
            for email in cards
                .into_iter()
                .filter(|email| !email.is_empty() && holder.is_first)
            {
                let domain = email.rsplit('@').next().unwrap_or_default();
                assert!(
                    ["example.com", "example.org", "example.net", "example.jp"]
                        .iter()
                        .any(|reserved| domain == *reserved
                            || domain.ends_with(&format!(".{reserved}"))),
                    "{email}"
                );
                let home = population.home(person).first;
                assert_eq!(*owners.entry(email).or_insert(home), home);
            }
        }
    }
    assert!(owners.len() > 15_000);
}
