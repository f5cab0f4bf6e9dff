//! From flags and environment to a checked workspace.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use koe::config::{Config, FILE_NAME, Override};
use koe::error::{Error, Result};
use koe::pipeline::Workspace;
use koe::report::Lang;

use super::args::{Args, Command, Common, LangArg};

/// Beginning of the environment variables that set a setting, e.g. `KOE_BRAND_NAME`.
const VARIABLE_PREFIX: &str = "KOE_";

/// Opens the workspace that the flags name.
///
/// # Errors
/// Those of [`Workspace::open`], and of a `--set` that is none.
pub fn workspace(common: &Common, dir: Option<&Path>, extra: &[Override]) -> Result<Workspace> {
    let root = root(common, dir);
    let mut overrides = overrides(common)?;
    overrides.extend_from_slice(extra);
    Workspace::open(
        &root,
        common.config.as_deref(),
        &overrides,
        common.as_of.as_deref(),
        jiff::Timestamp::now(),
    )
}

/// Returns the folder of the workspace that the flags name.
fn root(common: &Common, dir: Option<&Path>) -> PathBuf {
    dir.or(common.workspace.as_deref())
        .map(Path::to_path_buf)
        .or_else(|| std::env::var_os("KOE_WORKSPACE").map(PathBuf::from))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// Returns the language that koe speaks, which is that of the settings even where they are wrong otherwise.
pub fn lang(args: &Args) -> Lang {
    let common = &args.common;
    let overrides = overrides(common);
    let overrides = overrides.unwrap_or_else(|_| lang_override(common).into_iter().collect());
    Config::lang_of(settings_file(args).as_deref(), &overrides)
}

/// Returns the language to tell in that what was typed cannot be understood, as far as its words and the environment say which.
pub fn lang_of_words() -> Lang {
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let variable = std::env::var("KOE_WORKSPACE_LANG").ok();
    let langs = [variable.as_deref(), value_of(&words, &["--lang"])];
    let overrides = langs.into_iter().flatten().map(|lang| Override {
        key: "workspace.lang".into(),
        value: lang.into(),
        origin: "`--lang`".into(),
    });
    let overrides: Vec<Override> = overrides.collect();
    let is_workspace = |word: &&String| Path::new(word).join(FILE_NAME).is_file();
    let named = value_of(&words, &["--workspace", "-w"])
        .or_else(|| words.iter().find(is_workspace).map(String::as_str))
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("KOE_WORKSPACE").map(PathBuf::from));
    let file = match value_of(&words, &["--config"]) {
        Some(file) => PathBuf::from(file),
        None => named.unwrap_or_else(|| PathBuf::from(".")).join(FILE_NAME),
    };
    Config::lang_of(Some(&file), &overrides)
}

/// Returns the word behind a flag, or behind its `=`.
fn value_of<'w>(words: &'w [String], names: &[&str]) -> Option<&'w str> {
    let behind = |place: usize| words.get(place + 1).map(String::as_str);
    let of = |(place, word): (usize, &'w String)| match word.split_once('=') {
        Some((name, value)) => names.contains(&name).then_some(value),
        None if names.contains(&word.as_str()) => behind(place),
        None => None,
    };
    words.iter().enumerate().find_map(of)
}

/// Returns the settings file of the command; `None` where it works without a workspace.
fn settings_file(args: &Args) -> Option<PathBuf> {
    if let Some(file) = &args.common.config {
        return Some(file.clone());
    }
    let dir = match &args.command {
        Command::Init(init) => Some(init.dir.as_path()),
        Command::Run(run) => run.dir.as_deref(),
        Command::Segment(segment) if !segment.orders.is_empty() => return None,
        Command::Sample(_) | Command::Completions { .. } | Command::Man | Command::SchemaDoc => {
            return None;
        }
        _ => None,
    };
    Some(root(&args.common, dir).join(FILE_NAME))
}

/// Returns the settings where there is no workspace: those of the file that is named, if one is.
///
/// # Errors
/// Those of [`Config::load`], and of a `--set` that is none.
pub fn without_workspace(common: &Common) -> Result<Config> {
    let overrides = overrides(common)?;
    match &common.config {
        Some(file) => Config::load(file, true, &overrides),
        None => Config::parse("", Path::new(FILE_NAME), &overrides),
    }
}

/// Returns the settings that environment and flags override, flags last.
///
/// # Errors
/// [`Error::BadSetting`] for a `--set` without `=`.
pub fn overrides(common: &Common) -> Result<Vec<Override>> {
    let mut found: Vec<Override> = Config::keys()
        .into_iter()
        .filter_map(|key| {
            let variable = format!("{VARIABLE_PREFIX}{}", key.replace('.', "_").to_uppercase());
            let value = std::env::var(&variable).ok()?;
            Some(Override {
                key,
                value,
                origin: format!("the variable `{variable}`"),
            })
        })
        .collect();
    for setting in &common.overrides {
        let (key, value) = setting.split_once('=').ok_or_else(|| Error::BadSetting {
            key: "--set".into(),
            value: setting.clone(),
            expected: "of the form KEY=VALUE".into(),
        })?;
        found.push(Override {
            key: key.trim().into(),
            value: value.trim().into(),
            origin: "`--set`".into(),
        });
    }
    found.extend(lang_override(common));
    Ok(found)
}

fn lang_override(common: &Common) -> Option<Override> {
    let value = match common.lang? {
        LangArg::Ja => "ja",
        LangArg::En => "en",
    };
    Some(Override {
        key: "workspace.lang".into(),
        value: value.into(),
        origin: "`--lang`".into(),
    })
}

/// Sets the number of threads of every pool, before any is made.
pub fn use_threads(threads: Option<NonZeroUsize>) {
    let Some(threads) = threads else { return };
    // SAFETY: no other thread runs yet; polars reads the variable when its pool is first used.
    unsafe { std::env::set_var("POLARS_MAX_THREADS", threads.to_string()) };
    // The pool can only have been made before if this were called twice, which it is not.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.get())
        .build_global();
}
