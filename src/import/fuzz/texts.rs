//! Bytes to text, and text to records: CSV, JSON, XML.

use std::io::{BufRead, Read};

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS, WINDOWS_1252};

use super::Class;
use super::seeds::{Seed, fixtures};
use crate::import::chunks::{Chunks, Place};
use crate::import::decode::{TextEncoding, TextReader};
use crate::import::formats::tests::context;
use crate::import::head::Head;
use crate::import::json;
use crate::import::records::{Records, first_rows, sniff_delimiter};
use crate::import::sink::Sink;
use crate::import::xml::{self, Element, Scanner};

pub(super) const DECODERS: Class = Class {
    name: "decoders",
    seeds: encoded,
    check: |_, bytes| decoded(bytes),
};

pub(super) const PARSERS: Class = Class {
    name: "parsers",
    seeds: parsed,
    check: parse,
};

const WORDS: &str =
    "会員ID,お名前(姓),住所1,カナ\r\n1,高橋,東京都新宿区,ﾀｶﾊｼ\r2,山田,大阪市北区,ヤマダ\n";

fn encoded() -> Vec<Seed> {
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    let mut texts: Vec<String> = vec![
        WORDS.to_owned(),
        "CAFÉ MUG,Réunion\nMÜNCHEN £5\n".to_owned(),
    ];
    let files = fixtures("formats").into_iter();
    texts.extend(files.map(|seed| String::from_utf8_lossy(&seed.bytes).into_owned()));
    texts
        .iter()
        .flat_map(|text| {
            [
                text.clone().into_bytes(),
                ["\u{feff}", text].concat().into_bytes(),
                SHIFT_JIS.encode(text).0.into_owned(),
                EUC_JP.encode(text).0.into_owned(),
                ISO_2022_JP.encode(text).0.into_owned(),
                WINDOWS_1252.encode(text).0.into_owned(),
                utf16(text, u16::to_le_bytes),
                utf16(text, u16::to_be_bytes),
                [&[0xff, 0xfe], utf16(text, u16::to_le_bytes).as_slice()].concat(),
            ]
        })
        .map(|bytes| Seed::of("text", bytes))
        .collect()
}

fn decoded(bytes: &[u8]) {
    let mut reader = TextReader::new(bytes).expect("memory can be read");
    let mut text = String::new();
    reader
        .read_to_string(&mut text)
        .expect("the reader gives UTF-8");
    let is_clean = |letter: char| !letter.is_control() || letter == '\n' || letter == '\t';
    assert!(text.chars().all(is_clean), "control characters are dropped");
    // Looking ahead, and reading piece by piece from a slow source, change nothing.
    let mut slow = TextReader::new(Drops(bytes)).expect("memory can be read");
    let ahead = slow.peek().expect("memory can be read").to_owned();
    let mut again = Vec::new();
    loop {
        let piece = slow.fill_buf().expect("memory can be read");
        let taken = piece.len().min(7);
        again.extend_from_slice(&piece[..taken]);
        if taken == 0 {
            break;
        }
        slow.consume(taken);
    }
    assert!(
        again == text.as_bytes(),
        "the text differs when it is read in pieces"
    );
    assert!(
        text.starts_with(&ahead),
        "the text differs from what was seen of it"
    );
    let _ = TextEncoding::of(bytes, false).decode(bytes);
}

/// Bytes that come a few at a time.
struct Drops<'b>(&'b [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(5 + self.0.len() % 3);
        self.0.read(&mut buffer[..most])
    }
}

fn parsed() -> Vec<Seed> {
    let files = super::seeds::files("formats").into_iter();
    files
        .filter_map(|(name, bytes)| {
            let parser = match name.rsplit('.').next()? {
                "csv" | "txt" => "csv",
                "json" | "jsonl" | "js" => "json",
                "xml" => "xml",
                _ => return None,
            };
            Some(Seed::of(parser, bytes))
        })
        .chain([
            Seed::of("csv", "a,b\n\"x,1\",\"say \"\"hi\"\"\"\n\"two\nlines\",z\n5\" disk,\n"),
            Seed::of("json", "{\"a\":[{\"b\":{\"c\":1}}]}\n[1,2]\n\"\\ud83d\\ude00\"\n"),
            Seed::of("json", "[\n {\"id\": 1},\n {\"id\": 2}\n]\n"),
            Seed::of(
                "xml",
                "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY l \"x>\">]><a x='1'><a/><b>c &amp; &#100;<![CDATA[</a>]]></b></a>",
            ),
        ])
        .collect()
}

fn parse(parser: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    let head = Head::of(text);
    let _ = (
        head.found(),
        head.heading_row(&["id"]),
        head.has_keys(&["id"]),
    );
    match parser {
        "json" => values(text),
        "xml" => elements(text),
        _ => records(text),
    }
}

fn records(text: &str) {
    let delimiter = sniff_delimiter(text).unwrap_or(',');
    let _ = first_rows(text, delimiter, 20);
    let mut bytes = text.as_bytes();
    let mut records = Records::new(&mut bytes, delimiter);
    let mut found = Vec::new();
    let mut line = 1;
    while let Some(record) = records.next_record().expect("memory can be read") {
        assert_eq!(record.line, line, "records follow each other");
        line += record.raw.matches('\n').count() as u64 + 1;
        assert_eq!(record.cells().len(), record.cell_count());
        assert!(record.cell_count() > 0 && record.cell(record.cell_count()).is_none());
        found.push((record.line, record.raw.into_owned()));
    }
    let raw: Vec<&str> = found.iter().map(|(_, raw)| raw.as_str()).collect();
    let lines = text.split_terminator('\n');
    let lines: Vec<&str> = lines
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .collect();
    assert!(
        raw.join("\n") == lines.join("\n"),
        "every line is within one record"
    );
    for together in [None, Some(0), Some(3)] {
        let mut bytes = text.as_bytes();
        let mut records = Records::new(&mut bytes, delimiter);
        let mut chunks = Chunks::new(&mut records, together);
        let mut by_chunks = Vec::new();
        while let Some(chunk) = chunks.next_chunk().expect("memory can be read") {
            chunk.each(Place::default(), |_, record| {
                by_chunks.push((record.line, record.raw.to_string()));
                true
            });
        }
        assert!(by_chunks == found, "records by chunks are those one by one");
    }
}

fn values(text: &str) {
    let context = context();
    let (mut rows, mut rejects) = (|_, _| Ok(()), |_| Ok(()));
    let mut sink = Sink::new(&context, &mut rows, &mut rejects);
    let mut bytes = text.as_bytes();
    let mut last = 0;
    let read = json::for_each_record(&mut bytes, &context, &mut sink, |line, record, _| {
        assert!(line >= last.max(1), "records follow each other");
        last = line;
        let _ = (json::at(&record, "a.b"), json::text(&record, "id"));
        let _ = (json::integer(&record, "id"), json::flag(&record, "id"));
        let _ = json::instant(&record, "created_at", &context);
        let _ = json::texts(&record, "a", &["b"]);
        let _ = json::elements(&record, &["a", "data"]).len();
        if let Some(extra) = json::extra(&record, &["id", "a.b"]) {
            assert!(serde_json::from_str::<serde_json::Value>(&extra).is_ok());
        }
        Ok(())
    });
    read.expect("memory can be read");
    assert_eq!(
        sink.counts().read,
        sink.counts().rejected,
        "what is broken is read and rejected"
    );
}

fn elements(text: &str) {
    let _ = xml::root(text);
    let mut whole = Scanner::new(text);
    while let Some(tag) = whole.next_tag() {
        let _ = tag.attribute("href");
        let begin = whole.place();
        // Readers of feeds give up what is broken as well: each element that never ends is searched to the end.
        let Ok(element) = whole.element(tag) else {
            break;
        };
        within(&element, 0);
        assert!(whole.place() >= begin, "nothing is read again");
    }
    let mut one_by_one = Scanner::new(text);
    while let Some(tag) = one_by_one.next_tag() {
        let begin = one_by_one.place();
        let _ = one_by_one.record(tag);
        assert!(one_by_one.place() >= begin, "nothing is read again");
    }
}

/// Looks into an element, not deeper than feeds are.
fn within(element: &Element<'_>, depth: usize) {
    let _ = element.text();
    if let (Ok(children), true) = (element.children(), depth < 4) {
        children.iter().for_each(|child| within(child, depth + 1));
    }
}
