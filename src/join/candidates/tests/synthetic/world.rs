//! The made world: who is in it and what they show.

use crate::join::normalise::sound_key;

use super::super::*;
use super::draws::Draws;

/// Somebody of the made world, customer or not.
#[derive(Debug, Clone)]
pub(super) struct Being {
    written: String,
    reading: String,
    family: (String, String),
    given: (String, String),
    nick: String,
    local: String,
    prefecture: &'static str,
    year: i32,
    orders: Vec<i64>,
}

/// What an account shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    id: String,
    display: String,
    handle: String,
    bio: String,
    location: &'static str,
    posts: Vec<i64>,
    pub owner: Option<usize>,
    /// Whether anything that brings pairs together shows.
    pub is_findable: bool,
}

const NICKS: [&str; 24] = [
    "mofumofu",
    "nekosuki",
    "panda",
    "sakuramochi",
    "coffee",
    "runner",
    "yamanobori",
    "matcha",
    "kotori",
    "sunny",
    "moon",
    "ramen",
    "gohan",
    "tabibito",
    "usagi",
    "pengin",
    "hoshizora",
    "umibe",
    "komorebi",
    "inuinu",
    "camper",
    "tetsudo",
    "hondana",
    "ongaku",
];
const WORDS: [&str; 12] = [
    "_jp", "_life", "diary", "_room", "happy", "_x", "log", "days", "_love", "club", "_note",
    "note",
];
const SHOWS: [&str; 8] = [
    "もふもふ",
    "コーヒー党",
    "sunny day",
    "夜更かし猫",
    "週末ランナー",
    "ねこ🐈",
    "旅人",
    "パン屋めぐり",
];
const PREFECTURES: [&str; 10] = [
    "東京都",
    "神奈川県",
    "大阪府",
    "愛知県",
    "埼玉県",
    "福岡県",
    "北海道",
    "宮城県",
    "高知県",
    "鳥取県",
];

fn table(text: &'static str) -> Vec<(String, String)> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(written, reading)| {
            (
                written.to_owned(),
                reading.split('\t').next().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// Hepburn letters of a reading without its long vowels, ッ as a doubled consonant.
fn hepburn(reading: &str) -> String {
    let mut parts = reading.split(['ッ', 'っ']).map(plain_hepburn);
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |before, part| {
        let doubled = match part.chars().next() {
            Some('c') => "t".to_owned(),
            letter => letter.into_iter().collect(),
        };
        [before, doubled, part].concat()
    })
}

fn plain_hepburn(reading: &str) -> String {
    let mut letters = sound_key(reading);
    for (kunrei, hepburn) in [
        ("sy", "sh"),
        ("ty", "ch"),
        ("zy", "j"),
        ("si", "shi"),
        ("ti", "chi"),
        ("tu", "tsu"),
        ("hu", "fu"),
        ("zi", "ji"),
    ] {
        letters = letters.replace(kunrei, hepburn);
    }
    letters
}

pub(super) struct World {
    pub people: Vec<Being>,
    pub shown: Vec<Shown>,
}

impl World {
    /// Makes customers, of whom three in ten have an account, and accounts of others with names from the same pool.
    pub fn new(people: usize, others: usize, seed: u64) -> Self {
        let families = table(include_str!("../../../../sample/data/family.tsv"));
        let mut givens = table(include_str!("../../../../sample/data/given_female.tsv"));
        givens.extend(table(include_str!(
            "../../../../sample/data/given_male.tsv"
        )));
        let mut draws = Draws(seed);
        let beings: Vec<Being> = (0..people + others)
            .map(|_| being(&mut draws, &families, &givens))
            .collect();
        let mut shown: Vec<Shown> = Vec::new();
        for (place, being) in beings.iter().enumerate() {
            let is_customer = place < people;
            if !is_customer || draws.happens(0.3) {
                let mut account = show(&mut draws, being);
                account.id = format!("{:016x}", draws.next());
                account.owner = is_customer.then_some(place);
                shown.push(account);
            }
        }
        shown.sort_by(|left, right| left.id.cmp(&right.id));
        let mut customers = beings;
        customers.truncate(people);
        Self {
            people: customers,
            shown,
        }
    }

    pub fn candidates(&self, settings: &Settings) -> Vec<Candidate> {
        let ids = properties::ids(self.people.len(), 'p');
        let emails: Vec<String> = self
            .people
            .iter()
            .map(|being| format!("{}@example.com", being.local))
            .collect();
        let people: Vec<Consenting<'_>> = self
            .people
            .iter()
            .zip(ids.iter().zip(&emails))
            .map(|(being, (id, email))| {
                consenting(Person {
                    person_id: id,
                    names: vec![(&being.written, Some(&being.reading))],
                    emails: vec![email],
                    prefectures: vec![being.prefecture],
                    towns: vec![],
                    birth_years: vec![being.year],
                    urls: vec![],
                    order_times: &being.orders,
                })
            })
            .collect();
        let accounts: Vec<Account<'_>> = self
            .shown
            .iter()
            .map(|shown| Account {
                platform: "x",
                account_id: &shown.id,
                handle: Some(&shown.handle),
                display_name: Some(&shown.display),
                bio: Some(&shown.bio),
                location: Some(shown.location),
                post_times: &shown.posts,
                ..Account::default()
            })
            .collect();
        candidates(&people, &accounts, settings)
    }
}

fn being(draws: &mut Draws, families: &[(String, String)], givens: &[(String, String)]) -> Being {
    let (family, given) = (draws.skewed(families).clone(), draws.skewed(givens).clone());
    let nick = format!("{}{}", draws.any(&NICKS), draws.any(&WORDS));
    let year = 1950 + draws.below(55) as i32;
    let (family_latin, given_latin) = (hepburn(&family.1), hepburn(&given.1));
    let local = match draws.below(5) {
        0 => format!("{given_latin}.{family_latin}"),
        1 => format!("{family_latin}{given_latin}{:02}", year % 100),
        2 => format!("{}{}", given_latin, draws.below(10_000)),
        _ => format!("{nick}{}", draws.below(100)),
    };
    let orders = (0..draws.below(8))
        .map(|_| draws.below(365 * 24) as i64 * (DAY / 24))
        .collect();
    Being {
        written: format!("{} {}", family.0, given.0),
        reading: format!("{} {}", family.1, given.1),
        family,
        given,
        nick,
        local,
        prefecture: draws.skewed::<&str>(&PREFECTURES),
        year,
        orders,
    }
}

fn show(draws: &mut Draws, being: &Being) -> Shown {
    let (family, given) = (&being.family, &being.given);
    let (shown_name, names_self) = match draws.below(20) {
        0..=2 => (format!("{}{}", family.0, given.0), true),
        3 => (format!("{} {}", family.1, given.1), true),
        4 => (
            format!("{} {}", hepburn(&given.1), hepburn(&family.1)),
            true,
        ),
        5 => (format!("{}{}@お休み中", family.0, given.0), true),
        6..=8 => (given.0.clone(), false),
        _ => (draws.any(&SHOWS).to_string(), false),
    };
    let (family_latin, given_latin) = (hepburn(&family.1), hepburn(&given.1));
    let (handle, follows) = match draws.below(20) {
        0..=2 => (being.local.replace('.', "_"), true),
        3 | 4 => (format!("{given_latin}_{family_latin}"), true),
        5 => (format!("{}_{family_latin}", &given_latin[..1]), true),
        6 => (format!("{given_latin}{}", being.year), true),
        7 => (
            format!("{}{}", being.local.replace('.', "_"), draws.below(10)),
            true,
        ),
        _ => (format!("{}{}", being.nick, draws.below(10_000)), false),
    };
    let location = match draws.below(10) {
        0..=2 => being.prefecture,
        3 => draws.any::<&str>(&PREFECTURES),
        _ => "",
    };
    let mut posts: Vec<i64> = (0..draws.below(10))
        .map(|_| draws.below(365 * 24) as i64 * (DAY / 24))
        .collect();
    for order in &being.orders {
        if draws.happens(0.3) {
            posts.push(order + draws.below(72) as i64 * (DAY / 24));
        }
    }
    Shown {
        display: shown_name,
        handle,
        bio: draws.any(&SHOWS).to_string(),
        location,
        posts,
        is_findable: names_self || follows,
        ..Shown::default()
    }
}
