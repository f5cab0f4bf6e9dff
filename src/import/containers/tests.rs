//! Files made by the libraries that write them, taken apart again.

use std::io::{self, Write};

use tempfile::TempDir;

use super::*;
use crate::error::ErrorKind;

const TEXT: &str = "会員ID,金額\n1,\"1,000\"\n2,5\n";

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file can be written");
    path
}

fn parts_of(path: &Path) -> Vec<Part> {
    match contents(path).expect("the file is whole") {
        Contents::Parts(parts) => parts,
        Contents::Other(other) => panic!("{other:?}"),
    }
}

fn text(part: &Part) -> String {
    let mut bytes = Vec::new();
    let read = part.open().and_then(|mut input| {
        let failed = |error| Error::io("read", part.file(), error);
        input.read_to_end(&mut bytes).map_err(failed)
    });
    read.expect("the part can be read");
    String::from_utf8(bytes).expect("the part is text")
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = zip::write::SimpleFileOptions::default();
        writer
            .start_file(*name, options)
            .expect("memory can be written");
        writer.write_all(bytes).expect("memory can be written");
    }
    writer.finish().expect("memory can be written").into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("memory can be written");
    writer.finish().expect("memory can be written")
}

#[test]
fn what_is_compressed_reads_like_what_is_not() {
    let folder = folder();
    let zstd = zstd::encode_all(TEXT.as_bytes(), 1).expect("memory can be read");
    for (name, bytes) in [
        ("plain.csv", TEXT.as_bytes().to_vec()),
        ("a.csv.gz", gzipped(TEXT.as_bytes())),
        ("a.csv.zst", zstd),
        ("twice.gz", gzipped(&gzipped(TEXT.as_bytes()))),
    ] {
        let parts = parts_of(&written(&folder, name, &bytes));
        assert_eq!((parts.len(), parts[0].inner()), (1, None), "{name}");
        assert_eq!(text(&parts[0]), TEXT, "{name}");
    }
}

#[test]
fn an_archive_gives_its_entries_and_knows_its_neighbours() {
    let folder = folder();
    let packed = gzipped(TEXT.as_bytes());
    let bytes = zipped(&[
        ("data/tweets.js", b"window.YTD.tweets.part0 = []"),
        ("data/account.js", b"[]"),
        ("__MACOSX/._x", b"x"),
        ("orders.csv.gz", &packed),
    ]);
    let parts = parts_of(&written(&folder, "a.zip", &bytes));
    let names: Vec<_> = parts.iter().filter_map(Part::inner).collect();
    assert_eq!(
        names,
        ["data/account.js", "data/tweets.js", "orders.csv.gz"]
    );
    assert_eq!(text(&parts[2]), TEXT);
    let beside = parts[1]
        .beside("account.js")
        .expect("it lies in the same folder");
    assert_eq!(beside, parts[0]);
    assert_eq!(parts[2].beside("account.js"), None);
    assert_ne!(parts[0].hash().ok(), parts[1].hash().ok());
}

#[test]
fn a_path_leads_to_a_file_or_into_one() {
    let folder = folder();
    let file = written(&folder, "a.zip", b"");
    assert_eq!(split(&file), (file.as_path(), None));
    let inner = file.join("data/log.csv");
    let found = (file.as_path(), Some("data/log.csv".to_owned()));
    assert_eq!(split(&inner), found);
    let nowhere = folder.path().join("b.zip/log.csv");
    assert_eq!(split(&nowhere), (nowhere.as_path(), None));
    assert_eq!(split(folder.path()), (folder.path(), None));
}

#[test]
fn a_damaged_archive_is_an_error_and_never_half_read() {
    let folder = folder();
    let mut bytes = zipped(&[("a.csv", TEXT.repeat(2_000).as_bytes())]);
    bytes[60] ^= 0xff;
    for part in parts_of(&written(&folder, "a.zip", &bytes)) {
        let read = |part: &Part| -> Result<u64, Error> {
            let failed = |error| Error::io("read", part.file(), error);
            io::copy(&mut part.open()?, &mut io::sink()).map_err(failed)
        };
        let error = read(&part).expect_err("nothing damaged is read to its end");
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    }
    bytes.truncate(bytes.len() / 2);
    let cut = written(&folder, "cut.zip", &bytes);
    assert!(matches!(contents(&cut), Err(Error::Unopened { .. })));
}

#[test]
fn a_workbook_gives_its_sheets_with_days_and_whole_numbers() {
    let folder = folder();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("注文").expect("a name");
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 8, 1).expect("a day");
    let moment =
        rust_xlsxwriter::ExcelDateTime::parse_from_str("2024-08-01T09:05:30").expect("a moment");
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    let time = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d h:mm:ss");
    let written = sheet
        .write(2, 0, "注文番号")
        .and_then(|sheet| sheet.write(2, 1, "日付"))
        .and_then(|sheet| sheet.write(2, 2, "金額"))
        .and_then(|sheet| sheet.write(3, 0, 12_345.0))
        .and_then(|sheet| sheet.write_with_format(3, 1, &day, &date))
        .and_then(|sheet| sheet.write(3, 2, 1234.5))
        .and_then(|sheet| sheet.write(4, 0, 1.8e18))
        .and_then(|sheet| sheet.write_with_format(4, 1, &moment, &time))
        .and_then(|sheet| sheet.write(4, 2, "a,b"));
    written.expect("cells can be written");
    workbook.add_worksheet().set_name("空").expect("a name");
    let path = folder.path().join("a.xlsx");
    workbook.save(&path).expect("a workbook can be saved");
    let parts = parts_of(&path);
    assert_eq!(
        parts.iter().map(Part::inner).collect::<Vec<_>>(),
        [Some("注文")]
    );
    assert_eq!(
        text(&parts[0]),
        "注文番号,日付,金額\n12345,2024-08-01,1234.5\n1.8E18,2024-08-01 09:05:30,\"a,b\"\n"
    );
}

#[test]
fn a_parquet_file_reads_as_csv() {
    use polars::prelude::*;
    let folder = folder();
    let path = folder.path().join("a.parquet");
    let mut frame = df!(
        "id" => [1_i16, 2],
        "name" => [Some("花子, \"H\""), None],
        "price" => [1234.5, 2.0],
        "at" => [1_722_470_730_000_000_i64, 0],
        "tags" => [Series::new("".into(), ["a", "b"]), Series::new("".into(), ["c", "d"])],
    )
    .and_then(|frame| {
        let zone = Some(polars::prelude::TimeZone::UTC);
        let at = frame
            .column("at")?
            .cast(&DataType::Datetime(TimeUnit::Microseconds, zone))?;
        let mut frame = frame;
        frame.with_column(at)?;
        Ok(frame)
    })
    .expect("a frame");
    let file = File::create(&path).expect("a file can be written");
    ParquetWriter::new(file)
        .finish(&mut frame)
        .expect("a file can be written");
    let parts = parts_of(&path);
    assert_eq!(
        text(&parts[0]),
        "id,name,price,at,tags\n1,\"花子, \"\"H\"\"\",1234.5,2024-08-01T00:05:30.000000Z,a b\n\
         2,,2.0,1970-01-01T00:00:00.000000Z,c d\n"
    );
}

#[test]
fn pictures_and_pages_are_no_exports() {
    let folder = folder();
    for (name, bytes, what) in [
        ("a.png", b"\x89PNG\r\n\x1a\n".as_slice(), "picture"),
        ("a.pdf", b"%PDF-1.7", "PDF document"),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "film"),
        ("a.html", b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "web page"),
        (
            "a.docx",
            &zipped(&[
                ("[Content_Types].xml", b"<x/>"),
                ("word/document.xml", b"<x/>"),
            ]),
            "document",
        ),
    ] {
        let found = contents(&written(&folder, name, bytes)).expect("the file can be read");
        assert!(
            matches!(found, Contents::Other((_, english)) if english == what),
            "{name}: {found:?}"
        );
    }
    let table =
        contents(&written(&folder, "bm.csv", b"BM,price\n1,2\n")).expect("the file can be read");
    assert!(matches!(table, Contents::Parts(_)));
}
