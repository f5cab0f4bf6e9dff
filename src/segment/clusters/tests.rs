//! Tests on buyers of three kinds.

use polars::prelude::*;

use super::*;
use crate::config::Config;
use crate::schema::{cluster_choices, clusters, person_values, person_voices};
use crate::segment::fixture::{config, integers, settings, texts};

/// Two hundred who buy often and speak well, two hundred who bought once, two hundred who buy at times and speak ill, and one
/// who has bought nothing.
fn people() -> DataFrame {
    let kinds = [
        (40_i64, 300_000_i64, 5_i64),
        (1, 2_000, 300),
        (6, 30_000, 60),
    ];
    let voices = [(20_i64, 0.8), (0, 0.0), (10, -0.8)];
    let rows: Vec<usize> = (0..600).collect();
    let whole = |value: fn(usize) -> i64| -> Vec<Option<i64>> {
        let mut values: Vec<Option<i64>> = (0..600).map(|row| Some(value(row))).collect();
        values.push(None);
        values
    };
    let of_kind = |value: &dyn Fn(usize, i64) -> i64| -> Vec<Option<i64>> {
        let mut values: Vec<Option<i64>> = rows
            .iter()
            .map(|row| Some(value(row % 3, (row % 7) as i64)))
            .collect();
        values.push(None);
        values
    };
    let mut ids: Vec<String> = rows.iter().map(|row| format!("p{row:03}")).collect();
    ids.push("q".to_owned());
    let mut mood: Vec<Option<f64>> = rows
        .iter()
        .map(|row| (row % 3 != 1).then(|| voices[row % 3].1 + (row % 7) as f64 / 100.0))
        .collect();
    mood.push(None);
    df!(
        person_segments::PERSON_ID.name => ids,
        person_values::ORDER_COUNT.name => of_kind(&|kind, _| kinds[kind].0),
        person_values::PURCHASE_DAY_COUNT.name => of_kind(&|kind, _| kinds[kind].0),
        person_values::SPEND_MINOR.name => of_kind(&|kind, step| kinds[kind].1 + 100 * step),
        person_values::LTV_MINOR.name => of_kind(&|kind, _| kinds[kind].1),
        person_values::DAYS_SINCE_LAST_PURCHASE.name => of_kind(&|kind, step| kinds[kind].2 + step),
        person_values::CUSTOMER_AGE_DAYS.name => whole(|_| 400),
        person_voices::RECENT_POST_COUNT.name => of_kind(&|kind, _| voices[kind].0),
        person_voices::RECENT_SENTIMENT_MEAN.name => mood,
        person_voices::FOLLOWER_COUNT.name => whole(|_| 100),
    )
    .unwrap()
}

fn kmeans(rest: &str) -> Config {
    config(&format!("[segment.clusters]\nmethod = 'kmeans'\n{rest}"))
}

#[test]
fn kinds_of_buyers_are_found_and_put_into_words() {
    let people = people();
    let config = kmeans("");
    let found = find(&people, settings(&config)).unwrap();
    assert_eq!(**found.clusters.schema(), clusters::TABLE.schema());
    assert_eq!(**found.choices.schema(), cluster_choices::TABLE.schema());
    assert_eq!(integers(&found.clusters, clusters::PERSON_COUNT), [200; 3]);
    assert_eq!(
        integers(&found.clusters, clusters::SPEAKING_COUNT),
        [200, 200, 0]
    );
    // By mean spend; whoever has bought nothing is in none.
    let of_person = found.of_person.i64().unwrap();
    let numbers: Vec<Option<i64>> = of_person.iter().collect();
    for (row, number) in numbers.iter().take(600).enumerate() {
        assert_eq!(*number, Some([1, 3, 2][row % 3]));
    }
    assert_eq!(numbers[600], None);
    let descriptions = texts(&found.clusters, clusters::DESCRIPTION);
    assert!(
        descriptions[0].contains("購入回数が多い"),
        "{descriptions:?}"
    );
    assert!(
        descriptions[1].contains("不満の発言が多い"),
        "{descriptions:?}"
    );
    assert!(
        descriptions[2].contains("あまり発言しない"),
        "{descriptions:?}"
    );
    let counts = integers(&found.choices, cluster_choices::CLUSTER_COUNT);
    assert_eq!(counts[0], 2);
    let reasons = texts(&found.choices, cluster_choices::REASON);
    assert_eq!(reasons[1], "highest_silhouette");
    assert_eq!(
        reasons.iter().filter(|reason| !reason.is_empty()).count(),
        1
    );
}

#[test]
fn the_number_may_be_set_and_a_sample_finds_the_same() {
    let people = people();
    let config = kmeans("count = 2\nmost = 4\nsample = 100\n");
    let found = find(&people, settings(&config)).unwrap();
    assert_eq!(found.clusters.height(), 2);
    assert_eq!(
        integers(&found.choices, cluster_choices::CLUSTER_COUNT),
        [2, 3, 4]
    );
    assert_eq!(
        texts(&found.choices, cluster_choices::REASON),
        ["set_by_user", "", ""]
    );
    let sampled = kmeans("sample = 100\n");
    let sampled = find(&people, settings(&sampled)).unwrap();
    assert_eq!(
        integers(&sampled.clusters, clusters::PERSON_COUNT),
        [200; 3]
    );
}

#[test]
fn without_the_setting_or_enough_buyers_there_are_none() {
    let people = people();
    let off = config("");
    let on = kmeans("");
    let few = people.head(Some(49));
    let nobody = people.head(Some(0));
    for (people, config) in [(&people, &off), (&few, &on), (&nobody, &on)] {
        let found = find(people, settings(config)).unwrap();
        assert_eq!(found.clusters.height(), 0);
        assert_eq!(**found.clusters.schema(), clusters::TABLE.schema());
        assert_eq!(found.of_person.null_count(), people.height());
    }
}
