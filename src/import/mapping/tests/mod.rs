//! Unknown files: proposed, written out, read back from the settings and imported, without a hand on them.

mod proposals;
mod sections;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Mapped, Mapping, propose};
use crate::import::formats::tests::{Outcome, import_as};
use crate::import::head::Head;
use crate::import::layout::Layout;

#[derive(Deserialize)]
struct Settings {
    import: Import,
}

#[derive(Deserialize)]
struct Import {
    layouts: BTreeMap<String, Mapping>,
}

fn sections(text: &str) -> BTreeMap<String, Mapping> {
    let settings: Settings = toml::from_str(text).expect("the settings are valid TOML");
    settings.import.layouts
}

/// Reads a file by one section.
fn read(section: &str, file: &str) -> Outcome {
    let layouts = Mapped::all(&sections(section)).expect("the section can be meant");
    let layout = layouts.first().expect("there is a section");
    assert!(layout.recognises(&Head::of(file)), "{section}");
    import_as(file.as_bytes(), layout).expect("the file can be read")
}

/// Proposes a section for a file, writes it in both languages and reads the file by it.
fn proposed(file: &str) -> (String, Outcome) {
    let proposal = propose(file).expect("the file is a table koe can use");
    let name = proposal.name("2024-07 sample_01");
    assert_eq!(name, "sample");
    let [japanese, english] = ["ja", "en"].map(|lang| proposal.render(&name, lang));
    assert_eq!(sections(&japanese), sections(&english));
    assert_eq!(sections(&japanese)[&name], proposal.mapping, "{japanese}");
    let outcome = read(&japanese, file);
    (japanese, outcome)
}
