//! The files as they are written.

use std::collections::BTreeSet;

use super::super::*;
use super::assert_near;

/// Writes people and returns the three files.
fn written(options: &PeopleOptions) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let mut done = 0;
    let summary = write_people(folder.path(), options, &mut |now, of| {
        assert!(now > done && now <= of);
        done = now;
    })
    .unwrap();
    assert_eq!(done, summary.records);
    let files: Vec<_> = ["exports/web.csv", "exports/shop.csv", "truth/people.csv"]
        .map(|name| fs::read(folder.path().join(name)).unwrap())
        .into();
    let size: usize = files.iter().map(Vec::len).sum();
    assert_eq!(summary.bytes, size as u64);
    files
}

/// Returns the rows of a CSV file in UTF-8 or CP932.
fn rows(file: &[u8]) -> Vec<Vec<String>> {
    let text = match str::from_utf8(file) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let (text, _, is_lost) = encoding_rs::SHIFT_JIS.decode(file);
            assert!(!is_lost);
            text.into_owned()
        }
    };
    csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_seed_alone_decides_and_every_record_has_a_truth() {
    for japanese in [false, true] {
        let options = PeopleOptions {
            records: 700,
            seed: 3,
            japanese,
            steady: false,
        };
        let files = written(&options);
        assert_eq!(files, written(&options));
        assert_ne!(files, written(&PeopleOptions { seed: 4, ..options }));
        let [web, shop, truth] = [0, 1, 2].map(|file| rows(&files[file]));
        let known: BTreeSet<_> = [("web", &web), ("shop", &shop)]
            .into_iter()
            .flat_map(|(source, rows)| {
                rows[1..]
                    .iter()
                    .map(move |row| (source.to_owned(), row[0].clone()))
            })
            .collect();
        let told: BTreeSet<_> = truth[1..]
            .iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect();
        assert_eq!(known.len(), 1_400);
        assert_eq!(known, told);
        assert!(truth[1..].iter().all(|row| row[2].starts_with('P')));
    }
}

#[test]
fn no_records_are_two_files_of_headings() {
    let files = written(&PeopleOptions {
        records: 0,
        seed: 1,
        japanese: true,
        steady: false,
    });
    assert!(files.iter().all(|file| rows(file).len() == 1));
    assert_eq!(rows(&files[1])[0], list::HEADINGS);
}

#[test]
fn settings_map_headings_of_the_files() {
    for (japanese, headings) in [(false, &typing::HEADINGS[..]), (true, &list::HEADINGS[..])] {
        let options = PeopleOptions {
            records: 1,
            seed: 1,
            japanese,
            steady: false,
        };
        let settings: toml::Table = people_settings(&options).parse().unwrap();
        let columns = &settings["import"]["layouts"]["people"]["columns"];
        let mut mapped = BTreeSet::new();
        for heading in columns.as_table().unwrap().values() {
            match heading {
                toml::Value::Array(list) => mapped.extend(list.iter().map(|h| h.as_str().unwrap())),
                one => mapped.extend(one.as_str()),
            }
        }
        assert_eq!(mapped, headings.iter().copied().collect());
    }
}

#[test]
fn the_japanese_list_has_every_habit_of_writing() {
    let files = written(&PeopleOptions {
        records: 3_000,
        seed: 1,
        japanese: true,
        steady: false,
    });
    let cells: Vec<Vec<String>> = rows(&files[1]);
    let has = |column: usize, part: &str| cells.iter().any(|row| row[column].contains(part));
    for (column, part) in [
        (1, "髙"),
        (1, "𠮷"),
        (1, "　"),
        (2, "ﾅｶ"),
        (2, "たか"),
        (2, "TAKA"),
        (4, "S5"),
        (4, "昭和"),
        (4, "５"),
        (5, "〒"),
        (5, "－"),
        (6, "丁目"),
        (6, "番地"),
        (6, "ー1"),
        (6, "二十"),
        (6, "桜ヶ丘"),
        (6, "桜ケ丘"),
        (7, "０９０－"),
        (7, "+81 "),
        (8, "+shop@"),
    ] {
        assert!(has(column, part), "{part}");
    }
    let unsplit = cells[1..]
        .iter()
        .filter(|row| !row[1].contains(['　', ' ']));
    assert_near(unsplit.count() as f64 / 3_000.0, 0.26);
}
