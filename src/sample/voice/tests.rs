use std::collections::BTreeMap;

use super::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const PRODUCTS: [Option<&str>; 10] = [
    None,
    None,
    Some("朝のさえずり"),
    Some("夜のふくろう"),
    Some("カフェインレス こもれび"),
    Some("エチオピア イルガチェフェ"),
    Some("水出しパック"),
    Some("カヌレ"),
    Some("月のとりだより"),
    Some("ギフト缶"),
];
const CHANNELS: [Channel; 5] = [
    Channel::XPost,
    Channel::XPost,
    Channel::XReply,
    Channel::Review,
    Channel::LineChat,
];

fn draw(stance: Stance, rng: &mut ChaCha8Rng) -> String {
    let persona = Persona::draw(rng);
    let brief = Brief {
        stance,
        aspect: Aspect::ALL[rng.random_range(0..10)],
        channel: CHANNELS[rng.random_range(0..5)],
        persona: &persona,
        product: PRODUCTS[rng.random_range(0..10)],
        month: rng.random_range(1..=12),
        hour: rng.random_range(0..24),
    };
    utterance(&brief, rng)
}

fn assert_clean(text: &str) {
    assert!(!text.trim().is_empty());
    for c in text.chars() {
        assert!(c == '\n' || !c.is_control(), "control in {text:?}");
        assert!(!matches!(c, '{' | '}' | '[' | ']' | '|' | '~'), "{text}");
    }
    for wrong in ["。。", "、、", "。、", "、。", "んだです"] {
        assert!(!text.contains(wrong), "{wrong} in {text}");
    }
}

#[test]
fn three_thousand_posts_vary_in_openings_and_endings() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut whole, mut heads, mut tails) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for at in 0..3_000 {
        let text = draw(Stance::ALL[at % 8], &mut rng);
        assert_clean(&text);
        let chars: Vec<char> = text.chars().collect();
        if chars.len() <= 8 {
            continue;
        }
        *whole.entry(text.clone()).or_insert(0) += 1;
        if chars.len() >= 12 {
            *heads.entry(chars[..12].to_vec()).or_insert(0) += 1;
            *tails.entry(chars[chars.len() - 10..].to_vec()).or_insert(0) += 1;
        }
    }
    let copies: i32 = whole.values().filter(|n| **n > 1).map(|n| n - 1).sum();
    assert!(copies < 30, "{copies} duplicates");
    let most = |counts: &BTreeMap<Vec<char>, i32>| {
        counts
            .iter()
            .max_by_key(|(_, n)| **n)
            .map_or((String::new(), 0), |(k, n)| (k.iter().collect(), *n))
    };
    let (head, heads) = most(&heads);
    assert!(heads <= 45, "{head}: {heads}");
    let (tail, tails) = most(&tails);
    assert!(tails <= 60, "{tail}: {tails}");
}

#[test]
fn the_same_seed_gives_the_same_words() {
    let texts = |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        Stance::ALL.map(|stance| draw(stance, &mut rng))
    };
    assert_eq!(texts(3), texts(3));
    assert_ne!(texts(3), texts(4));
}

#[test]
fn every_stance_aspect_and_channel_finds_words() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for stance in Stance::ALL {
        for aspect in Aspect::ALL {
            for channel in [
                Channel::XPost,
                Channel::XReply,
                Channel::Review,
                Channel::LineChat,
            ] {
                for product in
                    PRODUCTS
                        .into_iter()
                        .chain([Some("ラテボウル"), Some("新しい品"), Some("")])
                {
                    let persona = Persona::draw(&mut rng);
                    let brief = Brief {
                        stance,
                        aspect,
                        channel,
                        persona: &persona,
                        product,
                        month: 13,
                        hour: 99,
                    };
                    assert_clean(&utterance(&brief, &mut rng));
                }
            }
            assert_clean(&official_reply(stance, aspect, &mut rng));
        }
    }
}

#[test]
fn the_shop_the_crowd_and_the_days_speak_cleanly() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut crowd = std::collections::BTreeSet::new();
    for at in 0..1_500u32 {
        let persona = Persona::draw(&mut rng);
        assert_clean(&official_post(at % 13, &mut rng));
        assert_clean(&impersonator_post(&mut rng));
        assert_clean(&off_topic(&persona, at % 13, at % 24, &mut rng));
        assert_clean(&bio(&persona, &mut rng));
        let wave = Wave::ALL[at as usize % 5];
        let text = flare_up(wave, Cause::ALL[at as usize % 3], &persona, &mut rng);
        assert_clean(&text);
        crowd.insert(text);
    }
    assert!(crowd.len() > 1_200, "{}", crowd.len());
}

#[test]
fn copies_of_a_campaign_differ_by_at_most_a_fifth() {
    for variant in 0..60 {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(variant));
        let copies: Vec<Vec<char>> = (0..40)
            .map(|_| copy_paste(variant, &mut rng).chars().collect())
            .collect();
        // the commonest copy is the original
        let mut counts = BTreeMap::new();
        for copy in &copies {
            *counts.entry(copy.clone()).or_insert(0) += 1;
        }
        let original = counts
            .iter()
            .max_by_key(|(_, n)| **n)
            .map(|(c, _)| c.clone())
            .expect("forty copies were drawn");
        assert!(counts.len() > 3);
        for copy in &copies {
            assert!(distance(&original, copy) * 5 <= original.len(), "{variant}");
        }
    }
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != y))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

#[test]
fn handles_are_what_the_platform_allows() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for (given, family) in [
        ("misaki", "tanaka"),
        ("", ""),
        ("é", "ō"),
        ("katsunosuke", "kobayakawa"),
    ] {
        for _ in 0..200 {
            let handle = handle(given, family, &mut rng);
            assert!((4..=15).contains(&handle.len()), "{handle}");
            assert!(
                handle
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '_'),
                "{handle}"
            );
            let persona = Persona::draw(&mut rng);
            assert!(!display_name(&persona, given, "ミサキ", &mut rng).is_empty());
            assert!(!display_name(&persona, given, "", &mut rng).is_empty());
        }
    }
}
