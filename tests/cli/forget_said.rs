//! `koe forget`: what was said to the person, what repeats them, and names that stand for ids.

use crate::support::{Shop, text};

const AS_OF: [&str; 2] = ["--as-of", "2026-09-27"];
const LATER: [&str; 2] = ["--as-of", "2026-09-29"];
const SETTINGS: &str = "[import.sources]\n\"people.csv\" = \"people\"\n\"guests.csv\" = \"till\"\n\
    [brand]\nname = \"とりのこえ\"\nkeywords = [\"とりのこえ\"]\nofficial = [\"とりのこえ\"]\n\
    [import.layouts.people]\ntable = \"customers\"\n[import.layouts.people.columns]\n\
    customer_id = \"customer_id\"\nname = \"name\"\nemail = \"email\"\n\
    [import.layouts.shares]\ntable = \"posts\"\n[import.layouts.shares.columns]\npost_id = \"share_id\"\n\
    account_id = \"who\"\ntext = \"words\"\nposted_at = \"when\"\nkind = \"sort\"\n\
    [import.layouts.shares.fixed]\nplatform = \"x\"\n\
    [import.layouts.till]\ntable = \"orders\"\ncustomers = false\n[import.layouts.till.columns]\n\
    order_id = \"slip\"\ncustomer_id = \"bought_by\"\nordered_at = \"bought_on\"\ntotal = \"yen\"\n";
const PEOPLE: &str = "customer_id,name,email\nC-770001,鳥越 真帆,maho.torigoe@example.jp\n\
    C-770002,小林 健,ken@example.jp\n";
const HEADINGS: &str =
    "source,customer_id,platform,provider,account_id,handle,method,declared_at\n";
const CONSENTS: &str = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
    people,C-770001,link_social,granted,2026-01-10T09:00:00+09:00,,form\n";
const ALONE: &str = "[LINE] 鳥越真帆とのトーク履歴\n保存日時：2026/09/25 20:00\n\n2026/09/20(日)\n\
    10:00\t鳥越真帆\t豆の定期便を止めたいです\n\
    10:05\tとりのこえ\t鳥越様、承知しました。お子さまのご卒業おめでとうございます\n\
    10:06\t鳥越真帆\tありがとう\n";
const GROUP: &str = "[LINE] 常連の会のトーク履歴\n保存日時：2026/09/25 20:00\n\n2026/09/21(月)\n\
    11:00\t鳥越真帆\t来週の会に行きます\n\
    11:01\t小林\t@鳥越真帆 楽しみにしています\n\
    11:02\tとりのこえ\tみなさまお待ちしています\n";

/// Makes a shop of these exports, and runs a command on it.
fn shop(command: &str, files: &[(&str, &str)]) -> Shop {
    let shop = Shop::empty();
    for (name, said) in files {
        shop.write(&format!("exports/{name}"), said.as_bytes());
    }
    shop.write("koe.toml", SETTINGS.as_bytes());
    shop.ok(&[&[command], &AS_OF[..]].concat());
    shop
}

fn forget(shop: &Shop, named: &str) {
    let output = shop.koe(&[&["forget", named, "--yes"], &AS_OF[..]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
}

fn assert_gone(shop: &Shop, words: &[&str]) {
    for word in words {
        let found = shop.files_with("store", word);
        assert_eq!(found, Vec::<String>::new(), "{word}");
    }
    for name in ["鳥越真帆", "鳥越 真帆"] {
        assert_eq!(shop.files_with("out", name), Vec::<String>::new());
    }
}

fn assert_kept(shop: &Shop, words: &[&str]) {
    for word in words {
        assert!(!shop.files_with("store", word).is_empty(), "{word}");
    }
}

fn talk_posts(shop: &Shop) -> f64 {
    shop.number("SELECT COUNT(*) AS n FROM posts WHERE platform = 'line'")
}

#[test]
fn what_was_said_to_the_person_alone_goes_and_what_others_said_in_a_group_stays() {
    let declared =
        format!("{HEADINGS}people,C-770001,line,,鳥越真帆,,signup,2026-01-10T10:00:00+09:00\n");
    let shop = shop(
        "run",
        &[
            ("people.csv", PEOPLE),
            ("declared.csv", declared.as_str()),
            ("consents.csv", CONSENTS),
            ("alone.txt", ALONE),
            ("group.txt", GROUP),
        ],
    );
    assert_kept(&shop, &["ご卒業", "来週の会"]);
    let count = talk_posts(&shop);
    forget(&shop, "people/C-770001");
    let gone = [
        "鳥越真帆",
        "鳥越 真帆",
        "鳥越様",
        "ご卒業",
        "定期便",
        "来週の会",
    ];
    let kept = ["楽しみにしています", "みなさまお待ちしています"];
    assert_gone(&shop, &gone);
    assert_kept(&shop, &kept);
    assert_eq!(talk_posts(&shop), count);
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    assert_gone(&shop, &gone);
    // Saved again, the talks have more.
    let alone = ALONE.replace("09/25", "09/28") + "10:09\tとりのこえ\tまたのお越しを\n";
    let group = GROUP.replace("09/25", "09/28") + "11:03\t小林\t時間は？\n";
    shop.write("exports/alone.txt", alone.as_bytes());
    shop.write("exports/group.txt", group.as_bytes());
    shop.ok(&[&["run"], &LATER[..]].concat());
    assert_gone(&shop, &gone);
    assert_gone(&shop, &["またのお越し"]);
    assert_kept(&shop, &kept);
    assert_kept(&shop, &["時間は？"]);
    assert_eq!(talk_posts(&shop), count + 2.0);
}

#[test]
fn an_account_that_nobody_tied_keeps_its_posts_and_loses_the_name() {
    let shop = shop(
        "run",
        &[
            ("people.csv", PEOPLE),
            ("alone.txt", ALONE),
            ("group.txt", GROUP),
        ],
    );
    let accounts = "SELECT COUNT(*) AS n FROM accounts WHERE platform = 'line'";
    let authors = "SELECT COUNT(DISTINCT account_id) AS n FROM posts WHERE platform = 'line'";
    assert_eq!((shop.number(accounts), shop.number(authors)), (3.0, 3.0));
    forget(&shop, "people/C-770001");
    let gone = ["鳥越真帆", "鳥越 真帆"];
    assert_gone(&shop, &gone);
    // A namesake may have said it.
    assert_kept(&shop, &["定期便", "来週の会", "楽しみにしています"]);
    shop.ok(&[&["run"], &AS_OF[..]].concat());
    assert_gone(&shop, &gone);
    let group = GROUP.replace("09/25", "09/28") + "11:03\t鳥越真帆\tはい\n";
    shop.write("exports/group.txt", group.as_bytes());
    shop.ok(&[&["import"], &LATER[..]].concat());
    assert_gone(&shop, &gone);
    assert_eq!((shop.number(accounts), shop.number(authors)), (3.0, 3.0));
}

#[test]
fn a_repost_that_names_no_post_repeats_by_its_handle_and_by_its_text() {
    let said = "駅前の珈琲店の深煎りがとてもおいしかった";
    let common = "プレゼント企画に応募しました、当たりますように";
    let declared = format!(
        "{HEADINGS}people,C-770001,x,,880077001,maho_t99,signup,2026-01-10T10:00:00+09:00\n"
    );
    let own = format!(
        r#"{{"data":[{{"id":"901","text":"{said}","created_at":"2026-09-20T03:00:00.000Z","author_id":"880077001"}}],"includes":{{"users":[{{"id":"880077001","username":"maho_t99","name":"m"}}]}}}}"#
    );
    let shares = format!(
        "share_id,who,words,when,sort\n\
         7001,880077002,RT @maho_t99: {said},2026-09-23 10:00,repost\n\
         7002,880077003,{said},2026-09-23 11:00,repost\n\
         7003,880077003,RT @other_one: べつの店もよかった,2026-09-23 12:00,repost\n\
         7005,880077001,{common},2026-09-23 13:00,post\n\
         7006,880077003,{common},2026-09-23 14:00,post\n\
         7007,880077002,{common},2026-09-23 15:00,repost\n"
    );
    let shop = shop(
        "import",
        &[
            ("people.csv", PEOPLE),
            ("declared.csv", declared.as_str()),
            ("own.jsonl", own.as_str()),
            ("shares.csv", shares.as_str()),
        ],
    );
    assert_kept(&shop, &[said]);
    forget(&shop, "people/C-770001");
    assert_gone(&shop, &["深煎り", "maho_t99"]);
    assert_kept(&shop, &["べつの店"]);
    let newer = format!("{shares}7004,880077004,RT @maho_t99: {said},2026-09-28 10:00,repost\n");
    shop.write("exports/shares.csv", newer.as_bytes());
    shop.ok(&[&["import"], &LATER[..]].concat());
    assert_gone(&shop, &["深煎り", "maho_t99"]);
    assert_kept(&shop, &["べつの店"]);
    assert_eq!(shop.number("SELECT COUNT(*) AS n FROM posts"), 8.0);
    // Somebody else said it, too.
    let repeating = format!("SELECT COUNT(*) AS n FROM posts WHERE text = '{common}'");
    assert_eq!(shop.number(&repeating), 2.0);
}

#[test]
fn what_a_guest_of_the_same_address_left_with_an_order_goes() {
    let guests = "slip,bought_by,bought_on,yen,memo\n\
        71,maho.torigoe@example.jp,2026-03-01,700,玄関前に置いてください\n\
        72,someone@example.jp,2026-03-02,800,裏口へ\n";
    let shop = shop("import", &[("people.csv", PEOPLE), ("guests.csv", guests)]);
    assert_kept(&shop, &["玄関前", "裏口"]);
    let spend = "SELECT SUM(spend_minor) AS n FROM orders";
    let before = shop.number(spend);
    forget(&shop, "people/C-770001");
    assert_gone(&shop, &["玄関前", "maho.torigoe@example.jp"]);
    assert_kept(&shop, &["裏口", "someone@example.jp"]);
    assert_eq!(shop.number(spend), before);
}

#[test]
fn an_id_that_is_a_word_stays_in_what_others_say() {
    let people = PEOPLE.replace("C-770001", "sakura");
    let orders =
        "order_id,customer_id,date,amount,product\n1,C-770002,2026-03-01,700,Sakura Blend\n";
    let files = [("people.csv", people.as_str()), ("orders.csv", orders)];
    let shop = shop("import", &files);
    forget(&shop, "people/sakura");
    assert_kept(&shop, &["Sakura Blend"]);
    assert_gone(&shop, &["鳥越 真帆"]);
}
