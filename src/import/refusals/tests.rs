//! Files of koe's layouts with a column that nobody asked for.

use std::collections::BTreeMap;

use super::words::every_channel;
use crate::import::formats::tests::{Outcome, import};
use crate::import::rejects::Reason;

fn read(text: &str) -> Outcome {
    import(text.as_bytes(), None).expect("a layout of koe's has the headings")
}

#[test]
fn a_column_of_refusals_in_a_list_of_customers_is_heard() {
    let outcome = read(
        "会員ID,お名前(姓),お名前(名),メールアドレス,メルマガ拒否\n1,山田,花子,a@example.com,はい\n\
         2,佐藤,一郎,b@example.com,いいえ\n3,鈴木,次郎,c@example.com,\n4,田中,三郎,d@example.com,2\n5,高橋\n",
    );
    let rows = outcome.rendered();
    let denied = "consents 2: source=eccube | customer_id=1 | purpose=email | status=denied | evidence=メルマガ拒否";
    assert!(rows.contains(denied), "{rows}");
    assert_eq!(rows.matches("consents ").count(), 1, "{rows}");
    assert_eq!(rows.matches("customers ").count(), 3, "{rows}");
    let rejects = outcome.rejects.iter();
    let rejects: Vec<(u64, &str, &Reason)> = rejects
        .map(|reject| (reject.line, reject.column.as_str(), &reject.reason))
        .collect();
    let expected = [
        (5, "メルマガ拒否", &Reason::UnclearRefusal),
        (6, "", &Reason::TooFewCells),
    ];
    assert_eq!(rejects, expected);
    assert_eq!(outcome.counts.may_refuse, 2);
    let heard = BTreeMap::from([("メルマガ拒否".to_owned(), 1)]);
    assert_eq!(outcome.counts.heard, heard);
}

#[test]
fn who_agrees_in_one_column_and_refuses_in_another_refuses() {
    let rows = read(
        "First Name,Last Name,Email,Total Spent,Total Orders,Accepts Email Marketing,email_opt_out\n\
         Hana,Yamada,hana@example.com,1,1,yes,TRUE\nIchiro,Sato,ichiro@example.com,1,1,yes,FALSE\n",
    )
    .rendered();
    for (customer, status, count) in [
        ("hana", "granted", 0),
        ("hana", "denied", 1),
        ("ichiro", "granted", 1),
        ("ichiro", "denied", 0),
    ] {
        let told = format!("customer_id={customer}@example.com | purpose=email | status={status}");
        assert_eq!(rows.matches(&told).count(), count, "{told}: {rows}");
    }
}

#[test]
fn a_heading_without_a_channel_refuses_all_and_each_once() {
    let rows = read(
        "source,customer_id,channel,state,at,opt_out\nshop,1,push,sent,2024-05-01T00:00:00Z,1\n\
         shop,2,push,sent,2024-05-01T00:00:00Z,0\n",
    )
    .rendered();
    for channel in every_channel() {
        let told = format!("customer_id=1 | purpose={channel} | status=denied");
        assert_eq!(rows.matches(&told).count(), 1, "{told}: {rows}");
    }
    assert!(!rows.contains("customer_id=2 | purpose"), "{rows}");
    let rows =
        read("source,customer_id,purpose,status,解除日\nshop,1,link_social,granted,2024-05-01\n")
            .rendered();
    let told = "customer_id=1 | purpose=link_social | status=denied";
    assert_eq!(rows.matches(told).count(), 1, "{rows}");
}

#[test]
fn a_link_that_was_taken_back_is_none_and_nothing_else_is_refused() {
    for heading in ["連携解除日", "解除日", "unlinked_at", "revoked_at"] {
        let file = format!(
            "source,customer_id,platform,account_id,method,{heading}\nshop,1,x,123,login,2024-05-01\nshop,2,x,124,login,\n"
        );
        let rows = read(&file).rendered();
        let denied =
            format!("customer_id=1 | purpose=link_social | status=denied | evidence={heading}");
        assert!(rows.contains(&denied), "{rows}");
        assert_eq!(rows.matches("consents ").count(), 1, "{rows}");
    }
    let rows = read(
        "source,customer_id,platform,account_id,method,退会日\nshop,1,x,123,login,2024-05-01\n",
    )
    .rendered();
    for purpose in ["link_social", "analyse", "email"] {
        let denied = format!("customer_id=1 | purpose={purpose} | status=denied");
        assert_eq!(rows.matches(&denied).count(), 1, "{rows}");
    }
}

#[test]
fn what_a_row_grants_and_refuses_is_refused_whatever_the_date_of_the_grant() {
    let rows = read(
        "source,customer_id,purpose,status,effective_at,email_opt_out\nshop,1,email,granted,2024-09-01,1\n\
         shop,1,sms,granted,2024-09-01,1\nshop,2,email,granted,2024-09-01,0\nshop,3,email,denied,2024-09-01,1\n",
    )
    .rendered();
    for (customer, purpose, status, count) in [
        (1, "email", "granted", 0),
        (1, "email", "denied", 2),
        (1, "sms", "granted", 1),
        (2, "email", "granted", 1),
        (2, "email", "denied", 0),
        (3, "email", "denied", 2),
    ] {
        let told = format!("customer_id={customer} | purpose={purpose} | status={status}");
        assert_eq!(rows.matches(&told).count(), count, "{told}: {rows}");
    }
}

#[test]
fn who_leaves_refuses_to_be_analysed_and_linked_too() {
    let head = "会員ID,お名前(姓),お名前(名),メールアドレス";
    let row = "1,山田,花子,a@example.com,2024-05-01";
    for (heading, is_of_all) in [
        ("退会日", true),
        ("オプトアウト", true),
        ("配信停止日", false),
    ] {
        let rows = read(&format!("{head},{heading}\n{row}\n")).rendered();
        for purpose in ["analyse", "link_social"] {
            let denied = format!("customer_id=1 | purpose={purpose} | status=denied");
            assert_eq!(rows.contains(&denied), is_of_all, "{heading}: {rows}");
        }
        assert!(rows.contains("purpose=email | status=denied"), "{rows}");
    }
}

#[test]
fn a_row_that_cannot_be_read_and_refuses_nothing_holds_nothing_back() {
    let eccube = read(
        "会員ID,お名前(姓),お名前(名),メールアドレス,登録日,メルマガ拒否\n1,山田,花子,a@example.com,いつか,いいえ\n\
         2,佐藤,一郎,b@example.com,いつか,はい\n3,鈴木,次郎,c@example.com,いつか,\n4,高橋\n",
    );
    let counts = &eccube.counts;
    assert_eq!((counts.rejected, counts.may_refuse), (4, 2));
    let shopify = read(
        "First Name,Last Name,Email,Total Spent,Total Orders,Accepts Email Marketing,email_opt_out\n\
         Hana,Yamada,,1,1,yes,FALSE\nIchiro,Sato,,1,1,no,FALSE\nMidori,Suzuki,,1,1,yes,TRUE\nKen,Ito,,1,1,,\n",
    );
    let counts = &shopify.counts;
    assert_eq!((counts.rejected, counts.may_refuse), (4, 1));
}
