//! What exports come in: archives, compressed files, workbooks.
//!
//! Archives and workbooks are damaged as files and, so that the damage gets past their check sums, within: each entry's
//! own bytes, packed anew.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use tempfile::TempDir;
use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::Class;
use super::seeds::Seed;
use crate::import::containers::{Contents, Part, contents};
use crate::import::decode::TextReader;

pub(super) const CLASS: Class = Class {
    name: "containers",
    seeds,
    check,
};

const TEXT: &[u8] = "会員ID,金額\n1,\"1,000\"\n2,5\n".as_bytes();
/// Most bytes read of a part: small files may unpack to large ones, and that is no fault.
const MOST_BYTES: u64 = 1 << 22;
/// Begins the name of a seed that is an entry, to be packed anew.
const INNER: &str = "inner ";

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let started = writer.start_file(*name, SimpleFileOptions::default());
        started.expect("memory can be written");
        writer.write_all(bytes).expect("memory can be written");
    }
    writer.finish().expect("memory can be written").into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("memory can be written");
    writer.finish().expect("memory can be written")
}

fn archive() -> Vec<u8> {
    zipped(&[
        ("data/tweets.js", b"window.YTD.tweets.part0 = []"),
        ("data/account.js", b"[]"),
        ("orders.csv.gz", &gzipped(TEXT)),
        ("注文.csv", TEXT),
    ])
}

fn xlsx() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("注文").expect("a name");
    let moment = rust_xlsxwriter::ExcelDateTime::parse_from_str("2024-08-01T09:05:30");
    let time = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d h:mm:ss");
    let written = sheet
        .write(0, 0, "注文番号")
        .and_then(|sheet| sheet.write(0, 1, "日付"))
        .and_then(|sheet| sheet.write(1, 0, 12_345.0))
        .and_then(|sheet| sheet.write_with_format(1, 1, moment.expect("a moment"), &time))
        .and_then(|sheet| sheet.write(2, 0, true))
        .and_then(|sheet| sheet.write(2, 1, "a,\"b\""));
    written.expect("cells can be written");
    workbook.add_worksheet().set_name("空").expect("a name");
    workbook.save_to_buffer().expect("memory can be written")
}

fn ods() -> Vec<u8> {
    let content = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
        xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
        xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
        xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
        <table:table table:name=\"注文\"><table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
        office:value-type=\"float\" office:value=\"12\" table:number-columns-repeated=\"2\"><text:p>12</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2024-08-01T09:05:30\"><text:p>x</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"string\"><text:p>a<text:s text:c=\"2\"/>b</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/></table:table-row></table:table>\
        </office:spreadsheet></office:body></office:document-content>";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"),
    ])
}

/// Returns an old workbook: a compound file of one sector size, with one stream of records.
fn xls() -> Vec<u8> {
    let record = |kind: u16, body: &[u8]| {
        [
            &kind.to_le_bytes(),
            &(body.len() as u16).to_le_bytes(),
            body,
        ]
        .concat()
    };
    let begin = |kind: u16| {
        record(
            0x809,
            &[0, 6, kind as u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0],
        )
    };
    let sheet = [
        begin(0x10),
        // Row, column, format, then a number or a place among the strings.
        record(
            0x203,
            &[&[0, 0, 0, 0, 0, 0][..], &12.5_f64.to_le_bytes()].concat(),
        ),
        record(0x27e, &[0, 0, 1, 0, 0, 0, 0x02, 0, 0, 0x40]),
        record(0xfd, &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        record(
            0xbd,
            &[2, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 64, 1, 0],
        ),
        record(0x205, &[3, 0, 0, 0, 0, 0, 1, 0]),
        record(0x0a, &[]),
    ]
    .concat();
    let strings = record(0xfc, &[1, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, b'a', b',', b'b']);
    let globals = |start: u32| {
        let name = [&start.to_le_bytes()[..], &[0, 0, 1, 0, b's']].concat();
        let parts = [
            begin(5),
            record(0x42, &[0xb0, 4]),
            record(0x85, &name),
            strings.clone(),
            record(0x0a, &[]),
        ];
        parts.concat()
    };
    let start = globals(0).len() as u32;
    let mut stream = [globals(start), sheet].concat();
    // Streams of less than 4096 bytes lie elsewhere.
    stream.resize(4096, 0);
    compound(&stream)
}

fn compound(stream: &[u8]) -> Vec<u8> {
    let mut header = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    header.resize(24, 0);
    header.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header.resize(44, 0);
    // One sector of chains (the first), the directory in the second, no small streams.
    for word in [1_u32, 1, 0, 4096, 0xffff_fffe, 0, 0xffff_fffe, 0, 0] {
        header.extend(word.to_le_bytes());
    }
    header.resize(512, 0xff);
    let sectors = stream.len().div_ceil(512) as u32;
    let mut chains: Vec<u8> = [0xffff_fffd_u32, 0xffff_fffe]
        .into_iter()
        .chain((0..sectors).map(|sector| match sector + 1 == sectors {
            true => 0xffff_fffe,
            false => sector + 3,
        }))
        .flat_map(u32::to_le_bytes)
        .collect();
    chains.resize(512, 0xff);
    let entry = |name: &str, kind: u8, child: u32, start: u32, length: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend((name.len() as u16 * 2 + 2).to_le_bytes());
        entry.extend([kind, 1]);
        for word in [u32::MAX, u32::MAX, child] {
            entry.extend(word.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(length.to_le_bytes());
        entry.resize(128, 0);
        entry
    };
    let mut directory = [
        entry("Root Entry", 5, 1, 0xffff_fffe, 0),
        entry("Workbook", 2, u32::MAX, 2, stream.len() as u32),
    ]
    .concat();
    directory.resize(512, 0);
    let mut file = [header, chains, directory, stream.to_vec()].concat();
    file.resize(file.len().next_multiple_of(512), 0);
    file
}

fn seeds() -> Vec<Seed> {
    let packed = gzipped(TEXT);
    let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).expect("memory can be read");
    let mut seeds: Vec<Seed> = [
        TEXT.to_vec(),
        packed.clone(),
        gzipped(&packed),
        zstd(TEXT),
        zstd(&packed),
        archive(),
        xlsx(),
        ods(),
        xls(),
        b"\x89PNG\r\n\x1a\n".to_vec(),
        b"\0\0\0\x18ftypmp42".to_vec(),
        b"RIFF\0\0\0\0WEBP".to_vec(),
        b"\xef\xbb\xbf\n<!DOCTYPE html><html>".to_vec(),
    ]
    .into_iter()
    .map(|bytes| Seed::of("file", bytes))
    .collect();
    for (kind, entries) in ENTRIES.iter() {
        for (name, bytes) in entries {
            seeds.push(Seed::of(&format!("{INNER}{kind} {name}"), bytes.clone()));
        }
    }
    seeds
}

/// Name and bytes of each entry, by kind of archive.
type Entries = BTreeMap<&'static str, Vec<(String, Vec<u8>)>>;

/// Archives, and workbooks that are archives, by their kinds: names and bytes of their entries.
static ENTRIES: LazyLock<Entries> = LazyLock::new(|| {
    BTreeMap::from([
        ("ods", entries(&ods())),
        ("xlsx", entries(&xlsx())),
        ("zip", entries(&archive())),
    ])
});

fn entries(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).expect("the archive is whole");
    (0..archive.len())
        .map(|number| {
            let mut entry = archive.by_index(number).expect("the entry is whole");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("the entry is whole");
            (
                String::from_utf8_lossy(entry.name_raw()).into_owned(),
                bytes,
            )
        })
        .collect()
}

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

fn check(name: &str, bytes: &[u8]) {
    let Some((kind, damaged)) = name
        .strip_prefix(INNER)
        .and_then(|name| name.split_once(' '))
    else {
        return read(bytes);
    };
    let entries = &ENTRIES[kind];
    let packed: Vec<(&str, &[u8])> = entries
        .iter()
        .map(|(name, own)| (name.as_str(), if name == damaged { bytes } else { own }))
        .collect();
    read(&zipped(&packed));
}

/// Reads whatever a file holds, twice.
fn read(bytes: &[u8]) {
    FOLDER.with_borrow_mut(|folder| {
        let folder =
            folder.get_or_insert_with(|| tempfile::tempdir().expect("a folder can be made"));
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("a file can be written");
        let looked = || contents(&path).map_err(|error| error.to_string());
        let found = looked();
        assert_eq!(found, looked(), "looked into once and not again");
        if let Ok(Contents::Parts(parts)) = found {
            for part in &parts {
                assert_eq!(text(part), text(part), "read once and not again");
                let _ = (part.is_sheet(), part.beside("account.js"));
            }
        }
    });
}

fn text(part: &Part) -> Result<Vec<u8>, String> {
    let mut text = Vec::new();
    let input = part.open().map_err(|error| error.to_string())?;
    let reader = TextReader::new(input.take(MOST_BYTES)).map_err(|error| error.to_string())?;
    let read = reader.take(MOST_BYTES).read_to_end(&mut text);
    read.map_err(|error| error.to_string())?;
    Ok(text)
}

#[test]
fn the_seeds_are_whole() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, bytes, expected) in [
        (
            "a.xlsx",
            xlsx(),
            "注文番号,日付\n12345,2024-08-01 09:05:30\ntrue,\"a,\"\"b\"\"\"\n",
        ),
        (
            "a.ods",
            ods(),
            "12,12,2024-08-01T09:05:30,a  b,true\n12,12,2024-08-01T09:05:30,a  b,true\n",
        ),
        ("a.xls", xls(), "12.5,268435456\n\"a,b\",\n2,2\ntrue,\n"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        let Ok(Contents::Parts(parts)) = contents(&path) else {
            panic!("{name} cannot be read");
        };
        let read = text(&parts[0]).map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(read.as_deref(), Ok(expected), "{name}");
    }
}
