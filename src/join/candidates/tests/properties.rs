//! What holds whatever the data.

use proptest::prelude::*;

use crate::report::Lang;

use super::*;

/// Values of one person and one account; the texts come from small pools, so that they meet.
#[derive(Debug, Clone)]
struct Row {
    name: String,
    reading: Option<String>,
    email: String,
    place: String,
    year: i32,
    times: Vec<i64>,
}

fn row() -> impl Strategy<Value = Row> {
    let name = prop_oneof![
        4 => proptest::sample::select(vec!["鳥野 花子", "佐藤 花子", "とりの 太郎", "Torino Hanako", "花子", "鳥野花子"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    let reading = proptest::option::of(
        proptest::sample::select(vec!["トリノ ハナコ", "サトウ ハナコ", "とりのたろう"])
            .prop_map(str::to_owned),
    );
    let email = prop_oneof![
        4 => proptest::sample::select(vec!["torino.hanako85@example.jp", "info@example.com", "kotori-pan@torino.example.jp"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    let place = prop_oneof![
        4 => proptest::sample::select(vec!["東京都", "鎌倉市雪ノ下", "Tokyo", "鎌倉", "鳥取県鳥取市"]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    let times = proptest::collection::vec(prop_oneof![3 => 0..400 * DAY, 1 => any::<i64>()], 0..8);
    (name, reading, email, place, 1900..2030, times).prop_map(
        |(name, reading, email, place, year, times)| Row {
            name,
            reading,
            email,
            place,
            year,
            times,
        },
    )
}

fn people<'a>(rows: &'a [Row], ids: &'a [String]) -> Vec<Consenting<'a>> {
    rows.iter()
        .zip(ids)
        .map(|(row, id)| {
            consenting(Person {
                person_id: id,
                names: vec![(&row.name, row.reading.as_deref())],
                emails: vec![&row.email],
                prefectures: vec![&row.place],
                towns: vec![&row.place],
                birth_years: vec![row.year],
                urls: vec![&row.email],
                order_times: &row.times,
            })
        })
        .collect()
}

fn accounts<'a>(rows: &'a [Row], ids: &'a [String]) -> Vec<Account<'a>> {
    rows.iter()
        .zip(ids)
        .map(|(row, id)| Account {
            platform: if row.year % 3 == 0 { "line" } else { "x" },
            provider: "",
            account_id: id,
            handle: row.email.split('@').next(),
            former_handles: vec![&row.name],
            display_name: Some(&row.name),
            bio: Some(&row.email),
            url: row.email.split('@').nth(1),
            location: Some(&row.place),
            post_times: &row.times,
        })
        .collect()
}

pub(super) fn ids(count: usize, letter: char) -> Vec<String> {
    (0..count)
        .map(|place| format!("{letter}{place:02}"))
        .collect()
}

/// What a candidate says, by ids: evidence in words with weights and probability.
fn said(found: &[Candidate], people: &[Consenting<'_>], accounts: &[Account<'_>]) -> Vec<String> {
    let text = |candidate: &Candidate| {
        format!(
            "{} {} {:?} {:?} {:?}",
            people[candidate.person].person().person_id,
            accounts[candidate.account].account_id,
            candidate.weight,
            candidate.prob,
            candidate.evidence
        )
    };
    found.iter().map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_order_of_the_input_changes_nothing(
        left in proptest::collection::vec(row(), 0..8),
        right in proptest::collection::vec(row(), 0..8),
        turn in 0_usize..8,
    ) {
        let settings = Settings { min_prob: 0.0, ..Settings::default() };
        let (left_ids, right_ids) = (ids(left.len(), 'p'), ids(right.len(), 'a'));
        let (mut people, mut accounts) = (people(&left, &left_ids), accounts(&right, &right_ids));
        let before = said(&candidates(&people, &accounts, &settings), &people, &accounts);
        people.reverse();
        if !accounts.is_empty() {
            accounts.rotate_left(turn % right.len());
        }
        let after = said(&candidates(&people, &accounts, &settings), &people, &accounts);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn scores_are_finite_and_an_account_is_at_most_one_persons(
        left in proptest::collection::vec(row(), 0..8),
        right in proptest::collection::vec(row(), 0..8),
    ) {
        let settings = Settings { max_per_account: 2, ..Settings::default() };
        let (left_ids, right_ids) = (ids(left.len(), 'p'), ids(right.len(), 'a'));
        let (people, accounts) = (people(&left, &left_ids), accounts(&right, &right_ids));
        let found = candidates(&people, &accounts, &settings);
        for candidate in &found {
            prop_assert!(candidate.weight.is_finite());
            prop_assert!((settings.min_prob..=1.0).contains(&candidate.prob));
            let platform = accounts[candidate.account].platform;
            let count = accounts.iter().filter(|account| account.platform == platform).count();
            let prior = settings.share / count as f64;
            let counted: f64 = candidate.evidence.iter().map(Evidence::counted).sum();
            prop_assert!(((prior / (1.0 - prior)).log2() + counted - candidate.weight).abs() < 1e-9);
            prop_assert!(!candidate.evidence.is_empty());
            for evidence in &candidate.evidence {
                prop_assert!(evidence.weight().is_finite() && evidence.counted() <= evidence.weight().max(0.0));
                prop_assert!(!evidence.sentence(Lang::Ja).is_empty());
            }
        }
        for account in 0..accounts.len() {
            let own: Vec<f64> = found.iter().filter(|found| found.account == account).map(|found| found.prob).collect();
            prop_assert!(own.len() <= 2 && own.iter().sum::<f64>() <= 1.0 + 1e-12);
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].prob >= pair[1].prob));
    }

    #[test]
    fn an_unrelated_account_changes_no_evidence(
        left in proptest::collection::vec(row(), 1..6),
        right in proptest::collection::vec(row(), 1..6),
    ) {
        let settings = Settings { min_prob: 0.0, ..Settings::default() };
        let (left_ids, right_ids) = (ids(left.len(), 'p'), ids(right.len(), 'a'));
        let (people, mut accounts) = (people(&left, &left_ids), accounts(&right, &right_ids));
        let facts = |found: &[Candidate]| {
            let mut facts: Vec<String> = found
                .iter()
                .map(|candidate| {
                    let facts: Vec<_> =
                        candidate.evidence.iter().map(|evidence| (&evidence.kind, evidence.others)).collect();
                    format!("{} {} {facts:?}", candidate.person, candidate.account)
                })
                .collect();
            facts.sort();
            facts
        };
        let all = Settings { max_per_account: usize::MAX, ..settings };
        let before = facts(&candidates(&people, &accounts, &all));
        accounts.push(Account {
            platform: "x",
            account_id: "zz",
            handle: Some("qwvx_zzq"),
            display_name: Some("👻"),
            ..Account::default()
        });
        prop_assert_eq!(before, facts(&candidates(&people, &accounts, &all)));
    }
}

#[test]
fn an_unrelated_account_hardly_moves_a_probability() {
    let people = [consenting(hanako())];
    let mut accounts = crowd();
    accounts.push(Account {
        display_name: Some("鳥野花子"),
        ..account("a")
    });
    let before = candidates(&people, &accounts, &Settings::default())[0].prob;
    accounts.push(Account {
        display_name: Some("もくもく"),
        ..account("b")
    });
    let after = candidates(&people, &accounts, &Settings::default())[0].prob;
    assert!((before - after).abs() < 0.03, "{before} {after}");
}

#[test]
fn empty_input_has_no_candidates() {
    let settings = Settings::default();
    assert_eq!(candidates(&[], &[], &settings), []);
    assert_eq!(
        candidates(&[consenting(Person::default())], &[], &settings),
        []
    );
    assert_eq!(candidates(&[], &[Account::default()], &settings), []);
    assert_eq!(
        candidates(
            &[consenting(Person::default())],
            &[Account::default()],
            &settings
        ),
        []
    );
}
