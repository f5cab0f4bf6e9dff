//! `review.csv`: pairs for a person to decide; `koe join --decisions review.csv` takes the answers.

use std::fs;

use crate::error::{Error, Result};
use crate::join::{Candidate, Review};
use crate::pipeline::{OUT, Workspace};
use crate::report::Lang;
use crate::schema::decisions;
use crate::store::write_atomically;

/// Name of the file in the folder of a run.
const NAME: &str = "review.csv";
/// Name that a file gets which somebody wrote answers into, before the next one is written; others get a number.
const EDITED: &str = "review-edited";
/// Statements of evidence listed per pair.
const MOST_STATEMENTS: usize = 6;

/// Writes the file and returns its path below the workspace and its hash.
pub(super) fn write(reviews: &[Review], workspace: &Workspace) -> Result<(String, String)> {
    let path = workspace.out().join(NAME);
    let below = format!("{OUT}/{}/{NAME}", workspace.as_of().label());
    let bytes = table(reviews, workspace.config().workspace.lang);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    if let Ok(found) = fs::read(&path)
        && found != bytes
        && has_answers(&found)
    {
        let names = std::iter::once(format!("{EDITED}.csv"))
            .chain((2..).map(|number: u32| format!("{EDITED}-{number}.csv")));
        let mut paths = names.map(|name| workspace.out().join(name));
        let edited = paths
            .find(|path| !path.exists())
            .expect("there are more names than files");
        fs::rename(&path, &edited).map_err(|error| Error::io("rename", &path, error))?;
    }
    write_atomically(&path, &bytes)?;
    Ok((below, hash))
}

/// Whether somebody wrote a decision into a review file, or saved it in a way that does not tell.
///
/// Spreadsheets write it in other encodings and with other delimiters. No encoding in use but UTF-16 has a delimiter
/// within another character, so bytes that are no UTF-8 may be lost on the way without harm.
fn has_answers(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count());
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let place = reader.headers().ok().and_then(|headings| {
        headings
            .iter()
            .position(|heading| heading == decisions::DECISION.name)
    });
    // Nothing that somebody may have written is thrown away.
    let Some(place) = place else {
        return !bytes.is_empty();
    };
    reader.records().any(|record| match record {
        Ok(record) => record
            .get(place)
            .is_some_and(|cell| !cell.trim().is_empty()),
        Err(_) => true,
    })
}

fn table(reviews: &[Review], lang: Lang) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let write = |writer: &mut csv::Writer<Vec<u8>>, row: &[String]| {
        writer
            .write_record(row)
            .expect("rows of one length in memory can be written");
    };
    let headings = [
        "kind",
        decisions::SOURCE.name,
        decisions::CUSTOMER_ID.name,
        "name",
        decisions::OTHER_SOURCE.name,
        decisions::OTHER_CUSTOMER_ID.name,
        "other_name",
        decisions::PLATFORM.name,
        decisions::PROVIDER.name,
        decisions::ACCOUNT_ID.name,
        "probability",
        "evidence",
        decisions::DECISION.name,
        decisions::REVIEWER.name,
    ];
    write(&mut writer, &headings.map(str::to_owned));
    for review in reviews {
        let [source, customer_id, name] = review.record.clone();
        let none = String::new;
        let (kind, other, account) = match &review.with {
            Candidate::Record(other) => ("person", other.clone(), [none(), none(), none()]),
            Candidate::Account([platform, provider, account_id, handle, shown]) => {
                let named = match handle.is_empty() {
                    true => shown.clone(),
                    false => format!("{shown} @{handle}").trim().to_owned(),
                };
                (
                    "account",
                    [none(), none(), named],
                    [platform.clone(), provider.clone(), account_id.clone()],
                )
            }
        };
        let [other_source, other_id, other_name] = other;
        let [platform, provider, account_id] = account;
        write(
            &mut writer,
            &[
                kind.to_owned(),
                source,
                customer_id,
                name,
                other_source,
                other_id,
                other_name,
                platform,
                provider,
                account_id,
                format!("{:.3}", review.probability),
                evidence(review, lang),
                none(),
                none(),
            ],
        );
    }
    writer
        .into_inner()
        .expect("memory takes everything that is written")
}

fn evidence(review: &Review, lang: Lang) -> String {
    let between = match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    };
    let said = review.evidence.iter().take(MOST_STATEMENTS);
    let mut words: Vec<String> = said.map(|statement| statement.words(lang)).collect();
    if let Some(cut) = review.cut {
        words.push(lang.words().name("match_cut", cut).to_owned());
    }
    words.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_seen_however_a_spreadsheet_saved_them() {
        let saved = |delimiter: &str, answer: &str| {
            let rows = [
                ["kind", "name", "decision"],
                ["person", "高橋 花子", answer],
            ];
            rows.map(|row| row.join(delimiter) + "\r\n").concat()
        };
        for delimiter in [",", ";", "\t"] {
            assert!(has_answers(saved(delimiter, "same").as_bytes()));
            assert!(!has_answers(saved(delimiter, "").as_bytes()));
            let text = saved(delimiter, "same");
            let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(&text);
            assert!(has_answers(&bytes), "{delimiter}");
            let (bytes, ..) =
                encoding_rs::SHIFT_JIS.encode("kind,name,decision\r\nperson,高橋 花子,\r\n");
            assert!(!has_answers(&bytes));
        }
        let utf16: Vec<u8> = saved("\t", "same")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(has_answers(&utf16));
        assert!(!has_answers(b""));
    }
}
