//! Handles against names, e-mail addresses and years of birth.

use super::*;

#[test]
fn handles_come_from_names() {
    for (handle, expected) in [
        ("@torino_hanako", FromName::Full),
        ("t0rin0.h4nak0", FromName::Full),
        ("hanako-torino-jp", FromName::Full),
        ("h_torino", FromName::Initial),
        ("hanakot", FromName::Initial),
        ("hanako1985", FromName::PartAndYear),
        ("torino85", FromName::PartAndYear),
    ] {
        let shown = Account {
            handle: Some(handle),
            ..account("a")
        };
        let kinds = kinds(hanako(), shown);
        let Some(Kind::HandleFromName { how, .. }) = kinds.first() else {
            panic!("{handle}: {kinds:?}");
        };
        assert_eq!(*how, expected, "{handle}");
    }
    for handle in ["hanako", "torinoya", "hanako1999", "20251124", "pan"] {
        let shown = Account {
            handle: Some(handle),
            ..account("a")
        };
        assert_eq!(kinds(hanako(), shown), [], "{handle}");
    }
}

#[test]
fn a_former_handle_counts_and_is_named() {
    let shown = Account {
        handle: Some("mofu_day"),
        former_handles: vec!["other", "torino.hanako"],
        ..account("a")
    };
    let [Kind::HandleFromName { handle, .. }] = &kinds(hanako(), shown)[..] else {
        panic!("one piece of evidence");
    };
    assert_eq!(handle, "torino.hanako");
}

#[test]
fn handles_come_from_e_mail_addresses() {
    for (handle, expected) in [
        ("kotoripan", FromEmail::Equal),
        ("Kotori_Pan", FromEmail::Equal),
        ("kotori_pan_12", FromEmail::Letters),
        ("kotori-pan-diary", FromEmail::Part),
        ("kotori", FromEmail::Part),
    ] {
        let shown = Account {
            handle: Some(handle),
            ..account("a")
        };
        let kinds = kinds(hanako(), shown);
        let [Kind::HandleFromEmail { how, local, .. }] = &kinds[..] else {
            panic!("{handle}: {kinds:?}");
        };
        assert_eq!((*how, local.as_str()), (expected, "kotori.pan"), "{handle}");
    }
    let office = Person {
        emails: vec!["info@torino.example.jp"],
        ..hanako()
    };
    let shown = Account {
        handle: Some("info"),
        ..account("a")
    };
    assert_eq!(kinds(office, shown), []);
}

#[test]
fn the_year_of_birth_supports_a_handle_that_agrees() {
    let shown = Account {
        handle: Some("torino_hanako_1985"),
        ..account("a")
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [
            Kind::HandleFromName { .. },
            Kind::BirthYear { year: 1985, .. }
        ]
    ));
    let shown = Account {
        handle: Some("torino_hanako_1999"),
        ..account("a")
    };
    assert!(matches!(
        &kinds(hanako(), shown)[..],
        [Kind::HandleFromName { .. }]
    ));
}
