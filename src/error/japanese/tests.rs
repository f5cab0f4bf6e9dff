use super::*;
use crate::config::Config;

fn told(error: &Error) -> (String, String) {
    let hint = error.hint_in(Lang::Ja).expect("a hint");
    (error.text(Lang::Ja), hint)
}

#[test]
fn the_system_is_told_in_japanese_where_the_kind_says_enough() {
    let path = Path::new("exports/a.csv");
    let (text, hint) = told(&Error::io(
        "read",
        path,
        io::Error::from(io::ErrorKind::NotFound),
    ));
    assert_eq!(text, "`exports/a.csv` を読み込めません: 見つかりません");
    assert_eq!(hint, "場所と名前をご確認ください");
    let (text, hint) = told(&Error::io(
        "write",
        path,
        io::Error::from(io::ErrorKind::StorageFull),
    ));
    assert_eq!(
        text,
        "`exports/a.csv` に書き込めません: ディスクの空き容量がありません"
    );
    assert!(hint.contains("保管庫は実行前のまま"), "{hint}");
    let odd = Error::io("read", path, io::Error::other("odd bytes"));
    assert_eq!(
        odd.text(Lang::Ja),
        "`exports/a.csv` を読み込めません: odd bytes"
    );
    assert_eq!(odd.hint_in(Lang::Ja), None);
}

#[test]
fn what_came_on_stdin_is_no_file() {
    let unknown = |path: &str| Error::UnknownLayout {
        path: path.into(),
        found: vec!["色".to_owned()],
        nearest: None,
    };
    let (text, hint) = told(&unknown("stdin"));
    assert_eq!(text, "`標準入力` は koe の知らない形式です");
    assert!(hint.contains("--from ファイル名"), "{hint}");
    let (text, _) = told(&unknown("stdin/a.csv"));
    assert!(
        text.starts_with("`標準入力") && text.contains("a.csv` は"),
        "{text}"
    );
    let (text, hint) = told(&Error::UnreadableOrders {
        files: vec!["stdin (2 of 3 rows)".to_owned()],
        examples: Vec::new(),
    });
    assert!(text.ends_with(": `標準入力(3 行中 2 行)`"), "{text}");
    assert!(hint.contains("--from ファイル名"), "{hint}");
    let (text, _) = told(&Error::ListsHeldBack {
        files: vec![UnreadFile {
            file: "stdin".to_owned(),
            place: FilePlace::Elsewhere,
            identity: None,
        }],
        rows: Vec::new(),
    });
    assert!(text.ends_with(": フォルダの外: `標準入力`"), "{text}");
}

#[test]
fn english_is_what_display_says_with_its_causes() {
    let source = io::Error::other("odd bytes");
    let error = Error::io("read", Path::new("a.csv"), source);
    assert_eq!(error.text(Lang::En), format!("{error}: odd bytes"));
    let error = Error::NoAudiences;
    assert_eq!(error.text(Lang::En), error.to_string());
    assert_eq!(error.hint_in(Lang::En), error.hint());
}

#[test]
fn what_holds_lists_back_is_told_with_its_place_and_what_to_do_there() {
    let held_back = |places: &[(&str, FilePlace)]| {
        let files = places.iter().map(|(file, place)| UnreadFile {
            file: (*file).to_owned(),
            place: *place,
            identity: None,
        });
        told(&Error::ListsHeldBack {
            files: files.collect(),
            rows: Vec::new(),
        })
    };
    let (text, hint) = held_back(&[("a.csv", FilePlace::Exports)]);
    assert!(
        text.starts_with("配信リストは作成できません") && text.ends_with(": `a.csv`"),
        "{text}"
    );
    assert!(!hint.contains("--drop-unread"), "{hint}");
    let (text, hint) = held_back(&[
        ("b.csv", FilePlace::Elsewhere),
        ("a.csv", FilePlace::Exports),
    ]);
    assert!(text.ends_with("`a.csv`。フォルダの外: `b.csv`"), "{text}");
    assert!(hint.contains("--drop-unread"), "{hint}");
}

#[test]
fn settings_that_cannot_be_are_told_without_english() {
    for (text, key) in [
        ("[workspace]\nlang = 'jp'\n", "workspace.lang"),
        ("[workspace]\ntime_zone = 'Tokyo'\n", "workspace.time_zone"),
        ("[money]\ncurrency = 'yen'\n", "money.currency"),
        ("[import]\nmax_rejects = 5\n", "import.max_rejects"),
        ("[segment]\nperiod_days = 0\n", "segment.period_days"),
        ("[segment]\nperiod_days = 'week'\n", "segment.period_days"),
        ("[segment]\nmargin = 'much'\n", "segment.margin"),
        ("[join]\nthreshold = 2\n", "join.threshold"),
        ("[score]\ntopics = 1000000\n", "score.topics"),
        (
            "[report]\nfiscal_year_start = 13\n",
            "report.fiscal_year_start",
        ),
        ("[report]\ncompare = 'last year'\n", "report.compare"),
        ("[brand]\nkeywords = ['']\n", "brand.keywords"),
        (
            "[audience]\nquiet_hours = 'night'\n",
            "audience.quiet_hours",
        ),
        ("[audience]\ncontrol = 'some'\n", "audience.control"),
        ("[audience]\nhour = 24\n", "audience.hour"),
        (
            "[[audience.list]]\nname = 'a/b'\nchannel = 'email'\n",
            "audience.list.name",
        ),
        (
            "[[segment.rfm.segment]]\nname = 'a'\nr = 'high'\n",
            "segment.rfm.segment.r",
        ),
        ("[targets]\nsales = -1\n", "targets.sales"),
        (
            "[import.layouts.till]\ntable = 'orders'\n[import.layouts.till.columns]\n",
            "import.layouts.till.columns",
        ),
    ] {
        let error = Config::parse(text, Path::new("koe.toml"), &[]).expect_err(text);
        let (told, hint) = told(&error);
        assert!(told.contains(&format!("`{key}`")), "{text}: {told}");
        // The engine's own words come behind what is told of values that nothing is known of.
        let is_told = !hint.starts_with("値をご確認ください");
        assert!(is_told && hint.contains("ください"), "{text}: {hint}");
    }
}

#[test]
fn texts_without_quotation_marks_are_told_with_how_to_write_them() {
    let settings = "\n[workspace]\nlang = ja\n";
    let error = Config::parse(settings, Path::new("koe.toml"), &[]).expect_err("no TOML");
    let (text, hint) = told(&error);
    let begin = "`koe.toml` は TOML として正しくありません(3 行目): ";
    assert!(text.starts_with(begin), "{text}");
    assert!(!text.contains('|') && !text.contains('\n'), "{text}");
    assert!(hint.contains("引用符"), "{hint}");
    let query = |detail: &str| {
        told(&Error::Query {
            detail: detail.to_owned(),
        })
    };
    let (text, hint) = query("not found: unable to find column \"high\"");
    assert!(text.ends_with(": 列 `high` がありません"), "{text}");
    assert!(hint.contains("`'high'`"), "{hint}");
    // Where a column is near, it is meant.
    let near = "not found: unable to find column \"sprend\". Did you mean \"spend\"?";
    let (text, hint) = query(near);
    assert!(text.ends_with("もしかして `spend` でしょうか"), "{text}");
    assert!(!hint.contains("sprend"), "{hint}");
}

#[test]
fn many_names_are_the_first_and_how_many_more() {
    let names: Vec<String> = (0..10).map(|number| format!("c{number}")).collect();
    let told = first_of(&names);
    assert!(told.ends_with("`c7` ほか 2 件"), "{told}");
    assert_eq!(first_of(&names[..2]), "`c0`、`c1`");
}

#[test]
fn rows_are_counted_behind_any_name() {
    let files = [
        "a (1).csv (10 of 20 rows)".to_owned(),
        "members.csv (shopify_customers)".to_owned(),
    ];
    assert_eq!(
        counted(&files),
        "`a (1).csv(20 行中 10 行)`、`members.csv (shopify_customers)`"
    );
}
