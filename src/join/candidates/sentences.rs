//! Evidence in words, for the person who reviews it.

use super::evidence::{FromEmail, FromName, Kind, PlaceMatch, UrlMatch};

/// Returns a finding in polite Japanese.
pub(super) fn japanese(kind: &Kind) -> String {
    match kind {
        Kind::NameEqual { display, name } => {
            format!("表示名「{display}」が顧客名「{name}」と一致しています")
        }
        Kind::ReadingEqual { display, name } => {
            format!("表示名「{display}」の読みが顧客名「{name}」と一致しています")
        }
        Kind::NameInDisplay { display, name } => {
            format!("表示名「{display}」に顧客名「{name}」が含まれています")
        }
        Kind::PartOfName { display, name } => {
            format!("表示名「{display}」が顧客名「{name}」の姓または名と一致しています")
        }
        Kind::NameInBio { name } => format!("自己紹介に顧客名「{name}」が含まれています"),
        Kind::HandleFromName { handle, name, how } => {
            let how = match how {
                FromName::Full => "のローマ字表記と一致しています",
                FromName::Initial => "の姓・名の一方と他方の頭文字を組み合わせた形になっています",
                FromName::PartAndYear => "の姓または名に生まれ年を付けた形になっています",
            };
            format!("ハンドル「@{handle}」が顧客名「{name}」{how}")
        }
        Kind::HandleFromEmail { handle, local, how } => {
            let how = match how {
                FromEmail::Equal => "と一致しています",
                FromEmail::Letters => "と数字を除いて一致しています",
                FromEmail::Part => "と部分的に一致しています",
            };
            format!("ハンドル「@{handle}」がメールアドレスの@より前の部分「{local}」{how}")
        }
        Kind::BirthYear { handle, year } => {
            format!("ハンドル「@{handle}」の末尾の数字が顧客の生まれ年({year}年)と一致しています")
        }
        Kind::EmailInBio { email } => {
            format!("自己紹介に顧客のメールアドレス「{email}」が記載されています")
        }
        Kind::Url { url, given, how } => url_ja(url, given, *how),
        Kind::Place {
            location,
            place,
            how,
        } => place_ja(location, place, *how),
        Kind::Time {
            posts_after_orders,
            expected,
            window_hours,
        } => {
            let compared = if f64::from(*posts_after_orders) > *expected {
                "多く"
            } else {
                "少なく"
            };
            format!(
                "ご注文後{window_hours}時間以内の投稿は{posts_after_orders}件で、普段の頻度から見込まれる{expected:.1}件より{compared}なっています"
            )
        }
    }
}

fn url_ja(url: &str, given: &str, how: UrlMatch) -> String {
    match how {
        UrlMatch::Profile => {
            format!("顧客が登録したURL「{given}」がこのアカウント「@{url}」を指しています")
        }
        UrlMatch::Same => {
            format!("プロフィールのURL「{url}」が顧客の登録したURL「{given}」と一致しています")
        }
        UrlMatch::EmailDomain => {
            format!(
                "プロフィールのURL「{url}」のドメインが顧客のメールアドレスのドメイン「{given}」と一致しています"
            )
        }
    }
}

fn place_ja(location: &str, place: &str, how: PlaceMatch) -> String {
    match how {
        PlaceMatch::City => {
            format!("所在地「{location}」が顧客の住所の市区町村「{place}」と一致しています")
        }
        PlaceMatch::Prefecture => {
            format!("所在地「{location}」が顧客の都道府県「{place}」と一致しています")
        }
        PlaceMatch::Elsewhere => {
            format!("所在地「{location}」は顧客の都道府県「{place}」と異なります")
        }
    }
}

/// Returns a finding in English.
pub(super) fn english(kind: &Kind) -> String {
    match kind {
        Kind::NameEqual { display, name } => {
            format!("the display name “{display}” is the customer's name “{name}”")
        }
        Kind::ReadingEqual { display, name } => {
            format!("the display name “{display}” reads as the customer's name “{name}”")
        }
        Kind::NameInDisplay { display, name } => {
            format!("the display name “{display}” contains the customer's name “{name}”")
        }
        Kind::PartOfName { display, name } => {
            format!(
                "the display name “{display}” is the family or given name of the customer “{name}”"
            )
        }
        Kind::NameInBio { name } => {
            format!("the profile text contains the customer's name “{name}”")
        }
        Kind::HandleFromName { handle, name, how } => {
            let how = match how {
                FromName::Full => "is the customer's name",
                FromName::Initial => "is one part and one initial of the customer's name",
                FromName::PartAndYear => {
                    "is one part, with the year of birth, of the customer's name"
                }
            };
            format!("the handle “@{handle}” {how} “{name}” in Latin letters")
        }
        Kind::HandleFromEmail { handle, local, how } => {
            let how = match how {
                FromEmail::Equal => "agrees with",
                FromEmail::Letters => "agrees, digits apart, with",
                FromEmail::Part => "partly agrees with",
            };
            format!("the handle “@{handle}” {how} “{local}” of the customer's e-mail address")
        }
        Kind::BirthYear { handle, year } => {
            format!(
                "the digits at the end of the handle “@{handle}” are the customer's year of birth ({year})"
            )
        }
        Kind::EmailInBio { email } => {
            format!("the profile text contains the customer's e-mail address “{email}”")
        }
        Kind::Url { url, given, how } => url_en(url, given, *how),
        Kind::Place {
            location,
            place,
            how,
        } => place_en(location, place, *how),
        Kind::Time {
            posts_after_orders,
            expected,
            window_hours,
        } => {
            let noun = if *posts_after_orders == 1 {
                "post"
            } else {
                "posts"
            };
            format!(
                "{posts_after_orders} {noun} within {window_hours} hours after an order, where {expected:.1} were expected at the account's usual rate"
            )
        }
    }
}

fn url_en(url: &str, given: &str, how: UrlMatch) -> String {
    match how {
        UrlMatch::Profile => {
            format!("the address “{given}” given by the customer is that of this account “@{url}”")
        }
        UrlMatch::Same => {
            format!("the profile's link “{url}” is the address “{given}” given by the customer")
        }
        UrlMatch::EmailDomain => {
            format!(
                "the profile's link “{url}” is on the domain of the customer's e-mail address “{given}”"
            )
        }
    }
}

fn place_en(location: &str, place: &str, how: PlaceMatch) -> String {
    match how {
        PlaceMatch::City => {
            format!("the profile's place “{location}” is in the customer's municipality “{place}”")
        }
        PlaceMatch::Prefecture => {
            format!("the profile's place “{location}” is in the customer's prefecture “{place}”")
        }
        PlaceMatch::Elsewhere => format!(
            "the profile's place “{location}” is not in the customer's prefecture “{place}”"
        ),
    }
}
