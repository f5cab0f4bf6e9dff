//! Made people and accounts with the truth known: how good the candidates are, and whether they are as good as they say.

use super::*;

/// SplitMix64: the same draws on every machine.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, prob: f64) -> bool {
        self.unit() < prob
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// The first of a list far more often than the last, as names are.
    fn skewed<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let place = self.unit().powi(2) * list.len() as f64;
        &list[(place as usize).min(list.len() - 1)]
    }

    fn any<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Somebody of the made world, customer or not.
#[derive(Debug, Clone)]
struct Being {
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
struct Shown {
    id: String,
    display: String,
    handle: String,
    bio: String,
    location: &'static str,
    posts: Vec<i64>,
    owner: Option<usize>,
    /// Whether anything that brings pairs together shows.
    is_findable: bool,
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

/// Hepburn letters of a reading, by way of the common alphabet.
fn hepburn(reading: &str) -> String {
    let mut letters = Folder::default().folded(reading);
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

struct World {
    people: Vec<Being>,
    shown: Vec<Shown>,
}

impl World {
    /// Makes customers, of whom three in ten have an account, and accounts of others with names from the same pool.
    fn new(people: usize, others: usize, seed: u64) -> Self {
        let families = table(include_str!("../../../sample/data/family.tsv"));
        let mut givens = table(include_str!("../../../sample/data/given_female.tsv"));
        givens.extend(table(include_str!("../../../sample/data/given_male.tsv")));
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

    fn candidates(&self, settings: &Settings) -> Vec<Candidate> {
        let ids = super::properties::ids(self.people.len(), 'p');
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

/// Precision and recall of the pairs of a probability or more; recall of the accounts that show anything to find.
fn measured(world: &World, found: &[Candidate], prob: f64) -> (f64, f64, usize) {
    let taken: Vec<&Candidate> = found
        .iter()
        .filter(|candidate| candidate.prob >= prob)
        .collect();
    let right = taken
        .iter()
        .filter(|candidate| world.shown[candidate.account].owner == Some(candidate.person))
        .count();
    let findable = world
        .shown
        .iter()
        .filter(|shown| shown.owner.is_some() && shown.is_findable)
        .count();
    (
        right as f64 / taken.len() as f64,
        right as f64 / findable as f64,
        taken.len(),
    )
}

#[test]
fn probable_candidates_are_right_and_most_findable_accounts_are_found() {
    // Several seeds, so that the bounds do not rest on one draw. Measured: .91 to .96 and .64 to .66 from one half on,
    // .70 to .71 and .91 to .92 in the whole list.
    for seed in 1..4 {
        let world = World::new(2_000, 2_400, seed);
        let found = world.candidates(&Settings::default());
        let (precision, recall, _) = measured(&world, &found, 0.5);
        assert!(
            precision > 0.87 && recall > 0.55,
            "{seed}: {precision} {recall}"
        );
        let (precision, recall, _) = measured(&world, &found, 0.05);
        assert!(
            precision > 0.6 && recall > 0.85,
            "{seed}: {precision} {recall}"
        );
    }
}

#[test]
fn strangers_of_the_same_names_cost_recall_more_than_precision() {
    // Measured: .90 and .35 from one half on, .51 and .73 in the whole list.
    let world = World::new(2_000, 24_000, 9);
    let found = world.candidates(&Settings::default());
    let (precision, recall, _) = measured(&world, &found, 0.5);
    assert!(precision > 0.8 && recall > 0.25, "{precision} {recall}");
    let (_, recall, count) = measured(&world, &found, 0.05);
    assert!(recall > 0.6 && count < 1_000, "{recall} {count}");
}

#[test]
fn candidates_are_at_least_as_often_right_as_they_say() {
    for (others, seed) in [(2_400, 11), (24_000, 12)] {
        let world = World::new(2_000, others, seed);
        let found = world.candidates(&Settings::default());
        for (low, high) in [(0.05, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1.01)] {
            let bin: Vec<&Candidate> = found
                .iter()
                .filter(|found| (low..high).contains(&found.prob))
                .collect();
            let right = bin
                .iter()
                .filter(|found| world.shown[found.account].owner == Some(found.person))
                .count();
            let right = right as f64 / bin.len() as f64;
            let said = bin.iter().map(|found| found.prob).sum::<f64>() / bin.len() as f64;
            assert!(
                bin.len() > 50,
                "{others}, {low}: only {} candidates",
                bin.len()
            );
            assert!(
                right > said - 0.1 && right < said + 0.35,
                "{others}, {low}: {right} {said}"
            );
        }
    }
}
