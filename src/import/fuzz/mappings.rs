//! Layouts of `koe.toml`: files read by them, files they are proposed for, and the sections themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Class;
use super::layouts::{accounted, same};
use super::seeds::{Seed, files, fixtures};
use crate::import::formats::tests::import_as;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::mapping::{Mapped, Mapping, propose};

/// Files under the names of their sections.
pub(super) const READ: Class = Class {
    name: "mapped",
    seeds: || fixtures("mappings"),
    check: read,
};

/// Any tables.
pub(super) const PROPOSED: Class = Class {
    name: "proposed",
    seeds: tables,
    check: |_, bytes| proposed(bytes),
};

/// Sections, valid ones at first.
pub(super) const SECTIONS: Class = Class {
    name: "sections",
    seeds: sections,
    check: |_, bytes| section(bytes),
};

#[derive(Deserialize)]
struct Settings {
    import: Import,
}

#[derive(Deserialize)]
struct Import {
    layouts: BTreeMap<String, Mapping>,
}

fn mappings(text: &str) -> Option<BTreeMap<String, Mapping>> {
    let settings: Settings = toml::from_str(text).ok()?;
    Some(settings.import.layouts)
}

static MAPPED: LazyLock<BTreeMap<String, Vec<Mapped>>> = LazyLock::new(|| {
    let files = files("mappings").into_iter();
    files
        .filter_map(|(name, bytes)| {
            let name = name.strip_suffix(".toml")?.to_owned();
            let text = String::from_utf8(bytes).expect("sections are text");
            let mappings = mappings(&text).expect("the section is whole");
            Some((
                name,
                Mapped::all(&mappings).expect("the section can be meant"),
            ))
        })
        .collect()
});

fn read(name: &str, bytes: &[u8]) {
    for layout in MAPPED.get(name).into_iter().flatten() {
        by(layout, bytes);
    }
}

fn by(layout: &Mapped, bytes: &[u8]) {
    match (import_as(bytes, layout), import_as(bytes, layout)) {
        (Ok(first), Ok(second)) => {
            accounted(&first);
            same(&first, &second);
        }
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        _ => panic!("read once and not again"),
    }
}

fn tables() -> Vec<Seed> {
    let files = fixtures("mappings").into_iter();
    files
        .chain(fixtures("formats"))
        .map(|seed| Seed::of("table", seed.bytes))
        .collect()
}

fn proposed(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(proposal) = propose(&text) else {
        return;
    };
    assert_eq!(
        propose(&text).as_ref(),
        Some(&proposal),
        "proposed once and not again"
    );
    let name = proposal.name("注文 2024");
    let sections = ["ja", "en"].map(|language| mappings(&proposal.render(&name, language)));
    assert_eq!(sections[0], sections[1], "the languages say the same");
    let sections = sections[0].as_ref().expect("what is written can be read");
    assert_eq!(
        sections.get(&name),
        Some(&proposal.mapping),
        "what is written is what is meant"
    );
    let layouts = Mapped::all(sections).expect("what is proposed can be meant");
    for layout in &layouts {
        assert!(
            layout.recognises(&Head::of(&text)),
            "the file is recognised by its section"
        );
        by(layout, text.as_bytes());
    }
}

fn sections() -> Vec<Seed> {
    let files = files("mappings").into_iter();
    files
        .filter(|(name, _)| name.ends_with(".toml"))
        .map(|(_, bytes)| Seed::of("section", bytes))
        .collect()
}

fn section(bytes: &[u8]) {
    let Some(mappings) = mappings(&String::from_utf8_lossy(bytes)) else {
        return;
    };
    for mapping in mappings.values() {
        let text = toml::to_string(mapping).expect("sections hold only what TOML can say");
        assert_eq!(toml::from_str::<Mapping>(&text).as_ref(), Ok(mapping));
    }
    let Ok(layouts) = Mapped::all(&mappings) else {
        return;
    };
    for layout in &layouts {
        let headings: Vec<&str> = layout
            .mapping()
            .columns
            .values()
            .flat_map(|names| names.all())
            .map(String::as_str)
            .collect();
        let file = format!(
            "{}\n{}\n",
            headings.join("\t"),
            "1\t".repeat(headings.len())
        );
        let _ = layout.fingerprint();
        by(layout, file.as_bytes());
    }
}
