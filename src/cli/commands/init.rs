//! `koe init`: a workspace to begin with.

use std::fs;
use std::path::Path;

use koe::config::{Config, FILE_NAME};
use koe::error::{Error, Result};
use koe::import::file;
use koe::report::Lang;
use koe::store::write_atomically;

use crate::args::{Common, Init};
use crate::exit::Exit;
use crate::settings;
use crate::ui::Ui;

const JAPANESE: &str = include_str!("init_ja.toml");
const ENGLISH: &str = include_str!("init_en.toml");

pub fn run(init: &Init, common: &Common, ui: &Ui) -> Result<Exit> {
    let path = init.dir.join(FILE_NAME);
    if path.exists() {
        return Err(Error::AlreadyThere { path });
    }
    let config = Config::parse("", &path, &settings::overrides(common)?)?;
    let text = match config.workspace.lang {
        Lang::Ja => JAPANESE,
        Lang::En => ENGLISH,
    };
    let exports = init.dir.join(&config.workspace.exports);
    fs::create_dir_all(&exports).map_err(|error| Error::io("make the folder", &exports, error))?;
    write_atomically(&path, text.as_bytes())?;
    ui.say(&format!("wrote {}", path.display()));
    let mut is_all_known = true;
    for file in &init.from {
        is_all_known &= tell(file, ui);
    }
    ui.say(&format!(
        "next: put the shop's exports into {} and type `koe run {}`",
        exports.display(),
        init.dir.display()
    ));
    Ok(if is_all_known {
        Exit::Done
    } else {
        Exit::Input
    })
}

/// Says which layout a file has; returns whether it has one.
fn tell(path: &Path, ui: &Ui) -> bool {
    match file::recognise(path, None) {
        Ok(recognised) => {
            ui.say(&format!("{}: {}", path.display(), recognised.layout()));
            true
        }
        Err(error) => {
            ui.error(&error);
            false
        }
    }
}
