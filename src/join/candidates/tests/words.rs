//! The sentences a reviewer reads.

use crate::report::Lang;

use super::*;

fn everything() -> Vec<Evidence> {
    const ORDERS: [i64; 4] = [0, 30 * DAY, 60 * DAY, 90 * DAY];
    const AFTER: [i64; 5] = [DAY, 31 * DAY, 45 * DAY, 61 * DAY, 91 * DAY];
    let person = Person {
        order_times: &ORDERS,
        ..hanako()
    };
    let shown = Account {
        display_name: Some("とりの花子"),
        handle: Some("torino_hanako_85"),
        former_handles: vec!["kotori_pan"],
        bio: Some("kotori.pan@torino.example.jp"),
        url: Some("https://torino.example.jp"),
        location: Some("鎌倉"),
        post_times: &AFTER,
        ..account("a")
    };
    let mut evidence = evidence_of(person.clone(), shown);
    let others = [
        Account {
            display_name: Some("鳥野花子"),
            location: Some("Osaka"),
            handle: Some("kotorinopan"),
            ..account("a")
        },
        Account {
            display_name: Some("鳥野花子@秋"),
            location: Some("神奈川"),
            handle: Some("kotori_pan7"),
            ..account("a")
        },
        Account {
            bio: Some("鳥野花子です"),
            handle: Some("h_torino"),
            url: Some("twitter.com/kotorinopan"),
            ..account("a")
        },
        Account {
            display_name: Some("花子"),
            handle: Some("hanako1985"),
            ..account("a")
        },
        Account {
            handle: Some("kotori_pan_diary"),
            ..account("a")
        },
    ];
    for shown in others {
        evidence.extend(evidence_of(hanako(), shown));
    }
    evidence
}

fn sentences(lang: Lang) -> String {
    let lines: Vec<String> = everything()
        .iter()
        .map(|evidence| evidence.sentence(lang))
        .collect();
    lines.join("\n")
}

#[test]
fn evidence_is_told_in_japanese() {
    insta::assert_snapshot!(sentences(Lang::Ja), @r"
    表示名「とりの花子」の読みが顧客名「鳥野 花子」と一致しています
    ハンドル「@torino_hanako_85」が顧客名「鳥野 花子」のローマ字表記と一致しています
    ハンドル「@kotori_pan」がメールアドレスの@より前の部分「kotori.pan」と一致しています
    ハンドル「@torino_hanako_85」の末尾の数字が顧客の生まれ年(1985年)と一致しています
    自己紹介に顧客のメールアドレス「kotori.pan@torino.example.jp」が記載されています
    プロフィールのURL「https://torino.example.jp」のドメインが顧客のメールアドレスのドメイン「torino.example.jp」と一致しています
    所在地「鎌倉」が顧客の住所の市区町村「鎌倉」と一致しています
    ご注文後72時間以内の投稿は4件で、普段の頻度から見込まれる0.2件より多くなっています
    表示名「鳥野花子」が顧客名「鳥野 花子」と一致しています
    顧客が登録したURL「https://twitter.com/kotorinopan」がこのアカウント「@kotorinopan」を指しています
    所在地「Osaka」は顧客の都道府県「神奈川県」と異なります
    表示名「鳥野花子@秋」に顧客名「鳥野 花子」が含まれています
    ハンドル「@kotori_pan7」がメールアドレスの@より前の部分「kotori.pan」と数字を除いて一致しています
    所在地「神奈川」が顧客の都道府県「神奈川県」と一致しています
    自己紹介に顧客名「鳥野 花子」が含まれています
    ハンドル「@h_torino」が顧客名「鳥野 花子」の姓・名の一方と他方の頭文字を組み合わせた形になっています
    プロフィールのURL「twitter.com/kotorinopan」が顧客の登録したURL「https://twitter.com/kotorinopan」と一致しています
    表示名「花子」が顧客名「鳥野 花子」の姓または名と一致しています
    ハンドル「@hanako1985」が顧客名「鳥野 花子」の姓または名に生まれ年を付けた形になっています
    ハンドル「@kotori_pan_diary」がメールアドレスの@より前の部分「kotori.pan」と部分的に一致しています
    ");
}

#[test]
fn evidence_is_told_in_english() {
    insta::assert_snapshot!(sentences(Lang::En), @r"
    the display name “とりの花子” reads as the customer's name “鳥野 花子”
    the handle “@torino_hanako_85” is the customer's name “鳥野 花子” in Latin letters
    the handle “@kotori_pan” agrees with “kotori.pan” of the customer's e-mail address
    the digits at the end of the handle “@torino_hanako_85” are the customer's year of birth (1985)
    the profile text contains the customer's e-mail address “kotori.pan@torino.example.jp”
    the profile's link “https://torino.example.jp” is on the domain of the customer's e-mail address “torino.example.jp”
    the profile's place “鎌倉” is in the customer's municipality “鎌倉”
    4 posts within 72 hours after an order, where 0.2 were expected at the account's usual rate
    the display name “鳥野花子” is the customer's name “鳥野 花子”
    the address “https://twitter.com/kotorinopan” given by the customer is that of this account “@kotorinopan”
    the profile's place “Osaka” is not in the customer's prefecture “神奈川県”
    the display name “鳥野花子@秋” contains the customer's name “鳥野 花子”
    the handle “@kotori_pan7” agrees, digits apart, with “kotori.pan” of the customer's e-mail address
    the profile's place “神奈川” is in the customer's prefecture “神奈川県”
    the profile text contains the customer's name “鳥野 花子”
    the handle “@h_torino” is one part and one initial of the customer's name “鳥野 花子” in Latin letters
    the profile's link “twitter.com/kotorinopan” is the address “https://twitter.com/kotorinopan” given by the customer
    the display name “花子” is the family or given name of the customer “鳥野 花子”
    the handle “@hanako1985” is one part, with the year of birth, of the customer's name “鳥野 花子” in Latin letters
    the handle “@kotori_pan_diary” partly agrees with “kotori.pan” of the customer's e-mail address
    ");
}

#[test]
fn namesakes_are_mentioned() {
    let people = [consenting(hanako())];
    let shown = |id| Account {
        display_name: Some("鳥野花子"),
        ..account(id)
    };
    let settings = Settings {
        min_prob: 0.0,
        ..Settings::default()
    };
    let told = |accounts: &[Account<'_>], lang| {
        candidates(&people, accounts, &settings)[0].evidence[0].sentence(lang)
    };
    let two = [shown("a"), shown("b")];
    let three = [shown("a"), shown("b"), shown("c")];
    assert_eq!(
        told(&three, Lang::Ja),
        "表示名「鳥野花子」が顧客名「鳥野 花子」と一致しています(ほか2件のアカウントにも当てはまります)"
    );
    assert_eq!(
        told(&two, Lang::En),
        "the display name “鳥野花子” is the customer's name “鳥野 花子” (so does 1 other account)"
    );
}
