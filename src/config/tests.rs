//! The settings as a whole: defaults, unknown keys, ranges, and who wins.

use super::*;

/// Reads a settings file of these lines.
pub(super) fn parse(text: &str) -> Result<Config> {
    Config::parse(text, Path::new("koe.toml"), &[])
}

#[test]
fn defaults_are_whole_and_checked() {
    let config = parse("").expect("defaults");
    assert_eq!(config.workspace.lang, Lang::Ja);
    assert!(config.segment.rule.len() > 5);
    let again = parse(&config.to_toml()).expect("what `config show` prints can be read back");
    assert_eq!(config, again);
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let Err(Error::UnknownSetting { key, nearest, .. }) = parse("[segment]\nperiod_day = 7\n")
    else {
        panic!("an unknown key must be an error");
    };
    assert_eq!(key, "segment.period_day");
    assert_eq!(nearest.as_deref(), Some("segment.period_days"));
    for (text, wanted) in [
        ("[segments]\nperiod_days = 7\n", Some("segment")),
        ("[segments.rfm]\nmethod = 'jenks'\n", Some("segment")),
        ("[segment.rfms]\nmethod = 'jenks'\n", Some("segment.rfm")),
        ("[[audience.lists]]\nname = 'a'\n", Some("audience.list")),
        ("[[audience.list]]\nnam = 'a'\n", Some("audience.list.name")),
        ("[import]\nlayout = 1\n", Some("import.layouts")),
        // Of another section, and of none.
        ("[report]\nmax_rejects = 0.1\n", Some("import.max_rejects")),
        ("[report]\nfoo = 1\n", None),
    ] {
        let Err(Error::UnknownSetting { nearest, .. }) = parse(text) else {
            panic!("an unknown key must be an error: {text}");
        };
        assert_eq!(nearest.as_deref(), wanted, "{text}");
    }
    assert!(matches!(
        parse("[[segment.rule]]\nname='a'\nwhen='TRUE'\nurgensy='now'\n"),
        Err(Error::UnknownSetting { .. })
    ));
}

#[test]
fn a_value_of_the_wrong_type_or_range_is_an_error() {
    for text in [
        "[segment]\nperiod_days = 'week'\n",
        "[segment]\nmargin = 2.0\n",
        "[segment.models]\ncutoffs = 13\n",
        "[segment.models]\nholdout_share = 0.0\n",
        "[segment.models]\nholdout_days = 3661\n",
        "[segment.models]\nopportunity = 'day'\n",
        "[segment.social_lift]\nholdout_share = 0.6\n",
        "[segment.social_lift]\nmin_linked_repeaters = 19\n",
        "[segment.social_lift]\nenabled = 'yes'\n",
        "[workspace]\nlang = 'fr'\n",
        "[workspace]\ntime_zone = 'Asia/Edo'\n",
        "[money]\ncurrency = 'yen'\n",
        "[score.business_hours]\nmonday = '9-18'\n",
        "[score.business_hours]\nmonday = ''\ntuesday = ''\nwednesday = ''\nthursday = ''\nfriday = ''\n",
        "[score]\nperiod_days = 0\n",
        "[score]\nwindow_days = 3661\n",
        "[score]\ntopics = 51\n",
        "[score.conversation]\nsession_hours = 0\n",
        "[score.conversation]\nresponse_target_minutes = 20161\n",
        "[score.aspects]\n'ギフト' = ''\n",
        "[score.aspects]\n'ギフト' = [' ']\n",
        "[score.aspects]\n' ' = ['熨斗']\n",
        "[score.aspects]\n'ギフト' = ['熨斗']\n'贈答' = ['熨斗']\n",
    ] {
        assert!(
            matches!(parse(text), Err(Error::BadSetting { .. })),
            "{text}"
        );
    }
    assert!(matches!(parse("[brand\n"), Err(Error::ConfigSyntax { .. })));
}

#[test]
fn headings_are_ignored_of_layouts_there_are() {
    let config = parse("[import.ignored]\neccube_customers = ['利用停止日']\n").expect("settings");
    assert_eq!(config.import.ignored["eccube_customers"], ["利用停止日"]);
    let Err(Error::UnknownSetting { key, nearest, .. }) =
        parse("[import.ignored]\neccube_customer = ['利用停止日']\n")
    else {
        panic!("no layout has that name");
    };
    assert_eq!(key, "import.ignored.eccube_customer");
    let expected = Some("import.ignored.eccube_customers");
    assert_eq!(nearest.as_deref(), expected);
    let own = "[import.ignored]\nmine = ['a']\n[import.layouts.mine]\ntable = 'customers'\n\
        [import.layouts.mine.columns]\ncustomer_id = 'b'\n";
    assert!(matches!(parse(own), Err(Error::BadSetting { .. })));
    // Of orders nobody looks for them, and a blank is no heading.
    for nothing in ["eccube_orders = ['停止日']", "eccube_customers = [' ']"] {
        let text = format!("[import.ignored]\n{nothing}\n");
        assert!(
            matches!(parse(&text), Err(Error::BadSetting { .. })),
            "{text}"
        );
    }
}

#[test]
fn overrides_win_and_user_rules_replace_the_defaults() {
    let overrides = [Override {
        key: "brand.name".into(),
        value: "とりのこえ".into(),
        origin: "KOE_BRAND_NAME".into(),
    }];
    let text = "[brand]\nname='x'\n[money.rates]\nUSD = 150.0\n[score.aspects]\n'ギフト' = ['熨斗']\n[[segment.rule]]\nname='all'\nwhen='TRUE'\n";
    let config = Config::parse(text, Path::new("koe.toml"), &overrides).expect("valid settings");
    assert_eq!(config.own_brand().name, "とりのこえ");
    assert_eq!(config.segment.rule.len(), 1);
    assert_eq!(config.money.rates["USD"], 150.0);
    assert_eq!(config.score.aspects["ギフト"], ["熨斗"]);
}

#[test]
fn the_language_is_known_of_settings_that_are_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(FILE_NAME);
    let lang_of = |text: &str, overrides: &[Override]| {
        fs::write(&file, text).expect("a file");
        Config::lang_of(Some(&file), overrides)
    };
    for text in [
        "[workspace]\nlang = 'en'\n",
        "workspace.lang = \"en\"\n",
        "[workspace]\nlang = 'en'\nlanguage = 'en'\n",
        "[workspace]\nlang = 'en'\n[segment\n",
        "[workspace]\nlang = 'en'\n[segment]\nperiod_days = = 7\n",
    ] {
        assert_eq!(lang_of(text, &[]), Lang::En, "{text}");
    }
    for text in ["", "[workspace]\nlang = 'fr'\n", "[workspace]\nlang = 7\n"] {
        assert_eq!(lang_of(text, &[]), Lang::Ja, "{text}");
    }
    let set = |value: &str| Override {
        key: "workspace.lang".to_owned(),
        value: value.to_owned(),
        origin: "`--set`".to_owned(),
    };
    assert_eq!(lang_of("", &[set("ja"), set("\"en\"")]), Lang::En);
    let english = "[workspace]\nlang = 'en'\n";
    assert_eq!(lang_of(english, &[set("ja")]), Lang::Ja);
    assert_eq!(lang_of(english, &[set("fr")]), Lang::En);
    let nowhere = folder.path().join("nowhere.toml");
    assert_eq!(Config::lang_of(Some(&nowhere), &[]), Lang::default());
    assert_eq!(Config::lang_of(None, &[set("en")]), Lang::En);
}
