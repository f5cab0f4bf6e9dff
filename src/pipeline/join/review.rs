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
/// Name that a file gets which somebody wrote answers into, before the next one is written.
const EDITED: &str = "review-edited.csv";
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
        let edited = workspace.out().join(EDITED);
        fs::rename(&path, &edited).map_err(|error| Error::io("rename", &path, error))?;
    }
    write_atomically(&path, &bytes)?;
    Ok((below, hash))
}

/// Whether somebody wrote a decision into a review file.
fn has_answers(bytes: &[u8]) -> bool {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let Ok(headings) = reader.headers().cloned() else {
        return false;
    };
    let place = headings
        .iter()
        .position(|heading| heading == decisions::DECISION.name);
    let is_answer = |record: csv::StringRecord| {
        place.is_some_and(|place| {
            record
                .get(place)
                .is_some_and(|cell| !cell.trim().is_empty())
        })
    };
    reader.records().flatten().any(is_answer)
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
