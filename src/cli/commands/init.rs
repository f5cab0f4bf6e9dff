//! `koe init`: a workspace to begin with, and layouts for files koe does not know.

use std::fs;
use std::path::{Path, PathBuf};

use koe::config::{Config, FILE_NAME};
use koe::error::{Error, Result, argument};
use koe::import::containers::{self, Contents, Part};
use koe::import::file;
use koe::import::layout::{Layout, Layouts};
use koe::import::mapping::{Mapped, propose};
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
    let is_new = !path.exists();
    if !is_new && init.from.is_empty() {
        return Err(Error::AlreadyThere { path });
    }
    let overrides = settings::overrides(common)?;
    let mut text = if is_new {
        let config = Config::parse("", &path, &overrides)?;
        template(config.workspace.lang).to_owned()
    } else {
        fs::read_to_string(&path).map_err(|error| Error::io("read", &path, error))?
    };
    let config = Config::parse(&text, &path, &overrides)?;
    let exports = init.dir.join(&config.workspace.exports);
    let lang = config.workspace.lang;
    let mut settings = Settings {
        path: &path,
        text: &mut text,
        lang,
        is_changed: is_new,
        answers: Vec::new(),
    };
    let mut is_all_known = true;
    for file in &init.from {
        is_all_known &= settings.learn(file, ui)?;
    }
    // Whose they are is told by the customers, wherever their files stand.
    for part in std::mem::take(&mut settings.answers) {
        is_all_known &= settings.learn_part(part, true, ui)?;
    }
    let is_changed = settings.is_changed;
    fs::create_dir_all(&exports).map_err(|error| Error::io("make the folder", &exports, error))?;
    if is_changed {
        write_atomically(&path, text.as_bytes())?;
        ui.say(&match lang {
            Lang::Ja => format!("{} を書き込みました", path.display()),
            Lang::En => format!("wrote {}", path.display()),
        });
    }
    let (exports, dir) = (exports.display(), argument(&init.dir));
    ui.say(&match lang {
        Lang::Ja => format!(
            "次は、お店から書き出したファイルを {exports} に置いて `koe run {dir}` を実行してください"
        ),
        Lang::En => {
            format!("next: put the shop's exports into {exports} and type `koe run {dir}`")
        }
    });
    Ok(if is_all_known {
        Exit::Done
    } else {
        Exit::Input
    })
}

fn template(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => JAPANESE,
        Lang::En => ENGLISH,
    }
}

/// The settings file as it grows.
struct Settings<'a> {
    path: &'a Path,
    text: &'a mut String,
    lang: Lang,
    is_changed: bool,
    /// What customers answered, put off until all customers are known.
    answers: Vec<Part>,
}

impl Settings<'_> {
    /// Says which layouts a file has, and adds one where koe knows none; returns whether all of it can be imported. A path
    /// may lead into an archive or workbook.
    fn learn(&mut self, path: &Path, ui: &Ui) -> Result<bool> {
        let (path, inner) = containers::split(path);
        let parts = match containers::contents(path) {
            Ok(Contents::Parts(parts)) => match named(parts, path, inner) {
                Ok(parts) => parts,
                Err(error) => {
                    ui.error(&error);
                    return Ok(false);
                }
            },
            Ok(Contents::Other((ja, en))) => {
                let path = path.display();
                ui.say(&match self.lang {
                    Lang::Ja => format!("{path}: 書き出しファイルではなく、{ja}です"),
                    Lang::En => format!("{path}: no export but a {en}"),
                });
                return Ok(false);
            }
            Err(error) => {
                ui.error(&error);
                return Ok(false);
            }
        };
        let mut is_all_known = true;
        for part in parts {
            is_all_known &= self.learn_part(part, false, ui)?;
        }
        Ok(is_all_known)
    }

    fn learn_part(&mut self, part: Part, takes_answers: bool, ui: &Ui) -> Result<bool> {
        let shown = shown(&part);
        let config = Config::parse(self.text, self.path, &[])?;
        let mapped = Mapped::all(&config.import.layouts)?;
        let mapped = mapped
            .into_iter()
            .map(|layout| Box::new(layout) as Box<dyn Layout>);
        let layouts = Layouts::with(mapped.collect());
        let refused = match file::recognise(&part, &layouts, None) {
            Ok(recognised) => {
                if let Err(error) = recognised.check_name(&name_of(&part)) {
                    ui.error(&error);
                    return Ok(false);
                }
                ui.say(&format!("{}: {}", shown.display(), recognised.layout()));
                return Ok(true);
            }
            Err(error) => error,
        };
        let proposal = match &refused {
            Error::UnknownLayout { .. } => propose(&file::sample(&part)?),
            _ => None,
        };
        let Some(mut proposal) = proposal else {
            ui.error(&match refused {
                Error::UnknownLayout { path, found, .. } => Error::NothingToMap { path, found },
                other => other,
            });
            return Ok(false);
        };
        if proposal.lists_customers() && file::is_named_after_refusals(&name_of(&part)) {
            ui.error(&Error::ListOfRefusals {
                path: shown,
                layout: proposal.mapping.table.table().name.to_owned(),
            });
            return Ok(false);
        }
        if proposal.tells_answers() && !takes_answers {
            self.answers.push(part);
            return Ok(true);
        }
        let (outer, inner) = (
            stem(part.file()),
            part.inner().map(|inner| stem(Path::new(inner))),
        );
        let base = proposal.name(inner.as_ref().unwrap_or(&outer));
        // Sheets are parts of one file of one shop, entries of an archive files of their own.
        let entry = inner.as_deref().filter(|_| !part.is_sheet());
        let names: Vec<&str> = [Some(outer.as_str()), entry]
            .into_iter()
            .flatten()
            .collect();
        if let Err(sources) = proposal.choose_source(&names, &config.import.layouts) {
            let path = shown;
            ui.error(&Error::WhoseAnswers { path, sources });
            return Ok(false);
        }
        let name = (1..)
            .map(|number| match number {
                1 => base.clone(),
                number => format!("{base}_{number}"),
            })
            .find(|name| !config.import.layouts.contains_key(name))
            .unwrap_or(base);
        let section = proposal.render(&name, self.lang.tag());
        let grown = format!("{}\n\n{section}", self.text.trim_end());
        // What was proposed must be readable: nothing is written that a run would refuse.
        Config::parse(&grown, self.path, &[])?;
        *self.text = grown;
        self.is_changed = true;
        let (shown, path) = (shown.display(), self.path.display());
        ui.say(&match self.lang {
            Lang::Ja => format!(
                "{shown}: koe の知らない形式です。{path} に [import.layouts.{name}] を加えました。内容をご確認ください"
            ),
            Lang::En => format!(
                "{shown}: unknown to koe; added [import.layouts.{name}] to {path}, please look it over"
            ),
        });
        Ok(true)
    }
}

/// Returns the part that was named, or all of them.
///
/// # Errors
/// [`Error::NoSuchPart`] where none has the name.
fn named(parts: Vec<Part>, file: &Path, inner: Option<String>) -> Result<Vec<Part>> {
    let Some(inner) = inner else {
        return Ok(parts);
    };
    let is_named = |part: &Part| part.inner() == Some(inner.as_str());
    if !parts.iter().any(is_named) {
        let found = parts.iter().filter_map(Part::inner).map(str::to_owned);
        return Err(Error::NoSuchPart {
            path: file.to_path_buf(),
            found: found.collect(),
            part: inner,
        });
    }
    Ok(parts.into_iter().filter(is_named).collect())
}

/// Returns the name of a file, of an archive with that of the entry.
fn name_of(part: &Part) -> String {
    let file = part.file().file_name().unwrap_or_default();
    let file = file.to_string_lossy();
    match part.inner() {
        Some(inner) => format!("{file}/{inner}"),
        None => file.into_owned(),
    }
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn shown(part: &Part) -> PathBuf {
    part.inner().map_or_else(
        || part.file().to_path_buf(),
        |inner| part.file().join(inner),
    )
}
