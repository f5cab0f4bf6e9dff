//! Copies as a whole: what is found, what is not, and that how it is fed does not matter.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::sample::voice::copy_paste;
use crate::score::written::{In, Out};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const RUMOUR: &str = "とりのこえの珈琲を毎日飲むと目がよくなると聞きました。";

const OPENINGS: [&str; 12] = [
    "友達に教えてもらった駅前の珈琲店で",
    "三年ぶりに鎌倉の海沿いを歩いた帰り",
    "雨の日の午後に子どもを迎えに行く前",
    "会社の同僚が誕生日にくれた豆を挽いて",
    "通販で頼んでいた焙煎したての荷物が届き",
    "昨日の夜に眠れなくて台所に立ちながら",
    "夏休みの宿題を見ている娘のとなりで",
    "定年になった父が急に凝りはじめた道具で",
    "テレビの散歩番組で紹介されていた店の",
    "引っ越しの荷ほどきが終わらないまま床で",
    "早起きした土曜日に窓を全部あけてから",
    "職場の給湯室に置かれた古い機械を使い",
];
const MIDDLES: [&str; 12] = [
    "季節限定の水出しパックを試してみたら",
    "深煎りのマンデリンを濃いめにいれたところ",
    "浅煎りのエチオピアを冷やして飲むと",
    "新しいギフト缶の中身をひとつ開けて",
    "チーズケーキとカフェラテを一緒に頼み",
    "豆を百グラムずつ三種類買い込んで",
    "レジの人にすすめられた挽き方に変えて",
    "牛乳を温めすぎて膜が張ってしまったが",
    "砂糖を入れない主義の母に出してみると",
    "紙のフィルターを切らして布で代用したら",
    "届いた箱のすみが少しつぶれていたけれど",
    "いつもより五度低い湯をゆっくり注いで",
];
const CLOSINGS: [&str; 12] = [
    "果物みたいな香りがして驚きました",
    "待ち時間が長すぎて二度と行きません",
    "値段のわりに量が少ないと感じた",
    "家族みんなの分がすぐになくなった",
    "店員さんの笑顔に救われる思いがした",
    "もう少し苦いほうが好みかもしれない",
    "返事が来ないので明日また電話します",
    "おすすめの淹れ方を誰か教えてほしい",
    "思わず写真を撮って送ってしまった",
    "胃が痛くなって途中でやめておいた",
    "来週の集まりにも持っていくつもり",
    "気づいたら本を一冊読み終えていた",
];

/// Returns what a finder writes down.
pub(super) fn written(copies: &Copies) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Out::new(&mut bytes);
    copies.write(&mut out).unwrap();
    out.seal().unwrap();
    bytes
}

/// Reads what a finder wrote down; `None` when it is not whole.
pub(super) fn read(mut bytes: &[u8], settings: Settings) -> Option<Copies> {
    let mut input = In::new(&mut bytes);
    let mut copies = Copies::new(settings);
    copies.read(&mut input)?;
    input.is_whole().then_some(copies)
}

fn post(text: &str, author: u64, posted_at: i64) -> Post<'_> {
    Post {
        text,
        author,
        posted_at,
        is_repost: false,
    }
}

fn text(parts: [usize; 3]) -> String {
    let [opening, middle, closing] = parts;
    format!(
        "{}、{}、{}。",
        OPENINGS[opening], MIDDLES[middle], CLOSINGS[closing]
    )
}

/// Returns a text with this share of its characters put in, taken out or replaced.
fn edited(text: &str, share: f64, rng: &mut ChaCha8Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let edits = (letters.len() as f64 * share).round() as usize;
    for _ in 0..edits {
        let place = rng.random_range(0..letters.len());
        let letter = if rng.random_bool(0.7) {
            rng.random_range('あ'..='ん')
        } else {
            rng.random_range('一'..='龠')
        };
        match rng.random_range(0..3) {
            0 => letters[place] = letter,
            1 => letters.insert(place, letter),
            _ => {
                letters.remove(place);
            }
        }
    }
    letters.into_iter().collect()
}

/// A text, when it is posted, and the campaign that it is a copy of.
type Labelled = (f64, Option<usize>, String);

/// Returns 1,500 posts about one topic in order: 40 campaigns with 2 to 12 copies, each with up to a fifth edited, three
/// posts beside each campaign that share two parts of three with it, and others that share one.
fn labelled(seed: u64) -> Vec<Labelled> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut used = BTreeSet::new();
    let mut posts: Vec<Labelled> = Vec::new();
    let any = |rng: &mut ChaCha8Rng| [0; 3].map(|_: usize| rng.random_range(0..12_usize));
    let mut campaigns = Vec::new();
    while campaigns.len() < 40 {
        let parts = any(&mut rng);
        if used.insert(parts) {
            campaigns.push(parts);
        }
    }
    for (campaign, parts) in campaigns.iter().enumerate() {
        let original = text(*parts);
        let begins: f64 = rng.random_range(0.0..0.5);
        for _ in 0..rng.random_range(2..=12) {
            let share = rng.random_range(0.0..0.2);
            let mut copy = edited(&original, share, &mut rng);
            match rng.random_range(0..8) {
                0 => copy.push_str(" https://t.co/x1"),
                1 => copy.push_str(" #拡散 #珈琲"),
                2 => copy.insert_str(0, "@koe_jp "),
                _ => {}
            }
            let later: f64 = rng.random_range(0.001..0.5);
            posts.push((begins + later, Some(campaign), copy));
        }
        posts.push((begins, Some(campaign), original));
        for part in 0..3 {
            let mut other = *parts;
            let step: usize = rng.random_range(1..12);
            other[part] = (other[part] + step) % 12;
            if used.insert(other) {
                posts.push((rng.random_range(0.0..1.0), None, text(other)));
            }
        }
    }
    while posts.len() < 1_500 {
        let parts = any(&mut rng);
        if used.insert(parts) {
            posts.push((rng.random_range(0.0..1.0), None, text(parts)));
        }
    }
    posts.sort_by(|left, right| left.0.total_cmp(&right.0));
    posts
}

/// Returns pairwise precision, recall and F1 of clusters.
fn pairwise(found: &[u64], labels: &[u64]) -> [f64; 3] {
    let pairs = |keys: &mut dyn Iterator<Item = (u64, u64)>| -> f64 {
        let mut sizes: BTreeMap<(u64, u64), u64> = BTreeMap::new();
        for key in keys {
            *sizes.entry(key).or_default() += 1;
        }
        sizes
            .values()
            .map(|size| size * (size - 1) / 2)
            .sum::<u64>() as f64
    };
    let both = pairs(&mut found.iter().copied().zip(labels.iter().copied()));
    let said = pairs(&mut found.iter().map(|found| (*found, 0_u64)));
    let true_ones = pairs(&mut labels.iter().map(|label| (*label, 0_u64)));
    [
        both / said,
        both / true_ones,
        2.0 * both / (said + true_ones),
    ]
}

#[test]
fn pairwise_f1_is_at_least_95_percent_at_up_to_20_percent_edits() {
    for seed in 0..3 {
        let posts = labelled(seed);
        let mut copies = Copies::new(Settings::default());
        let fed: Vec<Post<'_>> = posts
            .iter()
            .enumerate()
            .map(|(number, (at, _, text))| {
                post(text, number as u64, (at * DAY as f64 * 30.0) as i64)
            })
            .collect();
        let verdicts = copies.push_all(&fed);
        let labels: Vec<u64> = (0_u64..)
            .zip(&posts)
            .map(|(number, (_, campaign, _))| campaign.map_or(1_000 + number, |n| n as u64))
            .collect();
        let at_once: Vec<u64> = verdicts.iter().map(|verdict| verdict.first).collect();
        let at_last: Vec<u64> = at_once
            .iter()
            .map(|first| copies.first_of(*first))
            .collect();
        for found in [at_once, at_last] {
            let [precision, recall, f1] = pairwise(&found, &labels);
            assert!(f1 >= 0.95 && precision >= 0.97, "{precision} {recall} {f1}");
        }
    }
}

#[test]
fn a_campaign_of_the_sample_is_one_cluster() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for variant in 0..12 {
        let mut copies = Copies::new(Settings::default());
        for n in 0..40_u64 {
            let text = copy_paste(variant, &mut rng);
            copies.push(&post(&text, n, n as i64 * HOUR));
        }
        let clusters = copies.clusters();
        assert_eq!(clusters.len(), 1, "{variant}");
        assert_eq!((clusters[0].first, clusters[0].posts), (0, 40));
        assert_eq!(clusters[0].authors, 40);
        assert!((clusters[0].half_after_hours - 19.5).abs() < 1.5);
    }
}

#[test]
fn a_copy_is_what_another_said_first() {
    let mut copies = Copies::new(Settings::default());
    let said = [
        post(RUMOUR, 1, 0),
        post(
            "とりのこえの珈琲を毎日飲むと目がよくなると聞きました！！ https://t.co/a",
            2,
            1,
        ),
        post(RUMOUR, 1, 2),
        post(
            "とりのこえのコーヒーを毎日飲むと目がよくなるって聞きました",
            3,
            3,
        ),
        post("おいしい", 4, 4),
        post("おいしい", 5, 5),
        post("昨日は江ノ電が混んでいて座れないまま終点まで行った", 6, 6),
    ];
    let verdicts = copies.push_all(&said);
    let told: Vec<(u64, bool, bool)> = verdicts
        .iter()
        .map(|verdict| (verdict.first, verdict.is_copy, verdict.is_self_repeat))
        .collect();
    assert_eq!(
        told,
        [
            (0, false, false),
            (0, true, false),
            (0, false, true),
            (0, true, false),
            (4, false, false),
            (5, false, false),
            (6, false, false),
        ]
    );
    assert_eq!(verdicts[1].similarity, 1.0);
    assert!((0.7..1.0).contains(&verdicts[3].similarity));
    assert_eq!(copies.counts().short, 2);
    let clusters = copies.clusters();
    assert_eq!(clusters.len(), 1);
    let cluster = &clusters[0];
    assert_eq!((cluster.first, cluster.first_author), (0, 1));
    assert_eq!((cluster.posts, cluster.authors), (4, 3));
    assert_eq!((cluster.first_at, cluster.last_at), (0, 3));
}

#[test]
fn another_product_in_the_same_sentence_is_no_copy() {
    let mut copies = Copies::new(Settings::default());
    for (n, product) in [
        "水出しパックの詰め合わせ",
        "チーズケーキと焼き菓子",
        "エチオピアの浅煎り豆",
    ]
    .iter()
    .enumerate()
    {
        let text = format!("とりのこえの{product}を友達にもらった。とても美味しい。");
        let verdict = copies.push(&post(&text, n as u64, n as i64));
        assert_eq!(verdict.first, n as u64);
    }
}

#[test]
fn a_quotation_with_a_remark_is_a_copy_and_an_answer_is_none() {
    let original = text([0, 0, 0]);
    let mut copies = Copies::new(Settings::default());
    copies.push(&post(&original, 1, 0));
    let quoted = format!("これは本当なのか気になる。誰か知りませんか。{original}");
    assert!(copies.push(&post(&quoted, 2, 1)).is_copy);
    let answer = format!(
        "{original}という投稿を見たけれど、うちでは逆に渋みばかりが目立ってしまい、豆の量を減らしてやっと飲めるようになった。"
    );
    assert!(!copies.push(&post(&answer, 3, 2)).is_copy);
}

#[test]
fn reposts_are_no_copies_and_nobody_copies_them() {
    let mut copies = Copies::new(Settings::default());
    let repost = Post {
        is_repost: true,
        ..post(RUMOUR, 1, 0)
    };
    assert!(!copies.push(&repost).is_copy);
    assert!(!copies.push(&post(RUMOUR, 2, 1)).is_copy);
    assert!(!copies.push(&repost).is_copy);
    assert!(copies.push(&post(RUMOUR, 3, 2)).is_copy);
    assert_eq!((copies.counts().reposts, copies.counts().short), (2, 0));
    // The second repost was said to be earlier than what was fed before it.
    assert_eq!(copies.counts().late, 1);
}

#[test]
fn what_was_said_before_the_window_is_forgotten() {
    let settings = Settings {
        window: 90 * DAY,
        ..Settings::default()
    };
    let second = |at| {
        let mut copies = Copies::new(settings);
        copies.push(&post(RUMOUR, 1, 0));
        copies.push(&post(RUMOUR, 2, at)).is_copy
    };
    assert!(second(90 * DAY));
    assert!(!second(90 * DAY + 1));
    // Whoever goes on saying it is remembered.
    let mut copies = Copies::new(settings);
    let verdicts: Vec<Verdict> = (0..20)
        .map(|n| copies.push(&post(RUMOUR, n, n as i64 * 30 * DAY)))
        .collect();
    assert!(verdicts[1..].iter().all(|verdict| verdict.first == 0));
    assert!(copies.texts.len() <= 4);
    copies.push(&post("おはよう", 1, 900 * DAY));
    assert_eq!((copies.texts.len(), copies.clusters().len()), (0, 0));
    let ended = copies.take_ended();
    assert_eq!((ended.len(), ended[0].posts), (1, 20));
    assert!(copies.take_ended().is_empty());
}

#[test]
fn memory_is_bounded_and_what_it_costs_is_counted() {
    let mut copies = Copies::new(Settings {
        bytes: 100_000,
        ..Settings::default()
    });
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for n in 0..3_000 {
        let text: String = (0..60).map(|_| rng.random_range('一'..='龠')).collect();
        copies.push(&post(&text, n, n as i64));
        assert!(copies.size() <= 100_000);
    }
    assert_eq!(
        copies.counts().crowded_out + copies.texts.len() as u64,
        3_000
    );
    assert!(copies.texts.len() > 400);
}

#[test]
fn equal_texts_are_remembered_once() {
    let mut copies = Copies::new(Settings::default());
    for n in 0..30_000_u64 {
        let verdict = copies.push(&post(RUMOUR, n, n as i64));
        assert_eq!((verdict.first, verdict.is_copy), (0, n > 0));
    }
    assert_eq!(copies.texts.len(), 1);
    let clusters = copies.clusters();
    assert_eq!(clusters.len(), 1);
    let cluster = &clusters[0];
    assert_eq!(cluster.posts, 30_000);
    assert!(cluster.authors.abs_diff(30_000) < 3_000);
}

#[test]
fn a_flood_of_variants_stays_one_cluster() {
    let mut copies = Copies::new(Settings::default());
    for n in 0..5_000_u64 {
        let text = format!("{}応募番号は{n}番です", text([3, 3, 3]));
        let verdict = copies.push(&post(&text, n, n as i64));
        assert_eq!(verdict.first, 0);
    }
    assert!(copies.counts().capped > 4_000);
    assert_eq!(copies.clusters()[0].posts, 5_000);
}

#[test]
fn a_chain_of_small_edits_does_not_join_everything() {
    let (from, to): (Vec<char>, Vec<char>) = (
        text([1, 1, 1]).chars().collect(),
        text([2, 2, 2]).chars().collect(),
    );
    let mut copies = Copies::new(Settings::default());
    let mut verdicts = Vec::new();
    for cut in 0..from.len().min(to.len()) {
        let text: String = to[..cut].iter().chain(&from[cut..]).collect();
        verdicts.push(copies.push(&post(&text, cut as u64, cut as i64)));
    }
    assert!(verdicts[1..10].iter().all(|verdict| verdict.first == 0));
    assert!(verdicts.iter().all(|verdict| verdict.similarity >= 0.5));
    assert!(verdicts.last().unwrap().first > 0);
}

#[test]
fn odd_texts_are_no_copies_and_harm_nobody() {
    let long = "あいうえおかきくけこさしすせそ".repeat(70_000);
    let texts = [
        "",
        " \n\t",
        "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "\u{202e}\u{200f}\u{0}\u{1}\u{7f}\u{feff}",
        "https://example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "#あああ #いいい #ううう #えええ #おおお #かかか #ききき",
        "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    ];
    let mut copies = Copies::new(Settings::default());
    for (n, text) in texts.iter().chain(&texts).enumerate() {
        let verdict = copies.push(&post(text, n as u64, 0));
        assert_eq!((verdict.first, verdict.is_copy), (n as u64, false));
    }
    assert_eq!(copies.counts().short, 14);
    assert!(!copies.push(&post(&long, 90, 1)).is_copy);
    assert!(copies.push(&post(&long, 91, 1)).is_copy);
    assert_eq!(copies.counts().cut, 2);
    for at in [i64::MIN, i64::MAX, 0] {
        copies.push(&post(RUMOUR, 1, at));
    }
    copies.clusters();
}

/// A stream with copies, repeats, reposts and gaps, as texts, authors, times and flags.
fn stream(length: usize) -> Vec<(String, u64, i64, bool)> {
    let mut rng = ChaCha8Rng::seed_from_u64(length as u64);
    let mut at = 0;
    (0..length)
        .map(|_| {
            let hours: i64 = rng.random_range(0..12);
            at += hours * HOUR;
            let original = text([
                rng.random_range(0..12),
                rng.random_range(0..12),
                rng.random_range(0..2),
            ]);
            let share = if rng.random_bool(0.5) { 0.0 } else { 0.1 };
            let said = edited(&original, share, &mut rng);
            (said, rng.random_range(0..20), at, rng.random_bool(0.05))
        })
        .collect()
}

fn posts(stream: &[(String, u64, i64, bool)]) -> Vec<Post<'_>> {
    stream
        .iter()
        .map(|(text, author, posted_at, is_repost)| Post {
            text,
            author: *author,
            posted_at: *posted_at,
            is_repost: *is_repost,
        })
        .collect()
}

#[test]
fn feeding_in_parts_is_feeding_at_once() {
    let stream = stream(1_200);
    let posts = posts(&stream);
    let settings = Settings {
        window: 60 * DAY,
        bytes: 40_000,
    };
    let mut whole = Copies::new(settings);
    let verdicts = whole.push_all(&posts);
    assert!(whole.counts().crowded_out > 0 && whole.groups.ended.len() > 0);
    let ended = read(&written(&whole), settings).unwrap().take_ended();
    for cut in [0, 1, 333, 800, 1_199, 1_200] {
        let mut copies = Copies::new(settings);
        let mut told = copies.push_all(&posts[..cut]);
        let mut copies = read(&written(&copies), settings).unwrap();
        told.extend(posts[cut..].iter().map(|post| copies.push(post)));
        assert_eq!(told, verdicts, "{cut}");
        assert!(written(&copies) == written(&whole), "{cut}");
        assert_eq!(copies.take_ended(), ended);
    }
}

proptest! {
    #[test]
    fn any_texts_can_be_fed(texts in proptest::collection::vec("[あいうえ#@ ]{0,40}", 0..40)) {
        let settings = Settings { window: 20, bytes: 3_000 };
        let mut copies = Copies::new(settings);
        for (n, text) in texts.iter().enumerate() {
            let verdict = copies.push(&post(text, n as u64 % 3, n as i64));
            prop_assert!(verdict.first <= n as u64);
            prop_assert!((0.0..=1.0).contains(&verdict.similarity));
            prop_assert!(!(verdict.is_copy && verdict.is_self_repeat));
            prop_assert_eq!(verdict.first != n as u64, verdict.is_copy || verdict.is_self_repeat);
        }
        let bytes = written(&copies);
        let back = read(&bytes, settings).unwrap();
        prop_assert!(written(&back) == bytes);
    }
}
