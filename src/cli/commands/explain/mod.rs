//! `koe explain`: why.

mod customer;
mod link;
mod post;
mod word;

use std::path::Path;

use koe::error::{Error, Result};
use koe::pipeline::WordOptions;
use koe::report::karte;

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
                _ if output::is_json(format) => output::print_json(&explained, format)?,
                _ => customer::print(&explained, format, *limit, lang)?,
            }
        }
        ExplainCommand::Link { left, right } => {
            let explained = workspace.explain_link(left, right)?;
            match output::is_json(format) {
                true => output::print_json(&explained, format)?,
                false => link::print(&explained, format, lang)?,
            }
        }
        ExplainCommand::Word { word, limit, width } => {
            let options = WordOptions {
                limit: *limit,
                width: *width,
            };
            let explained = workspace.explain_word(word, &options)?;
            match output::is_json(format) {
                true => output::print_json(&explained, format)?,
                false => word::print(&explained, format, *width, lang)?,
            }
        }
        ExplainCommand::Post { post } => {
            let explained = workspace.explain_post(post)?;
            match output::is_json(format) {
                true => output::print_json(&explained, format)?,
                false => post::print(&explained, format, lang)?,
            }
        }
    }
    Ok(Exit::Done)
}
