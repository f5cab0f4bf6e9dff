//! Tests of exposures on small shops and on instants.

use proptest::prelude::{any, prop, prop_assert, proptest};

use super::*;
use crate::config::Config;
use crate::math::matched::MatchedWindow;
use crate::segment::fixture::{Post, Shop, config, floats, integers, settings, texts, until};
use crate::segment::purchases::purchases;

const TERMS: Terms = Terms {
    days: 7,
    min_group_size: 5,
};

fn reply<'a>(id: &'a str, account: &'a str, at: &'a str, to: &'a str) -> Post<'a> {
    Post {
        id,
        account,
        at,
        reply_to: Some(to),
        reposted: None,
        mentions: &[],
    }
}

/// Ann (`a`) and ben (`b`) post; of the others only cat (`c`) is linked and may be analysed.
fn posts() -> Vec<Post<'static>> {
    let root = |id, account| Post {
        reply_to: None,
        ..reply(id, account, "2026-01-01T00:00:00Z", "")
    };
    vec![
        root("a0", "a"),
        root("b0", "b"),
        reply("c1", "c", "2026-02-10T00:00:00Z", "a0"),
        // The same response, once more by name.
        Post {
            mentions: &["A"],
            ..reply("c2", "c", "2026-02-10T00:00:00Z", "a0")
        },
        Post {
            reply_to: None,
            reposted: Some("b0"),
            ..reply("c3", "c", "2026-02-12T00:00:00Z", "")
        },
        Post {
            reply_to: None,
            mentions: &["@b", "nobody"],
            ..reply("a1", "a", "2026-02-13T00:00:00Z", "")
        },
        // To oneself, by somebody who is not linked, by somebody who is not to be analysed, by a program.
        reply("a2", "a", "2026-02-14T00:00:00Z", "a0"),
        reply("d1", "d", "2026-02-14T00:00:00Z", "a0"),
        reply("e1", "e", "2026-02-14T00:00:00Z", "a0"),
        reply("r1", "r", "2026-02-14T00:00:00Z", "a0"),
    ]
}

const PERSONS: [(&str, &str, bool); 6] = [
    ("1", "ann", true),
    ("2", "ben", true),
    ("3", "cat", true),
    ("4", "dan", true),
    ("5", "eve", false),
    ("6", "rob", true),
];
const LINKS: [(&str, &str); 5] = [
    ("ann", "a"),
    ("ben", "b"),
    ("cat", "c"),
    ("eve", "e"),
    ("rob", "r"),
];

fn found(shop: &Shop<'_>, config: &Config, terms: Terms) -> DataFrame {
    let (input, as_of) = (shop.input(), until("2026-03-31"));
    let bought = purchases(&input, settings(config).money, &as_of)
        .unwrap()
        .table;
    table(&input, &bought, terms, &as_of).unwrap()
}

#[test]
fn only_responses_between_linked_persons_are_exposures() {
    let posts = posts();
    let shop = Shop {
        persons: &PERSONS,
        links: &LINKS,
        roles: &[("a", "advocate"), ("r", "bot")],
        posts: &posts,
        orders: &[
            ("o1", "1", "2026-01-05T00:00:00Z", 1000),
            ("o3", "3", "2026-02-11T00:00:00Z", 1000),
        ],
        ..Shop::EMPTY
    };
    let input = shop.input();
    let responses = Responses::read(&input, &until("2026-03-31")).unwrap();
    let at = |day: i64| 1_770_681_600_000_000 + (day - 10) * DAY;
    let named: Vec<(&str, &str, i64)> = responses
        .edges
        .iter()
        .map(|edge| (responses.person(edge.0), responses.person(edge.1), edge.2))
        .collect();
    assert_eq!(
        named,
        [
            ("ann", "cat", at(10)),
            ("ben", "ann", at(13)),
            ("ben", "cat", at(12)),
        ]
    );
    let exposures = found(&shop, &config(""), TERMS);
    assert_eq!(**exposures.schema(), exposures::TABLE.schema());
    assert_eq!(
        texts(&exposures, exposures::SCOPE),
        ["all", "role", "person", "person"]
    );
    assert_eq!(
        texts(&exposures, exposures::ACCOUNT_ROLE),
        ["", "advocate", "advocate", ""]
    );
    assert_eq!(
        texts(&exposures, exposures::PERSON_ID),
        ["", "", "ann", "ben"]
    );
    // Of cat's two responses the second lies within the window of the first.
    assert_eq!(
        integers(&exposures, exposures::EXPOSURE_COUNT),
        [2, 1, 1, 2]
    );
    assert_eq!(integers(&exposures, exposures::EXPOSED_COUNT), [2, 1, 1, 2]);
    // Too few to tell what anybody bought.
    assert!(
        floats(&exposures, exposures::EXCESS)
            .iter()
            .all(Option::is_none)
    );
    let counts = exposures
        .column(exposures::PURCHASE_DAY_COUNT.name)
        .unwrap();
    assert_eq!(counts.null_count(), 4);
}

#[test]
fn purchases_after_exposure_stand_out_and_those_at_any_time_do_not() {
    let persons: Vec<String> = (0..25).map(|place| format!("p{place:02}")).collect();
    let mut links: Vec<(&str, &str)> = vec![("ann", "a")];
    let mut people: Vec<(&str, &str, bool)> = vec![("a", "ann", true)];
    for person in &persons {
        links.push((person.as_str(), person.as_str()));
        people.push((person.as_str(), person.as_str(), true));
    }
    let ids: Vec<String> = persons.iter().map(|id| format!("r{id}")).collect();
    let mut posts = vec![Post {
        reply_to: None,
        ..reply("a0", "a", "2026-01-01T00:00:00Z", "")
    }];
    for (person, id) in persons.iter().zip(&ids) {
        posts.push(reply(id, person, "2026-02-10T00:00:00Z", "a0"));
    }
    let mut after: Vec<(&str, &str, &str, i64)> = vec![("o", "a", "2026-01-02T00:00:00Z", 100)];
    let mut always = after.clone();
    let days = ["07", "14", "21", "28"];
    let instants: Vec<String> = ["01", "02", "03"]
        .iter()
        .flat_map(|month| days.map(|day| format!("2026-{month}-{day}T00:00:00Z")))
        .collect();
    let orders: Vec<Vec<String>> = persons
        .iter()
        .map(|id| (0..instants.len()).map(|n| format!("{id}-{n}")).collect())
        .collect();
    for (person, ids) in persons.iter().zip(&orders) {
        after.push((
            ids[0].as_str(),
            person.as_str(),
            "2026-02-12T00:00:00Z",
            100,
        ));
        for (id, at) in ids.iter().zip(&instants) {
            always.push((id.as_str(), person.as_str(), at.as_str(), 100));
        }
    }
    let shop = Shop {
        persons: &people,
        links: &links,
        posts: &posts,
        ..Shop::EMPTY
    };
    let config = config("");
    let moved = found(
        &Shop {
            orders: &after,
            ..shop
        },
        &config,
        TERMS,
    );
    assert_eq!(texts(&moved, exposures::SCOPE), ["all", "person"]);
    assert_eq!(integers(&moved, exposures::EXPOSURE_COUNT), [25, 25]);
    assert_eq!(integers(&moved, exposures::PURCHASE_DAY_COUNT), [25, 25]);
    let low = floats(&moved, exposures::EXCESS_LOW);
    assert!(low[0].is_some_and(|low| low > 0.5), "{low:?}");
    assert!(floats(&moved, exposures::EXCESS_P)[0].is_some_and(|p| p < 1e-6));
    let regular = found(
        &Shop {
            orders: &always,
            ..shop
        },
        &config,
        TERMS,
    );
    let excess = floats(&regular, exposures::EXCESS)[0].unwrap();
    assert!(excess.abs() < 0.1, "{excess}");
    // Where larger groups alone are shown, twenty-five are too few.
    let wary = Terms {
        min_group_size: 26,
        ..TERMS
    };
    let hidden = found(
        &Shop {
            orders: &after,
            ..shop
        },
        &config,
        wary,
    );
    assert_eq!(floats(&hidden, exposures::EXCESS), [None, None]);
}

#[test]
fn nobody_linked_is_no_row() {
    let exposures = found(&Shop::EMPTY, &config(""), TERMS);
    assert_eq!(exposures.height(), 0);
    assert_eq!(**exposures.schema(), exposures::TABLE.schema());
}

#[test]
fn control_windows_are_whole_weeks_away_and_know_no_exposure() {
    let matching = |days: i64| Matching {
        length: 7 * DAY,
        step: 7 * DAY,
        observed: 0..days * DAY,
    };
    let at = 40 * DAY;
    let events = [at - 7 * DAY, at, at + 1, at + 7 * DAY, at + 8 * DAY];
    let found = matching(100).windows(3, &[at], &events);
    assert_eq!(
        found,
        [MatchedWindow {
            group: 3,
            count: 2,
            // The purchase at the instant of exposure belongs to the week before.
            control_count: 3,
            control_windows: 8
        }]
    );
    let two = matching(100).windows(0, &[at, at + DAY, at + 14 * DAY], &[]);
    let controls: Vec<u32> = two.iter().map(|window| window.control_windows).collect();
    assert_eq!(controls, [6, 6]);
    assert!(
        matching(46).windows(0, &[at], &[]).is_empty(),
        "not yet over"
    );
}

proptest! {
    #[test]
    fn any_instants_make_windows_that_can_be_measured(
        mut exposures in prop::collection::vec(any::<i64>(), 0..20),
        mut events in prop::collection::vec(any::<i64>(), 0..20),
    ) {
        exposures.sort_unstable();
        events.sort_unstable();
        let matching = Matching { length: 7 * DAY, step: 7 * DAY, observed: i64::MIN..i64::MAX };
        let windows = matching.windows(0, &exposures, &events);
        prop_assert!(windows.len() <= exposures.len());
        prop_assert!(windows.iter().all(|window| (1..=8).contains(&window.control_windows)));
        if !windows.is_empty() {
            prop_assert!(matched_excess(&windows, CONFIDENCE).is_ok());
        }
    }
}
