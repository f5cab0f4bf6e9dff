//! Compiles the embedded Japanese dictionary.
//!
//! IPADIC ships beside the text module as one archive. This script unpacks it into `OUT_DIR`, adds koe's own words
//! (shopping and social-media vocabulary that IPADIC predates), compiles both with lindera's `DictionaryBuilder` and
//! names the result in `LINDERA_WORKDIR`, which `lindera_dictionary::embedded_dictionary!` reads. No network.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use lindera_dictionary::builder::DictionaryBuilder;
use lindera_dictionary::dictionary::metadata::Metadata;

/// The IPADIC sources, a zstd-compressed tar.
const ARCHIVE: &str = "src/text/dictionary/mecab-ipadic-2.7.0-20070801-utf8.tar.zst";
/// Words IPADIC lacks: word, reading, the IPADIC word it inflects like.
const ADDITIONS: &str = "src/text/dictionary/additions.tsv";
/// The folder inside the archive.
const SOURCE_FOLDER: &str = "mecab-ipadic";
/// The folder of the compiled dictionary inside `OUT_DIR`; the text module names it too.
const COMPILED_FOLDER: &str = "ipadic";
/// The cost of an added word, low enough that it wins over its pieces.
const ADDITION_COST: i32 = 2000;

/// IPADIC's columns, as lindera-ipadic describes them.
const METADATA: &str = r#"{
  "name": "ipadic",
  "encoding": "UTF-8",
  "default_word_cost": -10000,
  "default_left_context_id": 0,
  "default_right_context_id": 0,
  "default_field_value": "*",
  "flexible_csv": true,
  "skip_invalid_cost_or_id": false,
  "normalize_details": true,
  "dictionary_schema": {
    "fields": [
      "surface", "left_context_id", "right_context_id", "cost", "part_of_speech",
      "part_of_speech_subcategory_1", "part_of_speech_subcategory_2", "part_of_speech_subcategory_3",
      "conjugation_form", "conjugation_type", "base_form", "reading", "pronunciation"
    ]
  },
  "user_dictionary_schema": { "fields": ["surface", "part_of_speech", "reading"] }
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let archive = manifest.join(ARCHIVE);
    let additions = manifest.join(ADDITIONS);
    for input in [&archive, &additions, &manifest.join("build.rs")] {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let source = out.join(SOURCE_FOLDER);
    if source.exists() {
        fs::remove_dir_all(&source)?;
    }
    let packed = fs::File::open(&archive).map_err(|e| format!("{}: {e}", archive.display()))?;
    tar::Archive::new(zstd::Decoder::new(packed)?).unpack(&out)?;
    fs::write(
        source.join("koe-additions.csv"),
        inflect(&additions, &source)?,
    )?;
    let builder = DictionaryBuilder::new(Metadata::load(METADATA.as_bytes())?);
    builder.build_dictionary(&source, &out.join(COMPILED_FOLDER))?;
    fs::remove_dir_all(&source)?;
    println!("cargo::rustc-env=LINDERA_WORKDIR={}", out.display());
    Ok(())
}

/// Returns IPADIC rows for the added words: every form of the model word, with the stem exchanged.
fn inflect(additions: &Path, source: &Path) -> Result<String, Box<dyn Error>> {
    let known = read_rows(source)?;
    let list =
        fs::read_to_string(additions).map_err(|e| format!("{}: {e}", additions.display()))?;
    let mut rows = String::new();
    for (index, line) in list.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{}:{}", additions.display(), index + 1);
        let [word, reading, model] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("{place}: expected word, reading and model").into());
        };
        let forms: Vec<&Vec<String>> = known.iter().filter(|row| row[10] == model).collect();
        let first = *forms
            .first()
            .ok_or_else(|| format!("{place}: `{model}` is not in IPADIC"))?;
        let (part, inflected) = (&first[4], first[8] != "*");
        let alike = |row: &&&Vec<String>| row[4] == *part && (row[8] != "*") == inflected;
        for form in forms.iter().filter(alike) {
            let (surface, kana) = if inflected {
                let surface = swap_ending(word, model, &form[0])?;
                let kana = swap_ending(reading, &first[11], &form[11]);
                (surface.clone(), kana.unwrap_or(surface))
            } else {
                (word.to_owned(), reading.to_owned())
            };
            let (left, right) = (&form[1], &form[2]);
            write!(rows, "{surface},{left},{right},{ADDITION_COST},")?;
            writeln!(rows, "{},{word},{kana},{kana}", form[4..10].join(","))?;
        }
    }
    Ok(rows)
}

/// Returns `word` inflected as `form` is of `model`: all three share the stem `model` and `word` lack one character of.
fn swap_ending(word: &str, model: &str, form: &str) -> Result<String, Box<dyn Error>> {
    let stem = |text: &str| {
        text.char_indices()
            .next_back()
            .map_or(String::new(), |(at, _)| text[..at].to_owned())
    };
    let ending = form
        .strip_prefix(stem(model).as_str())
        .ok_or_else(|| format!("`{form}` does not inflect `{model}` by its ending"))?;
    Ok(stem(word) + ending)
}

/// Returns the cells of every row of the model classes: adjectives, verbs, nouns and adverbs.
fn read_rows(source: &Path) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let mut rows = Vec::new();
    for file in [
        "Adj.csv",
        "Verb.csv",
        "Noun.csv",
        "Noun.verbal.csv",
        "Noun.adjv.csv",
        "Adverb.csv",
    ] {
        for line in fs::read_to_string(source.join(file))?.lines() {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if cells.len() == 13 {
                rows.push(cells);
            }
        }
    }
    Ok(rows)
}
