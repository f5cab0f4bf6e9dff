//! What lists plan, written down as batches of `contacts` and `assignments`.

use polars::prelude::*;

use super::{Made, PLANNED, stem};
use crate::as_of::AsOf;
use crate::audience::{Arm, Member};
use crate::config::AudienceSpec;
use crate::error::Result;
use crate::schema::{Column as Owned, ColumnKind, Table, assignments, contacts};
use crate::store::{ImportedFile, Manifest, NewFile, Transaction};

/// Layout of the batches, for lists of what was imported.
const LAYOUT: &str = "koe_contacts";

/// What one list plans.
pub(super) struct Batch {
    file: String,
    /// The same for every making of a list at one moment: a new making replaces the one before.
    place_hash: String,
    batch_id: String,
    contacts: DataFrame,
    assignments: DataFrame,
    count: u64,
}

/// Returns what stands for the file of a list in the list of imports.
fn file_name(spec: &AudienceSpec, as_of: &AsOf) -> String {
    format!("{PLANNED}/{}/{}", as_of.label(), stem(spec))
}

/// Returns the name of the moment and the beginning of the names of the files of a batch; `None` for batches of others.
pub(super) fn place(file: &str) -> Option<(&str, &str)> {
    file.strip_prefix(PLANNED)?
        .strip_prefix('/')?
        .split_once('/')
}

/// Returns the batches of a list at a moment.
pub(super) fn of_moment(manifest: &Manifest, spec: &AudienceSpec, as_of: &AsOf) -> Vec<String> {
    let hash = place_hash(spec, as_of);
    let imports = manifest.imports.iter();
    imports
        .filter(|import| import.file_hash == hash)
        .map(|import| import.batch_id.clone())
        .collect()
}

fn place_hash(spec: &AudienceSpec, as_of: &AsOf) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [
        PLANNED,
        &spec.name,
        spec.channel.key(),
        &as_of.instant().to_string(),
    ] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

impl Batch {
    pub(super) fn new(made: &Made, as_of: &AsOf) -> Self {
        let place_hash = place_hash(&made.spec, as_of);
        let plan = &made.plan;
        let now = as_of.instant().as_microsecond();
        let is_ads = plan.channel.is_ads();
        let contacted: &[Member] = match is_ads {
            true => &[],
            false => &plan.listed,
        };
        // Of an advertising list nothing else says who is in it.
        let is_drawn = plan.control_share > 0.0 || !plan.control.is_empty() || is_ads;
        let drawn: Vec<(&Member, Arm)> = match is_drawn {
            true => {
                let listed = plan.listed.iter().map(|member| (member, Arm::Treated));
                let control = plan.control.iter().map(|member| (member, Arm::Control));
                listed.chain(control).collect()
            }
            false => Vec::new(),
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(place_hash.as_bytes());
        let mut add = |part: &str| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        };
        add(&plan.campaign);
        for member in contacted {
            add(&member.source);
            add(&member.customer_id);
            add(&member.send_at.to_string());
        }
        for (member, arm) in &drawn {
            add(&member.source);
            add(&member.customer_id);
            add(&member.stratum);
            add(arm.key());
        }
        let batch_id = hasher.finalize().to_hex()[..32].to_owned();
        let contacts = frame(
            &contacts::TABLE,
            contacted.len(),
            &batch_id,
            now,
            &|column, row| {
                let member = &contacted[row];
                match column {
                    contacts::SOURCE => Value::Text(member.source.clone()),
                    contacts::CUSTOMER_ID => Value::Text(member.customer_id.clone()),
                    contacts::CHANNEL => Value::Text(plan.channel.key().to_owned()),
                    contacts::CAMPAIGN => Value::Text(plan.campaign.clone()),
                    contacts::STATE => Value::Text("planned".to_owned()),
                    _ => Value::Instant(member.send_at),
                }
            },
        );
        let assignments = frame(
            &assignments::TABLE,
            drawn.len(),
            &batch_id,
            now,
            &|column, row| {
                let (member, arm) = drawn[row];
                match column {
                    assignments::SOURCE => Value::Text(member.source.clone()),
                    assignments::AUDIENCE => Value::Text(plan.name.clone()),
                    assignments::CAMPAIGN => Value::Text(plan.campaign.clone()),
                    assignments::CUSTOMER_ID => Value::Text(member.customer_id.clone()),
                    assignments::ARM => Value::Text(arm.key().to_owned()),
                    assignments::STRATUM => Value::Text(member.stratum.clone()),
                    _ => Value::Instant(now),
                }
            },
        );
        Self {
            file: file_name(&made.spec, as_of),
            place_hash,
            batch_id,
            count: (contacts.height() + assignments.height()) as u64,
            contacts,
            assignments,
        }
    }
}

/// Writes batches down, each in the place of the one that its list planned at this moment before.
pub(super) fn put(transaction: &mut Transaction, batches: &[Batch]) -> Result<()> {
    let mut imports: Vec<(ImportedFile, Vec<NewFile>)> = Vec::new();
    for batch in batches {
        let manifest = transaction.manifest();
        let has_earlier = manifest
            .imports
            .iter()
            .any(|import| import.file_hash == batch.place_hash);
        let is_there = manifest.import(&batch.batch_id).is_some();
        if is_there || batch.count == 0 && !has_earlier {
            continue;
        }
        let mut files = Vec::new();
        for (table, rows) in [
            (&contacts::TABLE, &batch.contacts),
            (&assignments::TABLE, &batch.assignments),
        ] {
            if rows.height() > 0 {
                let mut writer = transaction.raw_writer(table, &batch.batch_id)?;
                writer.write(rows)?;
                files.push(writer.finish()?);
            }
        }
        let import = ImportedFile {
            batch_id: batch.batch_id.clone(),
            file: batch.file.clone(),
            file_hash: batch.place_hash.clone(),
            layout: LAYOUT.to_owned(),
            read_count: batch.count,
            stored_count: batch.count,
            known_count: 0,
            rejected_count: 0,
            unread_rows: None,
            is_forced: false,
            forgotten_count: 0,
        };
        imports.push((import, files));
    }
    match imports.is_empty() {
        true => Ok(()),
        false => transaction.add_imports(imports),
    }
}

/// A value of a planned row.
enum Value {
    Text(String),
    /// In microseconds since 1970-01-01 UTC.
    Instant(i64),
}

/// Returns rows of an imported table: its own columns by `value`, those of provenance by the batch.
fn frame(
    table: &'static Table,
    height: usize,
    batch_id: &str,
    observed_at: i64,
    value: &dyn Fn(Owned, usize) -> Value,
) -> DataFrame {
    let columns = table.columns.iter().map(|column| {
        let name = column.small_name();
        let texts = |of: &dyn Fn(usize) -> String| {
            Column::new(name.clone(), (0..height).map(of).collect::<Vec<String>>())
        };
        let numbers = |of: &dyn Fn(usize) -> i64| {
            let numbers = Column::new(name.clone(), (0..height).map(of).collect::<Vec<i64>>());
            numbers
                .cast(&column.kind.dtype())
                .expect("whole numbers are numbers and instants")
        };
        match *column {
            other if other.name == contacts::SOURCE_ROW.name => numbers(&|row| row as i64 + 1),
            other if other.name == contacts::OBSERVED_AT.name => numbers(&|_| observed_at),
            other if other.name == contacts::SOURCE_FILE.name => texts(&|_| PLANNED.to_owned()),
            other if other.name == contacts::BATCH_ID.name => texts(&|_| batch_id.to_owned()),
            own => match own.kind {
                ColumnKind::Instant => numbers(&|row| match value(own, row) {
                    Value::Instant(at) => at,
                    Value::Text(_) => observed_at,
                }),
                _ => texts(&|row| match value(own, row) {
                    Value::Text(text) => text,
                    Value::Instant(at) => at.to_string(),
                }),
            },
        }
    });
    DataFrame::new(height, columns.collect()).expect("columns of one length and names of their own")
}
