//! Refusals that nobody asked for, in files that are read for something else, keep people out of lists.

use crate::audience::{CONSENTS, FIRST, by_hand, english, import, listed, ran};
use crate::support::{Shop, run, says, text};

const LISTS: &str = "[[audience.list]]\nname = 'first'\nchannel = 'push'\ncampaign = 'spring'\n";
const MEMBERS: &str = "[import.layouts.members]\ntable = 'customers'\nsource = 'transactions'\n\
    [import.layouts.members.columns]\ncustomer_id = '会員番号'\nname = '氏名'\n";
const EXTRA: &str = "会員番号,氏名,配信停止日\n1,山田 花子,2026-02-10\n2,佐藤 一郎,\n";
const ECCUBE: &str = "会員ID,お名前(姓),お名前(名),メールアドレス,プッシュ通知拒否\n\
    1,山田,花子,hana@example.com,はい\n2,佐藤,一郎,ichiro@example.com,いいえ\n";

/// Makes the shop of the tests of lists, with these settings beside its lists.
fn shop_with(settings: &str) -> Shop {
    let shop = english();
    shop.write("koe.toml", format!("{LISTS}{settings}").as_bytes());
    shop
}

/// The same shop, whose customers are those of EC-CUBE.
fn eccube(settings: &str) -> Shop {
    let shop = shop_with(&format!(
        "[import.sources]\n'log.csv' = 'eccube'\n{settings}"
    ));
    let consents = CONSENTS.replace("transactions,", "eccube,");
    shop.write("exports/consents.csv", consents.as_bytes());
    shop
}

#[test]
fn who_has_a_day_in_a_column_of_refusals_that_nobody_mapped_is_in_no_list() {
    let shop = shop_with(MEMBERS);
    shop.write("exports/members.csv", EXTRA.as_bytes());
    let said = ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
    let told = "`members.csv`: no answer is mapped to `配信停止日`, and 1 row under it is taken for refusals; \
        if they are none, write `ignored = [\"配信停止日\"]` into `[import.layouts.members]`";
    assert!(said.contains(told), "{said}");
    // What is known is not told again.
    assert!(!ran(&shop, "2026-03-01").contains("配信停止日"));
    let heard = "SELECT COUNT(*) AS n FROM consents WHERE evidence = '配信停止日'";
    assert!(shop.number(heard) > 1.0);
    // Named as known, it is no refusal any more.
    let settings = MEMBERS.replace("table =", "ignored = ['配信停止日']\ntable =");
    shop.write("koe.toml", format!("{LISTS}{settings}").as_bytes());
    assert!(!ran(&shop, "2026-03-01").contains("配信停止日"));
    assert_eq!(shop.number(heard), 0.0);
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
}

#[test]
fn a_cell_that_may_refuse_or_not_holds_lists_back_until_its_column_is_mapped() {
    let shop = shop_with(MEMBERS);
    ran(&shop, "2026-03-01");
    let codes = "会員番号,氏名,通知停止区分\n1,山田 花子,2\n2,佐藤 一郎,0\n";
    shop.write("exports/members.csv", codes.as_bytes());
    let patient = ["--max-rejects", "0.9"];
    let told = [
        "`members.csv`: no answer is mapped to `通知停止区分`, and 1 row under it may refuse or not",
        "no list is made",
        "`ignored = [\"通知停止区分\"]`",
    ];
    says(&import(&shop, &patient), 0, &told);
    let rejects = shop.read("out/2026-03-01/rejects.csv");
    assert!(
        rejects.contains("members.csv,2,通知停止区分,2,"),
        "{rejects}"
    );
    says(&by_hand(&shop), 1, &["1 row of `members.csv`"]);
    let mapped = "[import.layouts.members.consents]\npush = '通知停止区分'\n\
        [import.layouts.members.words.consents]\n'2' = 'denied'\n";
    shop.write("koe.toml", format!("{LISTS}{MEMBERS}{mapped}").as_bytes());
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn a_file_of_codes_is_left_out_and_holds_lists_back() {
    let shop = shop_with(MEMBERS);
    let codes = "会員番号,氏名,通知停止区分\n1,山田 花子,2\n2,佐藤 一郎,9\n";
    shop.write("exports/members.csv", codes.as_bytes());
    let output = shop.koe(&["run", "--as-of", "2026-03-01"]);
    let told = ["`members.csv`", "`通知停止区分`", "no lists of audiences"];
    says(&output, 1, &told);
    assert!(!shop.file(FIRST).exists());
}

#[test]
fn a_column_that_a_shop_has_added_to_an_export_koe_knows_is_heard() {
    let shop = eccube("");
    shop.write("exports/members.csv", ECCUBE.as_bytes());
    let said = ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
    let told = "write `eccube_customers = [\"プッシュ通知拒否\"]` into `[import.ignored]`";
    assert!(said.contains(told), "{said}");
    let shop = eccube("[import.ignored]\neccube_customers = ['プッシュ通知拒否']\n");
    shop.write("exports/members.csv", ECCUBE.as_bytes());
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
}

#[test]
fn lists_wait_for_a_column_that_was_ignored_until_it_is_heard() {
    let ignored = "[import.ignored]\neccube_customers = ['プッシュ通知拒否']\n";
    let shop = eccube(ignored);
    shop.write("exports/members.csv", ECCUBE.as_bytes());
    ran(&shop, "2026-03-01");
    let settings = shop.read("koe.toml").replace(ignored, "");
    shop.write("koe.toml", settings.as_bytes());
    says(&by_hand(&shop), 1, &["`members.csv`"]);
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn who_agrees_and_refuses_in_one_row_is_in_no_list_whatever_the_date_of_the_grant() {
    let agrees =
        "effective_at = 'updated_at'\n[import.layouts.members.consents]\npush = 'push_ok'\n";
    let shop = shop_with(&format!("{MEMBERS}{agrees}"));
    let file = "会員番号,氏名,push_ok,updated_at,unsubscribed\n1,山田 花子,1,2026-03-01 09:30,TRUE\n\
        2,佐藤 一郎,1,2026-03-01 09:30,FALSE\n4,鈴木 次郎,1,2026-03-02 09:30,TRUE\n";
    shop.write("exports/members.csv", file.as_bytes());
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
    let granted =
        "SELECT COUNT(*) AS n FROM consents WHERE status = 'granted' AND evidence = 'push_ok'";
    assert_eq!(shop.number(granted), 1.0);
    // Nor in one that is made when the dates of the grants have come.
    ran(&shop, "2026-03-05");
    let shown = |customer: &str| {
        let name = format!("transactions/{customer}");
        let args = [
            "consent",
            "show",
            name.as_str(),
            "--as-of",
            "2026-03-05",
            "--format",
            "json",
        ];
        let shown: serde_json::Value = serde_json::from_str(&shop.ok(&args)).expect("JSON");
        let mut lines = shown.as_array().expect("lines").iter();
        let push = lines
            .find(|line| line["purpose"] == "push")
            .expect("a purpose");
        push["status"].clone()
    };
    assert_eq!(["1", "2", "4"].map(shown), ["denied", "granted", "denied"]);
}

#[test]
fn a_file_left_out_for_its_codes_tells_of_nothing_that_was_heard() {
    let shop = shop_with(MEMBERS);
    let codes = "会員番号,氏名,通知停止区分\n1,山田 花子,2\n2,佐藤 一郎,1\n";
    shop.write("exports/members.csv", codes.as_bytes());
    let output = shop.koe(&["run", "--as-of", "2026-03-01"]);
    says(&output, 1, &["the file is left out and no list is made"]);
    assert!(!text(&output.stderr).contains("taken for refusals"));
}

#[test]
fn an_address_or_a_telephone_in_place_of_an_id_refuses_for_whoever_has_it() {
    let shop = shop_with(
        "[import.layouts.members]\ntable = 'customers'\nsource = 'transactions'\n\
         [import.layouts.members.columns]\ncustomer_id = '会員番号'\nname = '氏名'\nemail = 'メール'\nphone = '電話'\n",
    );
    let members =
        "会員番号,氏名,メール,電話\n1,山田 花子,Hana@example.com,\n2,佐藤 一郎,,090-1234-5678\n";
    shop.write("exports/members.csv", members.as_bytes());
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    let row = |id: &str| format!("shop,{id},push,denied,2026-02-01T00:00:00Z,,phone call\n");
    let header = "source,customer_id,purpose,status,effective_at,expires_at,evidence\n";
    let refused = |id: &str| {
        shop.write(
            "exports/optout.csv",
            format!("{header}{}", row(id)).as_bytes(),
        )
    };
    refused("hana@example.com");
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
    refused("09012345678");
    ran(&shop, "2026-03-01");
    assert!(
        listed(&shop, FIRST).is_empty(),
        "both: what was said is kept"
    );
}

#[test]
fn a_list_of_those_who_refuse_is_not_taken_for_one_of_customers() {
    let list = "会員番号,氏名\n1,山田 花子\n";
    for name in [
        "optout.csv",
        "配信停止リスト.csv",
        "unsubscribed.csv",
        "退会者/2026.csv",
        "電話NG.csv",
        "NGリスト.csv",
        "顧客_DM不要.csv",
        "stop_list.csv",
    ] {
        let shop = shop_with(MEMBERS);
        shop.write(&format!("exports/{name}"), list.as_bytes());
        let output = shop.koe(&["run", "--as-of", "2026-03-01"]);
        let told = [
            name,
            "lists customers as `members`",
            "no lists of audiences",
        ];
        says(&output, 1, &told);
        assert!(!shop.file(FIRST).exists());
        // Whose folder says what they are, are that.
        let shop = shop_with(MEMBERS);
        shop.write(&format!("exports/layout=members/{name}"), list.as_bytes());
        ran(&shop, "2026-03-01");
        assert_eq!(listed(&shop, FIRST), ["1", "2"]);
    }
}

#[test]
fn a_folder_makes_refusals_of_a_list_of_those_who_refuse() {
    let stop = "[import.layouts.stop]\ntable = 'consents'\nsource = 'transactions'\n\
        [import.layouts.stop.columns]\ncustomer_id = '会員番号'\n\
        [import.layouts.stop.fixed]\npurpose = 'push'\nstatus = 'denied'\n";
    // Else any list with these headings could be either.
    let members = MEMBERS.replace(
        "table =",
        "headings = ['会員番号', '氏名', '住所']\ntable =",
    );
    let shop = shop_with(&format!("{members}{stop}"));
    shop.write(
        "exports/layout=stop/optout.csv",
        "会員番号,氏名\n1,山田 花子\n".as_bytes(),
    );
    ran(&shop, "2026-03-01");
    assert_eq!(listed(&shop, FIRST), ["2"]);
}

#[test]
fn init_knows_a_list_of_those_who_refuse_by_its_name() {
    let known = "会員ID,お名前(姓),お名前(名),メールアドレス\n1,山田,花子,hana@example.com\n";
    let unknown = "会員番号,氏名,メールアドレス,電話番号\n1,山田 花子,hana@example.com,090-0000-0001\n\
        2,佐藤 一郎,ichiro@example.com,090-0000-0002\n";
    for (name, list) in [("退会者.csv", known), ("optout.csv", unknown)] {
        let shop = Shop::empty();
        shop.write(name, list.as_bytes());
        let file = shop.file(name).to_string_lossy().into_owned();
        let output = run(&["init", shop.path(), "--lang", "en", "--from", &file]);
        says(&output, 1, &[name, "its name tells that they refuse"]);
        assert!(!shop.read("koe.toml").contains("\n[import.layouts"));
        let shown = text(&output.stderr);
        assert!(shown.contains("hint: if they refuse"), "{shown}");
    }
}
