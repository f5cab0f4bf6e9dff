//! `koe explain`: why.

mod customer;
mod link;
mod post;
mod word;

use std::path::Path;

use koe::error::{Error, Result};
use koe::pipeline::WordOptions;
use koe::report::karte;
use serde::Serialize;

use crate::args::{Common, Explain, ExplainCommand, Format};
use crate::exit::Exit;
use crate::ui::Ui;
use crate::{output, settings};

pub fn run(args: &Explain, common: &Common, ui: &Ui) -> Result<Exit> {
    let workspace = settings::workspace(common, None, &[])?;
    let lang = workspace.config().workspace.lang;
    let format = common.format.unwrap_or(Format::Table);
    match &args.command {
        ExplainCommand::Customer {
            customer,
            html,
            limit,
        } => {
            output::check(html.as_deref(), None)?;
            let explained = workspace.explain_customer(customer)?;
            if let Some(path) = html {
                let page = karte::html(&explained, lang).map_err(|error| Error::Render {
                    what: "the page of a customer".to_owned(),
                    detail: error.to_string(),
                })?;
                output::put_text(&page, path)?;
                if path != Path::new("-") {
                    ui.say(&format!("-> {}", path.display()));
                }
            }
            match (common.format, html) {
                // A page that is asked for is what is printed.
                (None, Some(_)) => {}
                _ if is_json(format) => print_json(&explained, format)?,
                _ => customer::print(&explained, format, *limit, lang)?,
            }
        }
        ExplainCommand::Link { left, right } => {
            let explained = workspace.explain_link(left, right)?;
            match is_json(format) {
                true => print_json(&explained, format)?,
                false => link::print(&explained, format, lang)?,
            }
        }
        ExplainCommand::Word { word, limit, width } => {
            let options = WordOptions {
                limit: *limit,
                width: *width,
            };
            let explained = workspace.explain_word(word, &options)?;
            match is_json(format) {
                true => print_json(&explained, format)?,
                false => word::print(&explained, format, *width, lang)?,
            }
        }
        ExplainCommand::Post { post } => {
            let explained = workspace.explain_post(post)?;
            match is_json(format) {
                true => print_json(&explained, format)?,
                false => post::print(&explained, format, lang)?,
            }
        }
    }
    Ok(Exit::Done)
}

fn is_json(format: Format) -> bool {
    matches!(format, Format::Json | Format::Jsonl)
}

fn print_json(explained: &impl Serialize, format: Format) -> Result<()> {
    let text = match format {
        Format::Json => serde_json::to_string_pretty(explained),
        _ => serde_json::to_string(explained),
    };
    let text = text.expect("an explanation holds only texts and numbers");
    output::print_text(&format!("{text}\n"))
}
