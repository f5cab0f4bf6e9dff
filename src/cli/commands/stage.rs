//! `koe join`, `koe score`, `koe report`: one stage each; what the commands of stages have in common.

use std::time::Instant;

use clap::ValueEnum;
use koe::config::Override;
use koe::error::Result;
use koe::pipeline::{JoinOptions, StageOutcome, Workspace};
use koe::report::Lang;
use koe::schema::{self, Table};
use polars::prelude::{Expr, col, lit};

use crate::args::{Common, FailOn, Join, Report, Score};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

use super::import;

pub fn join(args: &Join, common: &Common, ui: &Ui) -> Result<Exit> {
    let options = JoinOptions {
        is_refit: args.refit,
        weights: args.weights.clone(),
        save_weights: args.save_weights.clone(),
        decisions: args.decisions.clone(),
        is_report: args.report,
    };
    let workspace = settings::workspace(common, None, &[])?;
    let _turn = waiting::turn(&workspace, common, ui)?;
    let started = Instant::now();
    let outcome = waiting::patiently(common, ui, || workspace.join(&options, ui))?;
    let table = &schema::persons::TABLE;
    finish(&workspace, &outcome, started, common, ui, table)?;
    Ok(import::fault(&outcome, ui))
}

pub fn score(score: &Score, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let _turn = waiting::turn(&workspace, common, ui)?;
    let started = Instant::now();
    let outcome = waiting::patiently(common, ui, || workspace.score(ui))?;
    finish(
        &workspace,
        &outcome,
        started,
        common,
        ui,
        &schema::alerts::TABLE,
    )?;
    alert_exit(&workspace, score.fail_on)
}

pub fn report(args: &Report, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &report_overrides(args))?;
    let _turn = waiting::turn(&workspace, common, ui)?;
    let started = Instant::now();
    let outcome = waiting::patiently(common, ui, || workspace.report(ui))?;
    let table = &schema::segments::TABLE;
    finish(&workspace, &outcome, started, common, ui, table)?;
    Ok(Exit::Done)
}

/// Returns the settings that flags of `koe report` override.
fn report_overrides(args: &Report) -> Vec<Override> {
    let mut overrides = sections(args);
    if let Some(period) = args.period.and_then(|period| period.to_possible_value()) {
        overrides.push(Override {
            key: "report.period".into(),
            value: format!("\"{}\"", period.get_name()),
            origin: "`--period`".into(),
        });
    }
    if let Some(day) = &args.compare {
        overrides.push(Override {
            key: "report.compare".into(),
            value: day.clone(),
            origin: "`--compare`".into(),
        });
    }
    if let Some(folder) = &args.template {
        // The setting is relative to the workspace, the flag to where one stands.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        overrides.push(Override {
            key: "report.template".into(),
            value: folder.to_string_lossy().into_owned(),
            origin: "`--template`".into(),
        });
    }
    overrides
}

/// Returns the setting that `--section` overrides.
fn sections(args: &Report) -> Vec<Override> {
    if args.section.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = args
        .section
        .iter()
        .filter_map(|section| section.to_possible_value())
        .map(|value| format!("\"{}\"", value.get_name()))
        .collect();
    vec![Override {
        key: "report.sections".into(),
        value: format!("[{}]", names.join(", ")),
        origin: "`--section`".into(),
    }]
}

/// Returns exit code 4 when an alert is on and the flags ask for it.
pub fn alert_exit(workspace: &Workspace, fail_on: Option<FailOn>) -> Result<Exit> {
    if fail_on != Some(FailOn::Alert) {
        return Ok(Exit::Done);
    }
    let is_on: Expr = schema::alerts::STATE.expr().neq(lit("over"));
    let on = workspace
        .store()?
        .scan(&schema::alerts::TABLE)?
        .filter(is_on)
        .select([col(schema::alerts::ALERT_ID.name)])
        .collect()
        .map_err(koe::error::Error::frame("read the alerts"))?;
    Ok(if on.height() > 0 {
        Exit::Alert
    } else {
        Exit::Done
    })
}

/// Prints one line about a stage, in the language of the settings.
pub fn tell(outcome: &StageOutcome, seconds: f64, lang: Lang, ui: &Ui) {
    let counts: Vec<String> = outcome
        .counts
        .iter()
        .map(|(name, count)| counted(name, *count, lang))
        .collect();
    // Both are eight columns wide, as the seconds are.
    let state = match (outcome.has_run, lang) {
        (true, _) => format!("{seconds:>6.1} s"),
        (false, Lang::Ja) => "  最新  ".to_owned(),
        (false, Lang::En) => "  fresh ".to_owned(),
    };
    let open = outcome
        .open
        .as_ref()
        .map(|path| format!("  -> {}", path.display()))
        .unwrap_or_default();
    let between = match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    };
    ui.say(&format!(
        "{:<8}{state}  {}{open}",
        ui.coloured(outcome.stage, "1"),
        counts.join(between)
    ));
}

/// Returns a count of a stage with what was counted.
fn counted(name: &str, count: u64, lang: Lang) -> String {
    if (name, count) == ("audiences", 0) {
        return match lang {
            Lang::Ja => "配信リストは作成しませんでした".to_owned(),
            Lang::En => "no lists were made".to_owned(),
        };
    }
    let count = grouped(count);
    if lang == Lang::En {
        return format!("{count} {name}");
    }
    match name {
        "files" => format!("{count} ファイル"),
        "stored" => format!("保存 {count} 行"),
        "known" => format!("保存済み {count} 行"),
        "rejected" => format!("読めない {count} 行"),
        "forgotten" => format!("消去を希望された方 {count} 行"),
        "erased" => format!("消去した投稿 {count} 件"),
        "customers" => format!("顧客の記録 {count} 件"),
        "persons" => format!("お客様 {count} 人"),
        "links" => format!("結び付けたアカウント {count} 件"),
        "to review" => format!("確認待ち {count} 件"),
        "posts" => format!("投稿 {count} 件"),
        "alerts" => format!("警報 {count} 件"),
        "buyers" => format!("購入者 {count} 人"),
        "audiences" => format!("配信リスト {count} 件"),
        "listed" => format!("配信 {count} 人"),
        "held out" => format!("対照群 {count} 人"),
        "left out" => format!("除外 {count} 人"),
        "removed" => format!("削除した以前のリスト {count} 件"),
        other => format!("{other} {count}"),
    }
}

fn finish(
    workspace: &Workspace,
    outcome: &StageOutcome,
    started: Instant,
    common: &Common,
    ui: &Ui,
    table: &'static Table,
) -> Result<()> {
    let lang = workspace.config().workspace.lang;
    tell(outcome, started.elapsed().as_secs_f64(), lang, ui);
    let Some(format) = common.format else {
        return Ok(());
    };
    let frame = workspace
        .store()?
        .scan(table)?
        .collect()
        .map_err(koe::error::Error::frame("read a table of the store"))?;
    output::print(&frame, format)
}

/// Returns a count with thousands separators.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::stages::{PeriodArg, SectionArg};

    fn nothing() -> Report {
        Report {
            section: Vec::new(),
            period: None,
            compare: None,
            template: None,
        }
    }

    #[test]
    fn sections_become_a_setting_that_can_be_read() {
        let args = Report {
            section: SectionArg::value_variants().to_vec(),
            ..nothing()
        };
        let config = koe::config::Config::parse("", "koe.toml".as_ref(), &sections(&args))
            .expect("settings");
        assert_eq!(
            config.report.sections,
            koe::report::findings::Section::ALL.to_vec()
        );
        assert!(report_overrides(&nothing()).is_empty());
    }

    #[test]
    fn a_period_and_a_day_to_compare_with_become_settings() {
        for period in PeriodArg::value_variants() {
            let args = Report {
                period: Some(*period),
                compare: Some("2025-08-01".to_owned()),
                ..nothing()
            };
            let overrides = report_overrides(&args);
            let config =
                koe::config::Config::parse("", "koe.toml".as_ref(), &overrides).expect("settings");
            assert_eq!(config.report.compare, "2025-08-01");
            let written = format!("{:?}", config.report.period);
            assert_eq!(written, format!("{period:?}"));
        }
    }

    #[test]
    fn a_count_is_told_in_one_language() {
        let names = [
            "files",
            "stored",
            "known",
            "rejected",
            "forgotten",
            "erased",
            "customers",
            "persons",
            "links",
            "to review",
            "posts",
            "alerts",
            "buyers",
            "audiences",
            "listed",
            "held out",
            "left out",
            "removed",
        ];
        for name in names {
            assert_eq!(counted(name, 1234, Lang::En), format!("1,234 {name}"));
            let told = counted(name, 1234, Lang::Ja);
            assert!(told.contains("1,234"), "{told}");
            assert!(!told.contains(|c: char| c.is_ascii_alphabetic()), "{told}");
        }
    }

    #[test]
    fn thousands_are_separated() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1234567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
