use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Poisson};

use super::*;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const SPAN: i64 = 90 * DAY;

fn edge(from: u32, to: u32, at: i64, kind: EdgeKind) -> Edge {
    Edge { from, to, at, kind }
}

fn post(author: u32, at: i64, words: &[u32]) -> Post<'_> {
    Post {
        author,
        at,
        is_opinion: true,
        sentiment: None,
        is_negative: false,
        repost_count: 0,
        words: words.into(),
    }
}

fn measured(accounts: &[Account], edges: &[Edge], posts: &[Post<'_>]) -> Measures {
    let input = Input {
        accounts,
        edges,
        posts,
        vocabulary: &[],
        observed: 0..SPAN,
    };
    let settings = Settings {
        betweenness_work: 5_000_000,
        ..Settings::default()
    };
    measure(&input, &settings)
}

#[test]
fn what_is_no_response_is_left_out_and_counted() {
    let accounts = [Account::default(); 3];
    let edges = [
        edge(0, 0, 1, EdgeKind::Reply),
        edge(0, UNKNOWN, 1, EdgeKind::Reply),
        edge(7, 1, 1, EdgeKind::Repost),
        edge(0, 1, 5, EdgeKind::Mention),
        edge(0, 1, 5, EdgeKind::Reply),
        edge(1, 0, 6, EdgeKind::Mention),
    ];
    let posts = [post(0, 1, &[]), post(9, 1, &[])];
    let found = measured(&accounts, &edges, &posts);
    assert_eq!(
        found.left_out,
        LeftOut {
            self_responses: 1,
            unknown_responses: 2,
            double_mentions: 1,
            unknown_posts: 1
        }
    );
    let responses = found.accounts[1].responses;
    assert_eq!((responses.replies, responses.mentions), (1, 0));
    assert_eq!(responses.responders, 1);
    assert_eq!(found.accounts[0].responses.mentions, 1);
    assert_eq!(found.accounts[0].opinion_count, 1);
}

#[test]
fn an_account_without_posts_and_neighbours_has_no_community() {
    let found = measured(
        &[Account::default(); 3],
        &[edge(0, 1, 1, EdgeKind::Quote)],
        &[],
    );
    assert_eq!(found.accounts[2].community, None);
    assert_eq!(found.accounts[0].community, Some(0));
    assert_eq!(found.accounts[2].betweenness, None);
    assert_eq!(found.accounts[2].role, Role::Peer);
    assert!(found.accounts[2].page_rank > 0.0);
    let nobody = measured(&[], &[edge(0, 1, 1, EdgeKind::Reply)], &[post(0, 1, &[])]);
    assert!(nobody.accounts.is_empty() && nobody.communities.is_empty());
}

#[test]
fn one_account_that_all_name_is_one_community_and_no_blow_up() {
    let count = 50_000_u32;
    let mut accounts = vec![
        Account {
            follower_count: Some(10_000_000),
            ..Account::default()
        };
        count as usize
    ];
    accounts[0].follower_count = Some(i64::MAX);
    let edges: Vec<Edge> = (1..count)
        .map(|from| edge(from, 0, i64::from(from) * HOUR, EdgeKind::Repost))
        .collect();
    let found = measured(&accounts, &edges, &[]);
    let hub = &found.accounts[0];
    assert_eq!(hub.reach, i64::MAX);
    assert_eq!(hub.responses.reposts, count - 1);
    assert!((hub.betweenness.unwrap() - 1.0).abs() < 0.1);
    assert_eq!(hub.role, Role::Influencer);
    assert_eq!(found.communities.len(), 1);
    assert_eq!(found.communities[0].size, count);
    assert!((hub.page_rank - 0.459).abs() < 0.01, "{}", hub.page_rank);
}

#[test]
fn the_account_between_two_circles_is_a_bridge() {
    let mut edges = Vec::new();
    for circle in [0, 10] {
        for left in 0..10 {
            for right in 0..left {
                edges.push(edge(circle + left, circle + right, 1, EdgeKind::Reply));
            }
        }
    }
    edges.push(edge(20, 3, 2, EdgeKind::Mention));
    edges.push(edge(20, 14, 2, EdgeKind::Mention));
    let found = measured(&[Account::default(); 21], &edges, &[]);
    assert_eq!(found.communities.len(), 2);
    let bridge = &found.accounts[20];
    assert_eq!(bridge.neighbour_communities, 2);
    assert_eq!(bridge.role, Role::Bridge, "{bridge:?}");
    // 100 of the 190 pairs of the other twenty.
    assert!((bridge.betweenness.unwrap() - 100.0 / 190.0).abs() < 1e-12);
}

#[test]
fn communities_are_told_by_their_own_words() {
    let names = ["珈琲", "焙煎", "深煎り", "紅茶", "茶葉", "口癖"];
    let (coffee, tea, habit) = ([0, 1, 2, 1], [0, 3, 4], [0, 1, 5]);
    let mut edges = Vec::new();
    let mut posts = Vec::new();
    for member in 0..8_u32 {
        for other in 0..member {
            edges.push(edge(member, other, 1, EdgeKind::Reply));
            edges.push(edge(8 + member, 8 + other, 1, EdgeKind::Reply));
        }
        for at in 0..6 {
            // One member says one word all the time: that is no word of the community.
            let said = if member == 0 { &habit[..] } else { &coffee[..] };
            posts.push(post(member, at, said));
            posts.push(post(8 + member, at, &tea));
        }
    }
    posts[3].is_negative = true;
    let input = Input {
        accounts: &[Account::default(); 16],
        edges: &edges,
        posts: &posts,
        vocabulary: &names,
        observed: 0..SPAN,
    };
    let found = measure(&input, &Settings::default());
    assert_eq!(found.communities.len(), 2);
    let [left, right] = [&found.communities[0], &found.communities[1]];
    assert_eq!((left.size, left.opinion_count), (8, 48));
    assert_eq!(left.words, ["焙煎", "深煎り"]);
    assert_eq!(right.words, ["紅茶", "茶葉"]);
    assert_eq!(left.negative_share, Some(0.0));
    assert_eq!(right.negative_share, Some(1.0 / 48.0));
    assert_eq!(left.members.len(), 5);
}

#[test]
fn reposts_count_by_whichever_knows_more() {
    let mut posts = [post(0, 1, &[]), post(0, 2, &[]), post(0, 3, &[])];
    posts[0].repost_count = 9;
    posts[1].repost_count = 2;
    posts[2].repost_count = -4;
    let found = measured(&[Account::default()], &[], &posts);
    assert_eq!(found.accounts[0].repost_h_index, 2);
}

/// Sixty accounts that post of themselves, more at weekends, each exposed to account 0 about twice and moved by it to `effect`
/// more opinions within two days.
fn exposed(seed: u64, effect: f64) -> Influence {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut edges = Vec::new();
    let mut posts = Vec::new();
    for account in 1..=60_u32 {
        let habit: f64 = random.random_range(6.0..30.0);
        let own = Poisson::new(habit).unwrap().sample(&mut random) as usize;
        for _ in 0..own {
            posts.push(post(account, instant(&mut random), &[]));
        }
        for _ in 0..2 {
            let at = instant(&mut random);
            edges.push(edge(account, 0, at, EdgeKind::Reply));
            posts.push(post(account, at, &[]));
            if effect > 0.0 {
                let moved = Poisson::new(effect).unwrap().sample(&mut random) as usize;
                for _ in 0..moved {
                    let later = at + random.random_range(1..48 * HOUR);
                    posts.push(post(account, later, &[]));
                }
            }
        }
    }
    let found = measured(&[Account::default(); 61], &edges, &posts);
    *found.accounts[0]
        .influence
        .clone()
        .expect("enough exposures")
}

/// An instant of the span, three times as likely at weekends.
fn instant(random: &mut ChaCha8Rng) -> i64 {
    loop {
        let at = random.random_range(0..SPAN);
        if at / DAY % 7 >= 5 || random.random_bool(1.0 / 3.0) {
            return at;
        }
    }
}

#[test]
fn an_influence_that_is_there_is_measured() {
    let mut covered = 0;
    for seed in 0..10 {
        let found = exposed(seed, 0.5);
        assert!(found.exposure_count >= 100 && found.responder_count >= 55);
        assert!(found.p_value < 0.02, "{found:?}");
        assert!(
            found.excess_per_exposure > 0.15 && found.excess_per_exposure < 0.9,
            "{found:?}"
        );
        covered += i32::from(found.low <= 0.5 && found.high >= 0.5);
    }
    assert!(covered >= 7, "{covered} of 10");
}

#[test]
fn posts_at_the_same_hours_as_always_are_no_influence() {
    let found: Vec<Influence> = (100..200).map(|seed| exposed(seed, 0.0)).collect();
    let called = found.iter().filter(|found| found.p_value <= 0.05).count();
    assert!(called <= 12, "{called} of 100, 5 agreed");
    let mean = |value: fn(&Influence) -> f64| found.iter().map(value).sum::<f64>() / 100.0;
    let p_value = mean(|found| found.p_value);
    assert!(p_value > 0.4 && p_value < 0.7, "{p_value}");
    let excess = mean(|found| found.excess_per_exposure);
    assert!(excess.abs() < 0.04, "{excess}");
    let covered = found
        .iter()
        .filter(|found| found.low <= 0.0 && found.high >= 0.0)
        .count();
    assert!(covered >= 88, "{covered} of 100");
}

#[test]
fn bots_staff_and_the_shop_are_no_audience() {
    let audience = |account: Account| {
        let mut accounts = [account; 30];
        accounts[0] = Account::default();
        let edges: Vec<Edge> = (1..30)
            .map(|from| edge(from, 0, 40 * DAY, EdgeKind::Reply))
            .collect();
        measured(&accounts, &edges, &[]).accounts[0]
            .influence
            .clone()
    };
    assert!(audience(Account::default()).is_some());
    let bot = Account {
        is_bot: true,
        ..Account::default()
    };
    let official = Account {
        is_official: true,
        ..Account::default()
    };
    assert_eq!((audience(bot), audience(official)), (None, None));
}

/// A few thousand accounts that respond at random, some far more often than others.
fn crowd(seed: u64) -> (Vec<Account>, Vec<Edge>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let accounts = (0..3000)
        .map(|_| Account {
            follower_count: random
                .random_bool(0.8)
                .then(|| random.random_range(0..100_000)),
            ..Account::default()
        })
        .collect();
    let kinds = [
        EdgeKind::Reply,
        EdgeKind::Quote,
        EdgeKind::Repost,
        EdgeKind::Mention,
    ];
    let edges = (0..12_000)
        .map(|_| {
            let from = random.random_range(0..3000_u32);
            let to = random.random_range(0..=from);
            let kind = kinds[random.random_range(0..4_usize)];
            edge(from, to, random.random_range(0..SPAN), kind)
        })
        .collect();
    (accounts, edges)
}

#[test]
fn the_order_of_the_edges_and_the_number_of_threads_change_nothing() {
    let (accounts, mut edges) = crowd(1);
    let on = |threads: usize, edges: &[Edge]| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| measured(&accounts, edges, &[]))
    };
    let one = on(1, &edges);
    assert!(
        one.accounts
            .iter()
            .any(|account| account.influence.is_some())
    );
    assert_eq!(one, on(3, &edges));
    edges.reverse();
    assert_eq!(one, on(2, &edges));
}

#[test]
fn what_is_measured_keeps_its_bounds() {
    let (accounts, edges) = crowd(2);
    let found = measured(&accounts, &edges, &[]);
    let sum: f64 = found.accounts.iter().map(|account| account.page_rank).sum();
    assert!((sum - 1.0).abs() < 1e-8);
    let members: u32 = found.communities.iter().map(|found| found.size).sum();
    let placed = found
        .accounts
        .iter()
        .filter(|account| account.community.is_some())
        .count();
    assert_eq!(members as usize, placed);
    assert!(
        found
            .communities
            .windows(2)
            .all(|pair| pair[0].size >= pair[1].size)
    );
    let influencers = found
        .accounts
        .iter()
        .filter(|account| account.role == Role::Influencer)
        .count();
    assert!(influencers > 0 && influencers <= 60, "{influencers}");
}
