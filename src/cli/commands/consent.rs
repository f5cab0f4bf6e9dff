//! `koe consent`: shown, given, withdrawn.

use koe::error::{Error, Result};
use koe::pipeline::{ConsentLine, ConsentTerms, LostLists, Statement};
use polars::prelude::{DataFrame, df};

use crate::args::{Common, Consent, ConsentCommand, Format, Stated};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings, waiting};

pub fn run(args: &Consent, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let format = common.format.unwrap_or(Format::Table);
    let (statement, stated) = match &args.command {
        ConsentCommand::Show { customer } => {
            output::print(&frame(&workspace.consent(customer)?)?, format)?;
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
    let lines = waiting::patiently(common, ui, || {
        workspace.state_consent(&stated.customer, statement, &stated.purposes, &terms)
    })?;
    let lost = match statement {
        Statement::Granted => Ok(LostLists::default()),
        Statement::Denied | Statement::Revoked => {
            waiting::patiently(common, ui, || workspace.remove_lost_lists())
        }
    };
    // Where nobody reads what is printed, lists that are left must be told all the same.
    let printed = frame(&lines).and_then(|frame| output::print(&frame, format));
    if let Ok(lost) = &lost {
        for list in &lost.removed {
            ui.say(&list.told(ui.lang()));
        }
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

fn frame(lines: &[ConsentLine]) -> Result<DataFrame> {
    let text = |of: fn(&ConsentLine) -> Option<&str>| lines.iter().map(of).collect::<Vec<_>>();
    df!(
        "purpose" => lines.iter().map(|line| line.purpose).collect::<Vec<_>>(),
        "status" => lines.iter().map(|line| line.status.as_str()).collect::<Vec<_>>(),
        "since" => text(|line| line.since.as_deref()),
        "expires" => text(|line| line.expires.as_deref()),
        "evidence" => text(|line| line.evidence.as_deref()),
    )
    .map_err(Error::frame("list the consents"))
}
