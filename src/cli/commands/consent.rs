//! `koe consent`: shown, given, withdrawn.

use koe::error::{Error, Result};
use koe::pipeline::{ConsentLine, ConsentTerms, LostLists, PersonConsents, Statement};
use koe::report::Lang;
use polars::prelude::{Column, DataFrame, NamedFrom, PlSmallStr, Series};

use crate::args::{Common, Consent, ConsentCommand, Format, Stated};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

/// Records that are named where a refusal reached several people.
const MOST_NAMED: usize = 8;

pub fn run(args: &Consent, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let format = common.format.unwrap_or(Format::Table);
    let (statement, stated) = match &args.command {
        ConsentCommand::Show { customer } => {
            print(&[workspace.consent(customer)?], format, ui.lang())?;
            return Ok(Exit::Done);
        }
        ConsentCommand::Grant { stated, expires } => {
            let stated = (stated, expires.clone());
            (Statement::Granted, stated)
        }
        ConsentCommand::Deny { stated } => (Statement::Denied, (stated, None)),
        ConsentCommand::Revoke { stated } => (Statement::Revoked, (stated, None)),
    };
    let (stated, expires): (&Stated, Option<String>) = stated;
    let terms = ConsentTerms {
        at: stated.at.clone(),
        expires,
        evidence: stated.evidence.clone(),
    };
    let people = waiting::patiently(common, ui, || {
        workspace.state_consent(&stated.customer, statement, &stated.purposes, &terms)
    })?;
    let lost = match statement {
        Statement::Granted => Ok(LostLists::default()),
        Statement::Denied | Statement::Revoked => {
            waiting::patiently(common, ui, || workspace.remove_lost_lists())
        }
    };
    // Where nobody reads what is printed, lists that are left must be told all the same.
    let printed = print(&people, format, ui.lang());
    if let Ok(lost) = &lost {
        for list in &lost.removed {
            ui.say(&list.told(ui.lang()));
        }
    }
    if people.len() > 1 {
        ui.say(&several_told(&people, ui.lang()));
    }
    ui.say(match statement {
        Statement::Granted => ui.word(
            "記録しました。現在の状態は上の表のとおりです。アカウントとの結び付け、セグメント、レポートには `koe run` で反映されます",
            "written down; the table shows what holds now, and `koe run` applies it to links, segments and reports",
        ),
        Statement::Denied | Statement::Revoked => ui.word(
            "記録しました。現在の状態は上の表のとおりです。アカウントとの結び付け、セグメント、レポート、お客様に連絡するための一覧（desk）には `koe run` で反映されます。それまで desk は削除しておきます",
            "written down; the table shows what holds now. `koe run` applies it to links, segments, reports and the desk, which says whom to contact and how and is not kept until then",
        ),
    });
    match lost?.left {
        Some(left) => Err(left),
        None => printed.map(|()| Exit::Done),
    }
}

/// Returns for whom a statement was written down.
fn several_told(people: &[PersonConsents], lang: Lang) -> String {
    let records = people.iter().flat_map(|person| &person.records);
    let records: Vec<String> = records.map(|record| format!("`{record}`")).collect();
    let more = records.len().saturating_sub(MOST_NAMED);
    let (named, count) = (&records[..records.len() - more], people.len());
    match (lang, more) {
        (Lang::Ja, 0) => format!(
            "当てはまる方が {count} 人いるため、全員について記録しました: {}",
            named.join("、")
        ),
        (Lang::Ja, _) => format!(
            "当てはまる方が {count} 人いるため、全員について記録しました: {} ほか {more} 件",
            named.join("、")
        ),
        (Lang::En, 0) => format!(
            "{count} people may be meant; written down for all of them: {}",
            named.join(", ")
        ),
        (Lang::En, _) => format!(
            "{count} people may be meant; written down for all of them: {} and {more} more records",
            named.join(", ")
        ),
    }
}

/// Prints how people stand; programs always read whose each row is.
fn print(people: &[PersonConsents], format: Format, lang: Lang) -> Result<()> {
    let has_records = people.len() > 1 || format != Format::Table;
    let frame = frame(people, output::lang_of(format, lang), has_records)?;
    output::print(&frame, format)
}

/// Returns a row per person and purpose, in a language.
fn frame(people: &[PersonConsents], lang: Lang, has_records: bool) -> Result<DataFrame> {
    let word = |ja: &'static str, en: &'static str| match lang {
        Lang::Ja => ja,
        Lang::En => en,
    };
    let words = lang.words();
    let purpose = |line: &ConsentLine| match lang {
        // A command takes the name itself.
        Lang::Ja => format!("{} ({})", words.name("purpose", line.purpose), line.purpose),
        Lang::En => line.purpose.to_owned(),
    };
    let status = |line: &ConsentLine| match lang {
        Lang::Ja => words.name("karte_status", &line.status).to_owned(),
        Lang::En => line.status.clone(),
    };
    let lines = || people.iter().flat_map(|person| &person.lines);
    let text = |heading: &str, of: &dyn Fn(&ConsentLine) -> Option<String>| {
        let cells: Vec<Option<String>> = lines().map(of).collect();
        Column::new(heading.into(), cells)
    };
    let mut columns = vec![
        text(word("用途", "purpose"), &|line| Some(purpose(line))),
        text(word("状態", "status"), &|line| Some(status(line))),
        text(word("開始", "since"), &|line| line.since.clone()),
        text(word("期限", "expires"), &|line| line.expires.clone()),
        text(word("記録の場所", "evidence"), &|line| {
            line.evidence.clone()
        }),
    ];
    if has_records {
        let of_each = people.iter().flat_map(|person| {
            let records = Series::new(PlSmallStr::EMPTY, person.records.clone());
            std::iter::repeat_n(records, person.lines.len())
        });
        let records: Vec<Series> = of_each.collect();
        columns.push(Column::new(word("顧客の記録", "records").into(), records));
    }
    DataFrame::new(lines().count(), columns).map_err(Error::frame("list the consents"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(records: &[&str]) -> PersonConsents {
        let line = |purpose, status: &str| ConsentLine {
            purpose,
            status: status.to_owned(),
            since: None,
            expires: None,
            evidence: Some("koe consent:1".to_owned()),
        };
        PersonConsents {
            records: records.iter().map(|&record| record.to_owned()).collect(),
            lines: vec![line("email", "denied"), line("ads", "missing")],
        }
    }

    fn written(people: &[PersonConsents], lang: Lang, format: Format) -> String {
        let frame = frame(people, lang, true).expect("a frame");
        let mut bytes = Vec::new();
        output::write(&frame, format, &mut bytes).expect("memory does not fill up");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn whose_each_row_is_stands_behind_it() {
        let people = [person(&["a/1", "b/1"]), person(&["a/2"])];
        assert_eq!(
            written(&people, Lang::En, Format::Csv),
            "purpose,status,since,expires,evidence,records\n\
             email,denied,,,koe consent:1,a/1|b/1\n\
             ads,missing,,,koe consent:1,a/1|b/1\n\
             email,denied,,,koe consent:1,a/2\n\
             ads,missing,,,koe consent:1,a/2\n"
        );
    }

    #[test]
    fn a_japanese_shop_reads_what_is_meant_beside_the_names_that_commands_take() {
        let told = written(&[person(&["a/1"])], Lang::Ja, Format::Table);
        for word in ["用途", "メール (email)", "拒否", "広告配信 (ads)", "未確認"] {
            assert!(told.contains(word), "{told}");
        }
        for word in ["purpose", "denied", "missing"] {
            assert!(!told.contains(word), "{told}");
        }
    }

    #[test]
    fn of_many_records_the_first_are_named_and_the_others_counted() {
        let people: Vec<PersonConsents> = (0..10)
            .map(|number| person(&[&format!("a/{number}")]))
            .collect();
        assert_eq!(
            several_told(&people[..2], Lang::En),
            "2 people may be meant; written down for all of them: `a/0`, `a/1`"
        );
        let told = several_told(&people, Lang::Ja);
        assert!(
            told.starts_with("当てはまる方が 10 人") && told.ends_with("`a/7` ほか 2 件"),
            "{told}"
        );
    }
}
