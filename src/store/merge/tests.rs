use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use polars::prelude::*;
use proptest::prelude::*;

use super::Sizes;
use crate::schema::{Column as SchemaColumn, ColumnKind, Table, customers, order_lines, posts};
use crate::store::manifest::LiveFile;
use crate::store::prints::{self, Prints};
use crate::store::{ImportedFile, Store, current, files};

/// Number of the unit, of the line in it, and what the row says.
type Row = (u8, u8, Option<u8>);

/// Sizes at which a handful of rows is a long table.
const TINY: Sizes = Sizes {
    plain_rows: 2,
    long_rows: 6,
    piece_rows: 4,
    most_small: 2,
};

/// Returns the column that says something: the first text that is no part of the key.
fn value_of(table: &Table) -> SchemaColumn {
    let mut columns = table.columns.iter();
    let value = columns.find(|it| it.kind == ColumnKind::Text && !table.key.contains(it));
    *value.expect("every imported table has one")
}

fn frame(table: &Table, batch: usize, rows: &[Row]) -> DataFrame {
    let made = |column: &SchemaColumn| -> Column {
        let (name, dtype) = (column.small_name(), column.kind.dtype());
        let texts = |text: &dyn Fn(&Row) -> Option<String>| {
            let texts: Vec<Option<String>> = rows.iter().map(text).collect();
            Column::new(name.clone(), texts)
        };
        let numbers = |number: &dyn Fn(usize) -> i64| {
            let numbers: Vec<i64> = (0..rows.len()).map(number).collect();
            Column::new(name.clone(), numbers).cast(&dtype).unwrap()
        };
        let is_key = table.key.contains(column);
        match column.kind {
            // Two files each are observed at one moment.
            _ if column.name == customers::OBSERVED_AT.name => numbers(&|_| batch as i64 / 2),
            _ if column.name == customers::BATCH_ID.name => texts(&|_| Some(named(batch))),
            _ if column.name == customers::SOURCE_ROW.name => numbers(&|row| row as i64),
            _ if column.name == customers::SOURCE.name => texts(&|_| Some("shop".to_owned())),
            ColumnKind::Text if is_key => texts(&|row| Some(format!("{:02}", row.0))),
            ColumnKind::Integer if is_key => numbers(&|row| i64::from(rows[row].1)),
            _ if *column == value_of(table) => {
                texts(&|row| row.2.map(|value| format!("value {value}")))
            }
            _ => Column::full_null(name, rows.len(), &dtype),
        }
    };
    let columns = table.columns.iter().map(made).collect();
    DataFrame::new(rows.len(), columns).unwrap()
}

fn named(batch: usize) -> String {
    format!("{batch:016}")
}

/// Imports files in one transaction.
fn import(root: &Path, table: &'static Table, sizes: Sizes, batches: &[(usize, &[Row])]) {
    let mut transaction = Store::open(root).unwrap().begin().unwrap();
    transaction.sizes = sizes;
    let mut imports = Vec::new();
    for (batch, rows) in batches {
        let mut writer = transaction.raw_writer(table, &named(*batch)).unwrap();
        writer.write(&frame(table, *batch, rows)).unwrap();
        let import = ImportedFile {
            batch_id: named(*batch),
            file: named(*batch),
            file_hash: named(*batch),
            layout: "test".to_owned(),
            read_count: rows.len() as u64,
            stored_count: rows.len() as u64,
            known_count: 0,
            rejected_count: 0,
            unread_rows: None,
            is_forced: false,
            forgotten_count: 0,
        };
        imports.push((import, vec![writer.finish().unwrap()]));
    }
    transaction.add_imports(imports).unwrap();
    transaction.commit().unwrap();
}

fn live(root: &Path, table: &Table) -> Vec<LiveFile> {
    Store::open(root).unwrap().manifest().live(table).to_vec()
}

fn stored(root: &Path, table: &'static Table) -> DataFrame {
    let rows = Store::open(root).unwrap().scan(table).unwrap();
    current::by_key(rows, table).collect().unwrap()
}

/// Checks that each live file has its hashes beside it, the right ones, and that there are no others.
fn check_prints(root: &Path, table: &'static Table) {
    let store = Store::open(root).unwrap();
    let below = files::files_below(&root.join("fingerprints")).unwrap();
    let below: BTreeSet<String> = below
        .into_iter()
        .map(|path| format!("fingerprints/{path}"))
        .collect();
    assert_eq!(below, prints::paths(store.manifest()));
    for file in store.manifest().live(table) {
        if let Some(found) = prints::read(root, table, file) {
            let rows = crate::store::scan_file(&root.join(&file.path)).unwrap();
            assert_eq!(found, Prints::of(&rows.collect().unwrap(), table).unwrap());
        } else {
            assert_eq!(file.row_count, 1, "a longer file has its hashes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn files_imported_in_any_split_are_the_same_rows_as_at_once(
        of in 0..3_usize,
        batches in prop::collection::vec(
            prop::collection::vec((0..12_u8, 0..3_u8, prop::option::of(0..3_u8)), 1..8),
            1..7,
        ),
        cuts in prop::collection::vec(any::<bool>(), 7),
    ) {
        let table: &'static Table = [&customers::TABLE, &posts::TABLE, &order_lines::TABLE][of];
        let (at_once, split) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let numbered: Vec<(usize, &[Row])> =
            batches.iter().map(Vec::as_slice).enumerate().collect();
        import(at_once.path(), table, Sizes::default(), &numbered);
        let mut waiting = Vec::new();
        for (batch, rows) in numbered {
            waiting.push((batch, rows));
            if cuts[batch] {
                import(split.path(), table, TINY, &std::mem::take(&mut waiting));
            }
        }
        if !waiting.is_empty() {
            import(split.path(), table, TINY, &waiting);
        }
        let (once, parts) = (stored(at_once.path(), table), stored(split.path(), table));
        prop_assert!(parts.equals_missing(&once), "{parts}\n{once}");
        check_prints(at_once.path(), table);
        check_prints(split.path(), table);
    }
}

#[test]
fn files_that_new_rows_do_not_speak_of_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &customers::TABLE);
    let rows =
        |units: std::ops::Range<u8>| -> Vec<Row> { units.map(|unit| (unit, 0, Some(0))).collect() };
    let (first, second) = (rows(0..5), rows(5..11));
    import(root, table, TINY, &[(0, &first), (1, &second)]);
    let before = live(root, table);
    assert_eq!(before.len(), 2, "no unit is in both");
    import(root, table, TINY, &[(2, &[(7, 0, Some(1))])]);
    let after = live(root, table);
    assert!(after.contains(&before[0]) && !after.contains(&before[1]));
    // What stays of the second is cut into pieces, and the new row is alone.
    let counts: Vec<u64> = after.iter().map(|file| file.row_count).collect();
    assert_eq!(counts, [5, 3, 2, 1]);
    let now = stored(root, table);
    let values = now.column(value_of(table).name).unwrap().str().unwrap();
    assert_eq!(values.get(7), Some("value 1"));
    assert_eq!((now.height(), values.get(6)), (11, Some("value 0")));
}

#[test]
fn many_small_files_are_joined() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &posts::TABLE);
    let all: Vec<Row> = (0..20).map(|unit| (unit, 0, Some(0))).collect();
    for (batch, row) in all.iter().enumerate() {
        import(root, table, TINY, &[(batch, std::slice::from_ref(row))]);
        let files = live(root, table);
        let small = files.iter().filter(|file| file.row_count < 2).count();
        assert!(small <= TINY.most_small, "{small} of {}", files.len());
    }
    assert_eq!(stored(root, table).height(), 20);
    assert!(live(root, table).len() <= 8);
    check_prints(root, table);
}

#[test]
fn a_long_file_stays_as_it_is_when_many_small_ones_come_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &posts::TABLE);
    let all: Vec<Row> = (0..10).map(|unit| (unit, 0, Some(0))).collect();
    let small = (1..).zip(all[6..].iter().map(std::slice::from_ref));
    let batches: Vec<(usize, &[Row])> = std::iter::once((0, &all[..6])).chain(small).collect();
    import(root, table, TINY, &batches);
    let files = live(root, table);
    let counts: Vec<u64> = files.iter().map(|file| file.row_count).collect();
    assert_eq!(counts, [6, 4]);
    assert!(files[0].path.starts_with("raw/"), "{}", files[0].path);
    assert_eq!(stored(root, table).height(), 10);
    check_prints(root, table);
}

#[test]
fn hashes_that_do_not_fit_their_file_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &order_lines::TABLE);
    let rows: Vec<Row> = (0..6).map(|row| (row / 2, row % 2, Some(row))).collect();
    import(root, table, TINY, &[(0, &rows)]);
    let store = Store::open(root).unwrap();
    let file = live(root, table).remove(0);
    let expected = prints::read(root, table, &file).expect("they are written with the file");
    let path = prints::paths(store.manifest()).pop_first().unwrap();
    let path = root.join(path);
    let whole = fs::read(&path).unwrap();
    let flipped = |place: usize| {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        bytes
    };
    // Whole in itself, but of a table that was written anew since, or of another as long.
    let other = LiveFile {
        hash: "0".repeat(64),
        ..file.clone()
    };
    prints::write(
        root,
        table,
        &other,
        &Prints {
            contents: vec![0; 6],
            ..expected.clone()
        },
    );
    let of_other = fs::read(path.with_file_name("0".repeat(16))).unwrap();
    assert_eq!(of_other.len(), whole.len());
    let damaged = [
        None,
        Some(Vec::new()),
        Some(whole[..whole.len() - 8].to_vec()),
        Some(flipped(0)),
        Some(flipped(20)),
        Some(flipped(whole.len() - 40)),
        Some(flipped(whole.len() - 1)),
        Some(of_other),
    ];
    for bytes in damaged {
        match bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        assert_eq!(prints::read(root, table, &file), None);
        let transaction = store.begin().unwrap();
        assert_eq!(transaction.prints(table, &file).unwrap(), expected);
        drop(transaction);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn no_hash_of_an_erased_row_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &customers::TABLE);
    let rows: Vec<Row> = (0..9).map(|unit| (unit, 0, Some(unit))).collect();
    import(root, table, TINY, &[(0, &rows[..5]), (1, &rows[5..])]);
    let gone = Prints::of(&frame(table, 0, &rows[3..4]), table).unwrap();
    let held = || {
        let lists = prints::paths(Store::open(root).unwrap().manifest());
        let all = files::files_below(&root.join("fingerprints")).unwrap();
        assert_eq!(all.len(), lists.len());
        let bytes: Vec<u8> = lists
            .iter()
            .flat_map(|list| fs::read(root.join(list)).unwrap())
            .collect();
        let has = |hash: u64| {
            bytes
                .windows(8)
                .any(|it| it == hash.to_le_bytes().as_slice())
        };
        (has(gone.keys[0]), has(gone.contents[0]))
    };
    assert_eq!(held(), (true, true));
    let mut transaction = Store::open(root).unwrap().begin().unwrap();
    let mut forget = |frame: &DataFrame| {
        let ids = frame.column(customers::CUSTOMER_ID.name).unwrap();
        let is_kept: BooleanChunked = ids
            .str()
            .unwrap()
            .iter()
            .map(|id| Some(id != Some("03")))
            .collect();
        Ok((!is_kept.all()).then(|| frame.filter(&is_kept).unwrap()))
    };
    transaction.rewrite(table, &mut forget).unwrap();
    transaction.commit().unwrap();
    assert_eq!(held(), (false, false));
    check_prints(root, table);
    assert_eq!(stored(root, table).height(), 8);
}

#[test]
fn rows_are_asked_for_once_until_others_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let (root, table) = (folder.path(), &customers::TABLE);
    let rows: Vec<Row> = (0..4).map(|unit| (unit, 0, Some(0))).collect();
    import(root, table, TINY, &[(0, &rows)]);
    let mut transaction = Store::open(root).unwrap().begin().unwrap();
    let known = transaction.known(table).unwrap().unwrap();
    let again = transaction.known(table).unwrap().unwrap();
    assert!(Arc::ptr_eq(&known, &again));
    let asked = frame(
        table,
        9,
        &[(1, 0, Some(0)), (1, 0, Some(1)), (8, 0, Some(0))],
    );
    assert_eq!(known.knows(&asked, table).unwrap(), [true, false, false]);
    transaction
        .rewrite(table, &mut |frame| Ok(Some(frame.slice(0, 1))))
        .unwrap();
    let known = transaction.known(table).unwrap().unwrap();
    assert_eq!(known.knows(&asked, table).unwrap(), [false, false, false]);
}
