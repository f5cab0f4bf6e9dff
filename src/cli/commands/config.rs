//! `koe config show`: the merged settings.

use koe::config::{Config, DEFAULTS, FILE_NAME};
use koe::error::Result;

use crate::args::{Common, ConfigArgs, ConfigCommand};
use crate::exit::Exit;
use crate::{output, settings};

pub fn run(config: &ConfigArgs, common: &Common) -> Result<Exit> {
    let ConfigCommand::Show { defaults } = config.command;
    if defaults {
        output::print_text(DEFAULTS)?;
        return Ok(Exit::Done);
    }
    let root = common.workspace.clone().unwrap_or_else(|| ".".into());
    let file = common
        .config
        .clone()
        .unwrap_or_else(|| root.join(FILE_NAME));
    let merged = Config::load(
        &file,
        common.config.is_some(),
        &settings::overrides(common)?,
    )?;
    output::print_text(&merged.to_toml())?;
    Ok(Exit::Done)
}
