use std::fs;
use std::path::Path;

use super::*;
use crate::pipeline::{ConsentTerms, ImportOptions, JoinOptions, Statement};
use crate::progress::Silent;
use crate::report::karte::{RecordFact, What};

const EXPORTS: [(&str, &str); 5] = [
    (
        "log.csv",
        "customer_id,date,amount\n1,2025-11-05,1200\n1,2026-01-05,900\n22,2026-01-06,800\n",
    ),
    (
        "declared.csv",
        "source,customer_id,platform,provider,account_id,handle,method,declared_at\n\
         transactions,1,x,,4711008115,hana_k,signup,2026-01-10T00:00:00+09:00\n",
    ),
    (
        "consents.csv",
        "source,customer_id,purpose,status,effective_at,expires_at,evidence\n\
         transactions,1,link_social,granted,2026-01-10T00:00:00+09:00,,form\n",
    ),
    (
        "contacts.csv",
        "source,customer_id,channel,campaign,state,at\n\
         transactions,1,email,spring,planned,2026-01-20T10:00:00+09:00\n\
         transactions,1,email,spring,sent,2026-01-20T10:00:00+09:00\n\
         transactions,22,email,spring,sent,2026-01-20T10:00:00+09:00\n",
    ),
    (
        "posts.jsonl",
        "{\"data\":[\
         {\"id\":\"901\",\"text\":\"とりのこえの豆がおいしい\",\"created_at\":\"2026-02-20T03:00:00.000Z\",\"author_id\":\"4711008115\"},\
         {\"id\":\"902\",\"text\":\"きょうは雨\",\"created_at\":\"2026-02-21T03:00:00.000Z\",\"author_id\":\"4711008115\"},\
         {\"id\":\"903\",\"text\":\"とりのこえは高い\",\"created_at\":\"2026-02-22T03:00:00.000Z\",\"author_id\":\"4711008116\"}],\
         \"includes\":{\"users\":[{\"id\":\"4711008115\",\"username\":\"hana_k\",\"name\":\"はな\"},\
         {\"id\":\"4711008116\",\"username\":\"other\",\"name\":\"べつ\"}]}}\n",
    ),
];

fn workspace(folder: &Path) -> Workspace {
    workspace_with(folder, &[], "")
}

/// A workspace with more exports and settings.
fn workspace_with(folder: &Path, exports: &[(&str, &str)], settings: &str) -> Workspace {
    fs::create_dir_all(folder.join("exports")).unwrap();
    for (name, text) in EXPORTS.iter().chain(exports) {
        fs::write(folder.join("exports").join(name), text).unwrap();
    }
    let brand = "[brand]\nname = \"とりのこえ\"\nkeywords = [\"とりのこえ\"]\n";
    fs::write(folder.join("koe.toml"), format!("{brand}{settings}")).unwrap();
    let now: jiff::Timestamp = "2026-03-01T03:00:00Z".parse().unwrap();
    let workspace = Workspace::open(folder, None, &[], Some("2026-03-01"), now).unwrap();
    let options = ImportOptions::default();
    workspace.import(&[], &options, &Silent).unwrap();
    workspace.segment(&Silent).unwrap();
    workspace
}

fn state(workspace: &Workspace, statement: Statement, purpose: &str) {
    let terms = ConsentTerms::default();
    workspace
        .state_consent("transactions/1", statement, &[purpose.to_owned()], &terms)
        .unwrap();
}

fn said(karte: &Karte) -> Vec<&str> {
    let texts = karte.events.iter().filter_map(|event| match &event.what {
        What::Said { text, .. } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn a_person_is_told_with_what_linked_accounts_say_of_the_shop() {
    let folder = tempfile::tempdir().unwrap();
    let karte = workspace(folder.path())
        .explain_customer("transactions:1")
        .unwrap();
    assert_eq!(karte.records.len(), 1);
    assert_eq!(karte.accounts.len(), 1);
    assert_eq!(karte.accounts[0].handle.as_deref(), Some("hana_k"));
    assert_eq!(karte.unlinked_count, 0);
    assert_eq!(said(&karte), ["とりのこえの豆がおいしい"]);
    assert_eq!(karte.voice.other_post_count, 1);
    assert_eq!(karte.voice.posts.len(), 1);
    assert!(!karte.voice.posts[0].deciding_words.is_empty());
    let value = karte.value.as_ref().unwrap();
    assert_eq!(
        (value.order_count, value.spend_minor),
        (Some(2), Some(2100))
    );
    assert_eq!(value.computed_on.as_deref(), Some("2026-03-01"));
    let segment = karte.segment.as_ref().unwrap();
    assert!(segment.position.is_some() && segment.condition.is_some());
    // A plan that was carried out is told once; others' messages are not.
    let contacts = karte.events.iter().filter_map(|event| match &event.what {
        What::Contact { state, .. } => Some(state.as_str()),
        _ => None,
    });
    assert_eq!(contacts.collect::<Vec<_>>(), ["sent"]);
    assert!(
        karte
            .events
            .is_sorted_by(|newer, older| newer.when.day >= older.when.day)
    );
}

/// A group that 1 and 22 are in, and a chat of 1 alone with a call in between.
const CHATS: (&str, &str) = (
    "chats.csv",
    "時,文,会員,室,誰,店,種類\n\
     2026-02-20 10:00,注文できますか,1,group,hana,false,chat\n\
     2026-02-20 10:05,住所は鎌倉です,22,group,taro,false,chat\n\
     2026-02-20 10:06,鎌倉のご住所を承りました,,group,torinokoe,true,chat\n\
     2026-02-21 11:00,予約できますか,1,alone,hana,false,chat\n\
     2026-02-21 11:03,通話時間 1:23,,alone,,false,call\n\
     2026-02-21 11:05,ご予約を承りました,,alone,torinokoe,true,chat\n",
);
const CHAT_LAYOUT: &str = "official = [\"torinokoe\"]\n\
     [import.layouts.room]\ntable = \"posts\"\nsource = \"transactions\"\n\
     [import.layouts.room.columns]\nposted_at = \"時\"\ntext = \"文\"\ncustomer_id = \"会員\"\n\
     conversation_id = \"室\"\naccount_id = \"誰\"\nis_outbound = \"店\"\nkind = \"種類\"\n\
     [import.layouts.room.fixed]\nplatform = \"line\"\n";

#[test]
fn of_a_group_chat_neither_words_of_others_nor_what_was_said_to_them_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let karte = workspace_with(folder.path(), &[CHATS], CHAT_LAYOUT)
        .explain_customer("transactions:1")
        .unwrap();
    let said = said(&karte);
    assert!(
        said.contains(&"注文できますか") && said.contains(&"予約できますか"),
        "{said:?}"
    );
    let answers: Vec<&str> = karte
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Answered { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(answers, ["ご予約を承りました"]);
    assert!(!serde_json::to_string(&karte).unwrap().contains("鎌倉"));
}

#[test]
fn a_repost_is_told_without_the_words_it_repeats() {
    let posts = "{\"data\":[{\"id\":\"904\",\"text\":\"RT @other: とりのこえの列が長い\",\
         \"created_at\":\"2026-02-23T03:00:00.000Z\",\"author_id\":\"4711008115\",\
         \"referenced_tweets\":[{\"type\":\"retweeted\",\"id\":\"905\"}]}],\
         \"includes\":{\"users\":[{\"id\":\"4711008115\",\"username\":\"hana_k\",\"name\":\"はな\"}],\
         \"tweets\":[{\"id\":\"905\",\"text\":\"とりのこえの列が長い\",\"created_at\":\"2026-02-22T04:00:00.000Z\",\
         \"author_id\":\"4711008116\"}]}}\n";
    let folder = tempfile::tempdir().unwrap();
    let karte = workspace_with(folder.path(), &[("reposts.jsonl", posts)], "")
        .explain_customer("transactions:1")
        .unwrap();
    assert!(!serde_json::to_string(&karte).unwrap().contains("列が長い"));
    assert!(said(&karte).contains(&"とりのこえの豆がおいしい"));
}

#[test]
fn a_consent_taken_back_counts_before_any_stage_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    state(&workspace, Statement::Revoked, "link_social");
    let karte = workspace.explain_customer("1").unwrap();
    assert!(said(&karte).is_empty());
    assert!(karte.accounts.is_empty());
    assert_eq!(karte.voice.other_post_count, 0);
    // What the segment was computed from holds the voice still.
    assert!(karte.is_outdated && karte.segment.is_none());
    assert_eq!(karte.unlinked_count, 1);
    let told = serde_json::to_string(&karte).unwrap();
    for word in ["hana_k", "4711008115", "おいしい"] {
        assert!(!told.contains(word), "{word} in {told}");
    }
    assert!(karte.value.is_some());
}

#[test]
fn a_join_alone_does_not_bring_back_a_segment_that_rests_on_a_voice() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    state(&workspace, Statement::Revoked, "link_social");
    workspace.join(&JoinOptions::default(), &Silent).unwrap();
    let karte = workspace.explain_customer("1").unwrap();
    assert!(karte.is_outdated && karte.segment.is_none());
    // Of who never agreed nothing can rest on links.
    let other = workspace.explain_customer("22").unwrap();
    assert!(!other.is_outdated && other.segment.is_some());
    workspace.segment(&Silent).unwrap();
    let karte = workspace.explain_customer("1").unwrap();
    assert!(!karte.is_outdated && karte.segment.is_some());
}

#[test]
fn without_analysis_a_record_is_a_name() {
    let own = |text: &str| Some(text.to_owned());
    let record = RecordFact {
        source: "ec".to_owned(),
        customer_id: "12".to_owned(),
        name: own("山田 花子"),
        name_kana: own("ヤマダ ハナコ"),
        email: own("hanako@example.jp"),
        phone: own("090-1234-5678"),
        prefecture: own("京都府"),
        registered_on: own("2024-05-06"),
        points: Some(771),
        matched_by: own("self"),
        match_prob: Some(1.0),
    };
    let mut records = [record];
    who::keep_names(&mut records);
    let told = serde_json::to_string(&records).unwrap();
    for word in ["山田 花子", "ヤマダ", "self"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    for word in ["hanako", "5678", "京都", "2024", "771"] {
        assert!(!told.contains(word), "{word} in {told}");
    }
}

#[test]
fn of_who_denies_analysis_only_name_and_consents_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    state(&workspace, Statement::Denied, "analyse");
    let karte = workspace.explain_customer("1").unwrap();
    assert!(!karte.is_analysed);
    assert!(karte.events.is_empty());
    assert!(karte.value.is_none() && karte.segment.is_none() && karte.accounts.is_empty());
    let denied = karte.consents.iter().find(|one| one.purpose == "analyse");
    assert_eq!(denied.unwrap().status, "denied");
}

#[test]
fn an_unknown_customer_is_an_error_with_the_nearest_ids() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = workspace(folder.path());
    let nearest = |typed: &str| match workspace.explain_customer(typed) {
        Err(Error::NoCustomer { nearest, .. }) => nearest,
        other => panic!("{typed}: {other:?}"),
    };
    assert_eq!(nearest("transactions:222"), ["transactions/22"]);
    assert_eq!(nearest("222"), ["transactions/22"]);
    assert_eq!(nearest("shopify/zzz"), Vec::<String>::new());
    assert_eq!(nearest(" "), Vec::<String>::new());
}
