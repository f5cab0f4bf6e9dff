use super::*;
use crate::audience::{Address, Urgency};

fn member() -> Member {
    Member {
        person_id: "p".into(),
        source: "eccube".into(),
        customer_id: "12".into(),
        address: Address {
            value: "Mary@example.com".into(),
            ..Address::default()
        },
        name: "=Smith Mary".into(),
        name_kana: String::new(),
        email: Some("Mary@example.com".into()),
        phone: Some("+15559876543".into()),
        postal_code: "〒160-0023".into(),
        prefecture: "東京都".into(),
        street: "東京都新宿区1-2".into(),
        stratum: "新規".into(),
        urgency: Urgency::Today,
        send_at: 1_790_557_200_000_000,
        best_hour: 10,
        best_channel: Channel::Line,
        last_purchased_on: Some(20_000),
        favourite_category: "豆".into(),
        favourite_channel: "web".into(),
        last_product: String::new(),
    }
}

fn plan(channel: Channel) -> Plan {
    Plan {
        name: "a".into(),
        channel,
        campaign: "a-2026-W40".into(),
        control_share: 0.0,
        selected: 1,
        listed: vec![member()],
        control: Vec::new(),
        excluded: BTreeMap::new(),
    }
}

fn written(channel: Channel, lang: Lang) -> Vec<String> {
    let zone = TimeZone::UTC;
    let style = Style {
        lang,
        zone: &zone,
        encoding: Encoding::Utf8,
    };
    files(&plan(channel), style)
        .into_iter()
        .map(|file| String::from_utf8(file.bytes).unwrap())
        .collect()
}

#[test]
fn an_email_list_has_what_a_mail_is_personalised_by() {
    let [text]: [String; 1] = written(Channel::Email, Lang::En).try_into().unwrap();
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some(
            "email,name,last_purchase,favourite_category,favourite_channel,last_product,urgency,send_at,best_hour,best_channel,campaign,source,customer_id"
        )
    );
    let row = lines.next().unwrap();
    assert!(row.starts_with("Mary@example.com,'=Smith Mary,2024-10-04,豆,web,,today,2026-09-28 "));
    assert!(row.ends_with(",10:00,line,a-2026-W40,eccube,12"));
    assert!(written(Channel::Email, Lang::Ja)[0].starts_with("メールアドレス,氏名,"));
}

#[test]
fn a_label_says_the_prefecture_once() {
    let [text]: [String; 1] = written(Channel::Postal, Lang::Ja).try_into().unwrap();
    let row = text.lines().nth(1).unwrap();
    assert!(row.contains(",東京都,新宿区1-2,'=Smith Mary 様,"), "{row}");
}

#[test]
fn platforms_get_hashes_and_no_name() {
    let mary = "f1904cf1a9d73a55fa5de0ac823c4403ded71afd4c3248d00bdcd0866552bb79";
    let [meta]: [String; 1] = written(Channel::Meta, Lang::Ja).try_into().unwrap();
    let digits = "1ef970831d7963307784fa8688e8fce101a15685d62aa765fed23f3a2c576a4e";
    assert!(meta.starts_with(&format!("email,phone,fn,ln,zip,country\n{mary},{digits},")));
    let [google]: [String; 1] = written(Channel::Google, Lang::Ja).try_into().unwrap();
    assert!(google.starts_with("Email,Phone,First Name,Last Name,Country,Zip\n"));
    assert!(google.ends_with(",JP,1600023\n"), "{google}");
    let [emails, phones]: [String; 2] = written(Channel::X, Lang::Ja).try_into().unwrap();
    assert_eq!(emails, format!("{mary}\n"));
    assert_eq!(phones.trim_end().len(), 64);
    for text in [meta, google, emails, phones] {
        assert!(!text.contains('@') && !text.contains("Mary"), "{text}");
    }
}

#[test]
fn line_takes_ids_alone() {
    let [ids, details]: [String; 2] = written(Channel::Line, Lang::En).try_into().unwrap();
    assert_eq!(ids.lines().count(), 1);
    assert_eq!(details.lines().count(), 2);
}
