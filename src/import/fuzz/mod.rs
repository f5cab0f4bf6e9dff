//! Every decoder and parser against damaged input: none panics, loses count, answers twice in two ways or takes long.
//!
//! Real files and values ([`seeds`]) are damaged ([`mutate`]) and given to one class of readers after the other. A run is
//! the same each time; how long it is `KOE_FUZZ_CASES` says, the cases per class. What is found is made small and
//! reported; with `KOE_FUZZ_FOUND` set to a folder, it is written there. Move it to `testdata/fuzz`, whose files are read
//! by every class in [`whatever_was_found_once_stays_mended`], and mend the reader. See `docs/fuzzing.md`.

mod containers;
mod layouts;
mod mappings;
mod mutate;
mod seeds;
mod texts;
mod values;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};

use self::mutate::{Rng, long, mutated};
use self::seeds::Seed;

/// Cases per class where nobody says otherwise.
const CASES: usize = 200;
/// One long input for so many others.
const LONG: usize = 200;
/// Bytes of a long input.
const LONG_BYTES: usize = 60_000;
/// What no input of less than 100 kB may take. Builds that check their arithmetic are slow for reasons of their own.
const MOST_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });
/// Most tries at making one finding smaller.
const MOST_TRIES: usize = 3_000;
/// Most different findings looked for at once.
const MOST_FOUND: usize = 20;

/// Readers that are tested together.
struct Class {
    name: &'static str,
    seeds: fn() -> Vec<Seed>,
    /// Reads an input by what the name of its seed says, and panics when something is wrong.
    check: fn(&str, &[u8]),
}

const CLASSES: &[Class] = &[
    layouts::CLASS,
    values::CLASS,
    texts::DECODERS,
    texts::PARSERS,
    containers::CLASS,
    mappings::READ,
    mappings::PROPOSED,
    mappings::SECTIONS,
];

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}"))
    })
}

thread_local! {
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
    static SAID: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Returns what a reader panics with, if it does, and where.
fn panic_of(class: &Class, name: &str, bytes: &[u8]) -> Option<String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if IS_WATCHED.get() {
                SAID.set(panic.to_string());
            } else {
                earlier(panic);
            }
        }));
    });
    IS_WATCHED.set(true);
    let begin = Instant::now();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| (class.check)(name, bytes)));
    IS_WATCHED.set(false);
    let took = begin.elapsed();
    match outcome {
        Err(_) => Some(SAID.take()),
        Ok(()) if took > MOST_TIME => Some(format!("slow: {} bytes took {took:?}", bytes.len())),
        Ok(()) => None,
    }
}

/// Returns what tells one finding from another: where it was found, without what differs from input to input.
fn key(said: &str) -> String {
    let first: String = said.lines().next().unwrap_or_default().to_owned();
    match first.split_once(':') {
        Some(("slow", _)) => "slow".to_owned(),
        _ => first,
    }
}

/// Leaves out whatever the finding does not need.
fn smallest(class: &Class, name: &str, mut bytes: Vec<u8>, wanted: &str) -> Vec<u8> {
    let mut tries = 0;
    let mut step = bytes.len().div_ceil(2);
    while step > 0 && tries < MOST_TRIES {
        let mut place = 0;
        let mut is_smaller = false;
        while place < bytes.len() && tries < MOST_TRIES {
            let mut less = bytes.clone();
            less.drain(place..(place + step).min(bytes.len()));
            tries += 1;
            if panic_of(class, name, &less).is_some_and(|said| key(&said) == wanted) {
                bytes = less;
                is_smaller = true;
            } else {
                place += step;
            }
        }
        if !is_smaller || step > 1 {
            step /= 2;
        }
    }
    bytes
}

fn fuzz(class: &Class) {
    let seeds = (class.seeds)();
    let cases = number("KOE_FUZZ_CASES", CASES);
    let mut rng = Rng::new(number("KOE_FUZZ_SEED", 1) as u64);
    let mut found: BTreeMap<String, (String, Vec<u8>, String)> = BTreeMap::new();
    let mut slowest = (Duration::ZERO, 0, String::new());
    for case in 0..cases {
        let (seed, other) = (rng.pick(&seeds), rng.pick(&seeds));
        let bytes = if case % LONG == LONG - 1 {
            long(&seed.bytes, LONG_BYTES, &mut rng)
        } else {
            mutated(&seed.bytes, &other.bytes, &mut rng)
        };
        keep(&format!("{}-running", class.name), &bytes);
        let begin = Instant::now();
        let said = panic_of(class, &seed.name, &bytes);
        let took = begin.elapsed();
        if took > slowest.0 {
            slowest = (took, bytes.len(), seed.name.clone());
            keep(&format!("{}-slowest", class.name), &bytes);
        }
        if let Some(said) = said
            && found.len() < MOST_FOUND
            && !found.contains_key(&key(&said))
        {
            let wanted = key(&said);
            let small = if wanted == "slow" {
                bytes
            } else {
                smallest(class, &seed.name, bytes, &wanted)
            };
            keep(&format!("{}-{}-{case}", class.name, seed.name), &small);
            found.insert(wanted, (seed.name.clone(), small, said));
        }
    }
    eprintln!(
        "{}: {cases} cases, slowest {slowest:?}, found {}",
        class.name,
        found.len()
    );
    let told: String = found
        .values()
        .map(|(name, bytes, said)| {
            let shown: String = String::from_utf8_lossy(bytes).chars().take(600).collect();
            format!("--- {name}, {} bytes: {shown:?}\n{said}\n", bytes.len())
        })
        .collect();
    assert!(found.is_empty(), "{}\n{told}", class.name);
}

/// Writes a finding where somebody wants to have it.
fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("KOE_FUZZ_FOUND") {
        std::fs::write(Path::new(&folder).join(name), bytes).expect("the folder can be written");
    }
}

#[test]
fn layouts_survive_damage() {
    fuzz(&layouts::CLASS);
}

#[test]
fn values_survive_damage() {
    fuzz(&values::CLASS);
}

#[test]
fn decoders_survive_damage() {
    fuzz(&texts::DECODERS);
}

#[test]
fn parsers_survive_damage() {
    fuzz(&texts::PARSERS);
}

#[test]
fn containers_survive_damage() {
    fuzz(&containers::CLASS);
}

#[test]
fn mapped_layouts_survive_damage() {
    fuzz(&mappings::READ);
}

#[test]
fn proposals_survive_damage() {
    fuzz(&mappings::PROPOSED);
}

#[test]
fn sections_survive_damage() {
    fuzz(&mappings::SECTIONS);
}

/// Pieces that once took more than their share of time when they were repeated: the class, how it reads them, what
/// stands before them.
const TOOK_LONG: &[(&Class, &str, &str, &str)] = &[
    (&layouts::CLASS, "search_console", "", ","),
    (
        &layouts::CLASS,
        "shopify_orders",
        "Name,Email,Total\n",
        "1\n",
    ),
    (
        &layouts::CLASS,
        "eccube_orders",
        "注文ID,会員ID,小計,値引き,送料,対応状況(名称),受注日,価格,個数\n",
        "1\n",
    ),
    (&layouts::CLASS, "koe_deletions", "", "\u{fdfa}"),
    (&texts::PARSERS, "csv", "", "a\",\"\n"),
    (&values::CLASS, "value", "http://", ")"),
    (&values::CLASS, "value", "", "<!--"),
    (&values::CLASS, "value", "", "<b"),
    (&mappings::PROPOSED, "table", "", "a1,"),
];

#[test]
fn whatever_took_long_once_does_not() {
    for (class, name, head, piece) in TOOK_LONG {
        let times = LONG_BYTES / piece.len();
        let bytes = [head, piece.repeat(times).as_str()].concat();
        let said = panic_of(class, name, bytes.as_bytes());
        assert_eq!(said, None, "{piece:?} as {name} of {}", class.name);
    }
}

/// Returns a folder of `testdata`.
fn testdata(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(folder)
}

#[test]
fn whatever_was_found_once_stays_mended() {
    let mut wrong = String::new();
    let files = seeds::files("fuzz");
    for class in CLASSES {
        let seeds = (class.seeds)();
        let names: BTreeSet<&str> = seeds.iter().map(|seed| seed.name.as_str()).collect();
        for ((file, bytes), name) in files
            .iter()
            .flat_map(|file| names.iter().map(move |name| (file, name)))
        {
            if let Some(said) = panic_of(class, name, bytes) {
                wrong.push_str(&format!("{file} as {name} of {}: {said}\n", class.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
