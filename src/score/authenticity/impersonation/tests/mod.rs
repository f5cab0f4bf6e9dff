//! Impersonators and those who are none: by hand, and 300 generated at a time.

mod brands;
mod generator;

use proptest::prelude::*;

use self::generator::{Brand, Draws};
use super::*;

/// 2024-06-01 in microseconds.
const AS_OF: i64 = 1_717_200_000_000_000;

fn official<'a>(handle: &'a str, display_name: &'a str) -> Official<'a> {
    Official {
        platform: "x",
        account_id: "1",
        handle,
        display_name,
    }
}

fn candidate<'a>(handle: &'a str, display_name: &'a str) -> Candidate<'a> {
    Candidate {
        platform: "x",
        account_id: "99",
        handle,
        display_name,
        ..Candidate::default()
    }
}

fn torinokoe() -> Officials<'static> {
    Officials::new(
        &[official("torinokoe", "トリノコエ【公式】")],
        &["トリノコエ"],
        &["ピヨパン", "カフェ"],
    )
}

fn found(candidate: &Candidate<'_>) -> Option<Vec<&'static str>> {
    let found = torinokoe().judge(candidate, AS_OF)?;
    Some(found.reasons.iter().map(|reason| reason.key()).collect())
}

fn is_found(handle: &str, display_name: &str) -> bool {
    found(&candidate(handle, display_name)).is_some()
}

/// Recall and precision over 300 accounts, half of them impersonators.
fn measure(seed: u64) -> (f64, f64) {
    let mut draws = Draws(seed);
    let (mut hits, mut misses, mut alarms) = (0.0, 0.0, 0.0);
    let mut count = 0;
    while count < 300 {
        let brand = Brand::draw(&mut draws);
        let is_impersonator = count % 2 == 0;
        let account = if is_impersonator {
            generator::impersonator(&mut draws, &brand)
        } else {
            Some(generator::other(&mut draws, &brand))
        };
        let Some((handle, name)) = account else {
            continue;
        };
        count += 1;
        let officials = Officials::new(&[official(brand.handle, &brand.shown)], &[brand.name], &[]);
        let is_found = officials.judge(&candidate(&handle, &name), AS_OF).is_some();
        match (is_impersonator, is_found) {
            (true, true) => hits += 1.0,
            (true, false) => misses += 1.0,
            (false, true) => alarms += 1.0,
            (false, false) => {}
        }
    }
    (hits / (hits + misses), hits / (hits + alarms))
}

#[test]
fn generated_impersonators_are_found_and_others_left_alone() {
    for seed in 1..=4 {
        let (recall, precision) = measure(seed);
        assert!(recall >= 0.95, "seed {seed}: recall {recall}");
        assert!(precision >= 0.95, "seed {seed}: precision {precision}");
    }
}

#[test]
fn every_answer_has_its_reasons() {
    for (handle, name, reasons) in [
        ("t0rinokoe", "", vec!["handle_looks_alike"]),
        (
            "torinokoe_jp",
            "トリノコエ公式サポート",
            vec!["handle_affix", "display_name_claim"],
        ),
        (
            "torinkoe",
            "トリノコエ",
            vec!["handle_one_edit", "display_name_equal"],
        ),
        ("tori_no_koe", "", vec!["handle_separators"]),
        ("abc12345", "卜リノコエ", vec!["display_name_looks_alike"]),
        (
            "abc12345",
            "トリ\u{200b}ノコエ",
            vec!["display_name_equal", "invisible_characters"],
        ),
    ] {
        assert_eq!(
            found(&candidate(handle, name)),
            Some(reasons),
            "{handle} {name}"
        );
    }
}

#[test]
fn pairs_that_the_skeleton_misses_are_found() {
    let skeleton = |text: &str| unicode_security::skeleton(text).collect::<String>();
    for (name, disguise) in [
        ("トリノコエ", "トりノコエ"),
        ("ソラノパン", "ンラノパン"),
        ("シロツメ製菓", "ツロツメ製菓"),
        ("ヒバリベーカリー", "ヒバリベ-カリー"),
        ("wavecraft", "vvavecraft"),
        ("dawnmill", "clawnmill"),
        ("千代田書店", "チ代田書店"),
        ("鳥居堂", "烏居堂"),
    ] {
        assert_ne!(skeleton(name), skeleton(disguise), "{disguise}");
        let officials = Officials::new(&[official("some_handle", name)], &[], &[]);
        assert!(
            officials
                .judge(&candidate("abc12345", disguise), AS_OF)
                .is_some(),
            "{disguise}"
        );
    }
}

#[test]
fn fans_staff_customers_and_branches_are_none() {
    for (handle, name) in [
        ("torinokoe_fan", "トリノコエファン"),
        ("torinokoe_fan", "トリノコエ"),
        ("tanaka55", "田中@トリノコエ大好き"),
        ("torinokoe_bot", "トリノコエbot"),
        ("yui", "トリノコエ非公式まとめ"),
        ("sato", "佐藤（トリノコエ）"),
        ("torinokoe_osaka", "トリノコエ大阪店"),
        ("cafe", "カフェ"),
        ("piyo", "ピヨパン"),
        ("kotorinokoeda", "コトリノコエダ"),
        ("torinouta", "トリノウタ公式"),
    ] {
        assert!(!is_found(handle, name), "{handle} {name}");
    }
}

#[test]
fn official_and_verified_accounts_are_none() {
    assert!(!is_found("torinokoe", "トリノコエ"));
    assert!(!is_found("@ToriNoKoe", "トリノコエ"));
    let mut same_id = candidate("torinokoe_new", "トリノコエ");
    same_id.account_id = "1";
    assert_eq!(found(&same_id), None);
    let mut verified = candidate("t0rinokoe", "トリノコエ");
    verified.is_verified = true;
    assert_eq!(found(&verified), None);
}

#[test]
fn the_official_handle_elsewhere_is_told_as_such() {
    let mut elsewhere = candidate("torinokoe", "トリノコエ");
    elsewhere.platform = "instagram";
    assert_eq!(
        found(&elsewhere),
        Some(vec!["handle_equal", "display_name_equal", "other_platform"])
    );
    let anywhere = Officials::new(
        &[Official {
            platform: "",
            ..official("torinokoe", "")
        }],
        &[],
        &[],
    );
    assert_eq!(anywhere.judge(&elsewhere, AS_OF), None);
}

#[test]
fn the_profile_adds_and_takes() {
    let plain = candidate("torinokoee9", "トリノ");
    let score = |candidate: &Candidate<'_>| {
        torinokoe()
            .judge(candidate, AS_OF)
            .map_or(0.0, |found| found.score)
    };
    let name = candidate("abc12345", "トリノコエ");
    let mut claims = name;
    claims.bio = "公式アカウントです。当選者の方へ";
    claims.url = "https://t.me/xyz";
    claims.created_at = Some(AS_OF - 5 * DAY);
    assert!(score(&claims) > score(&name));
    assert_eq!(
        found(&claims),
        Some(vec![
            "display_name_equal",
            "claims_official",
            "contact_link",
            "young_account"
        ])
    );
    let mut fan = name;
    fan.bio = "非公式のファンアカウントです";
    assert_eq!(found(&fan), None);
    let mut established = name;
    established.created_at = Some(AS_OF - 8 * 365 * DAY);
    established.follower_count = Some(20_000);
    established.post_count = Some(9_000);
    assert_eq!(found(&established), None);
    assert_eq!(score(&plain), 0.0);
}

#[test]
fn bad_input_is_taken() {
    let long = "トリノコエ".repeat(70_000);
    let accounts = [
        candidate("", ""),
        candidate("@", "🐦🐦🐦"),
        candidate("\u{202e}eokonirot", "\u{200f}\u{200f}"),
        candidate(&long, &long),
        candidate("\0\0", "\u{feff}"),
        Candidate {
            created_at: Some(i64::MIN),
            follower_count: Some(-1),
            ..candidate("t0rinokoe", "トリノコエ")
        },
        Candidate {
            created_at: Some(i64::MAX),
            ..candidate("t0rinokoe", "トリノコエ")
        },
    ];
    let found = torinokoe().impersonators(&accounts, AS_OF);
    assert_eq!(found.shortened_count, 1);
    let places: Vec<usize> = found
        .impersonators
        .iter()
        .map(|(place, _)| *place)
        .collect();
    assert_eq!(places, [5, 6]);
    for officials in [
        Officials::new(&[], &["トリノコエ"], &["カフェ"]),
        Officials::new(&[official("", "")], &[], &[]),
        Officials::new(&[official("@", "🐦")], &[""], &[" "]),
    ] {
        assert!(
            officials
                .impersonators(&accounts, AS_OF)
                .impersonators
                .is_empty()
        );
    }
}

#[test]
fn one_account_and_many_get_the_same_answer() {
    let mut draws = Draws(9);
    let mut accounts = Vec::new();
    while accounts.len() < 9000 {
        let brand = Brand::draw(&mut draws);
        accounts.extend(generator::impersonator(&mut draws, &brand));
        accounts.push(generator::other(&mut draws, &brand));
    }
    let candidates: Vec<Candidate<'_>> = accounts
        .iter()
        .map(|(handle, name)| candidate(handle, name))
        .collect();
    let officials = torinokoe();
    let one_by_one: Vec<(usize, Impersonation)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(place, candidate)| Some((place, officials.judge(candidate, AS_OF)?)))
        .collect();
    assert!(one_by_one.len() > 50);
    assert_eq!(
        officials.impersonators(&candidates, AS_OF).impersonators,
        one_by_one
    );
}

proptest! {
    #[test]
    fn scores_stay_in_bounds(handle in ".{0,20}", name in "\\PC{0,20}", bio in ".{0,30}") {
        let mut account = candidate(&handle, &name);
        account.bio = &bio;
        if let Some(found) = torinokoe().judge(&account, AS_OF) {
            prop_assert!((LEAST_SCORE..=1.0).contains(&found.score));
            prop_assert!(!found.reasons.is_empty());
            prop_assert!(found.reasons.is_sorted());
        }
    }

    #[test]
    fn what_is_added_unseen_does_not_hide_a_name(place in 0_usize..5, unseen in "[\u{200b}\u{2060}\u{ad}]") {
        let mut letters: Vec<char> = "トリノコエ".chars().collect();
        letters.insert(place, unseen.chars().next().unwrap());
        let name: String = letters.into_iter().collect();
        prop_assert!(is_found("abc12345", &name));
    }
}
