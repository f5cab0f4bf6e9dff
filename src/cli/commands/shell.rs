//! `koe completions`, `koe man` and the generated pages of the documentation.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use koe::error::{Error, Result};

use crate::args::Args;
use crate::exit::Exit;
use crate::output;

pub fn completions(shell: Shell) -> Result<Exit> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "koe", &mut bytes);
    output::print_text(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Done)
}

pub fn man() -> Result<Exit> {
    let mut bytes = Vec::new();
    let failed = |error| Error::io("write to", Path::new("memory"), error);
    clap_mangen::Man::new(Args::command())
        .render(&mut bytes)
        .map_err(failed)?;
    output::print_text(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Done)
}

pub fn schema() -> Result<Exit> {
    output::print_text(&koe::schema::markdown())?;
    Ok(Exit::Done)
}
