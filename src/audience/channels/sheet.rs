//! Rows to the bytes of a CSV file.

use std::collections::BTreeMap;

use encoding_rs::SHIFT_JIS;

use super::super::Encoding;

/// What stands for a letter that code page 932 lacks, as printers do it.
const LACKING: char = '〓';
/// Letters that have another number in code page 932 than elsewhere.
const SAME: [(char, char); 7] = [
    ('\u{301c}', '\u{ff5e}'),
    ('\u{2016}', '\u{2225}'),
    ('\u{2014}', '\u{2015}'),
    ('\u{2212}', '\u{ff0d}'),
    ('\u{00a2}', '\u{ffe0}'),
    ('\u{00a3}', '\u{ffe1}'),
    ('\u{00ac}', '\u{ffe2}'),
];

/// Rows on their way to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    pub headings: Option<Vec<String>>,
    pub rows: Vec<Vec<String>>,
    /// Only a machine reads it: always UTF-8 without a mark, lines end as on Unix.
    pub is_for_machines: bool,
}

impl Sheet {
    /// Returns the bytes of the file, and the letters that were replaced.
    pub(super) fn encoded(&self, encoding: Encoding) -> (Vec<u8>, BTreeMap<char, u64>) {
        let encoding = match self.is_for_machines {
            true => Encoding::Utf8,
            false => encoding,
        };
        let text = self.text(match self.is_for_machines {
            true => "\n",
            false => "\r\n",
        });
        match encoding {
            Encoding::Utf8 => (text.into_bytes(), BTreeMap::new()),
            Encoding::Utf8Bom => {
                let mut bytes = "\u{feff}".as_bytes().to_vec();
                bytes.extend(text.as_bytes());
                (bytes, BTreeMap::new())
            }
            Encoding::Cp932 => cp932(&text),
        }
    }

    fn text(&self, end: &str) -> String {
        let mut text = String::new();
        for row in self.headings.iter().chain(&self.rows) {
            for (place, cell) in row.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                push_cell(&mut text, cell);
            }
            text.push_str(end);
        }
        text
    }
}

/// Writes a cell, in quotation marks where it needs them (RFC 4180).
fn push_cell(text: &mut String, cell: &str) {
    if !cell.contains([',', '"', '\n', '\r']) {
        text.push_str(cell);
        return;
    }
    text.push('"');
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

fn cp932(text: &str) -> (Vec<u8>, BTreeMap<char, u64>) {
    let (bytes, _, is_lossy) = SHIFT_JIS.encode(text);
    if !is_lossy {
        return (bytes.into_owned(), BTreeMap::new());
    }
    let mut replaced: BTreeMap<char, u64> = BTreeMap::new();
    let mut known: BTreeMap<char, bool> = BTreeMap::new();
    let mut mended = String::with_capacity(text.len());
    for letter in text.chars() {
        let same = SAME.iter().find(|(from, _)| *from == letter);
        let letter = same.map_or(letter, |(_, to)| *to);
        let is_there = letter.is_ascii()
            || *known.entry(letter).or_insert_with(|| {
                let mut buffer = [0; 4];
                !SHIFT_JIS.encode(letter.encode_utf8(&mut buffer)).2
            });
        if is_there {
            mended.push(letter);
        } else {
            mended.push(LACKING);
            *replaced.entry(letter).or_default() += 1;
        }
    }
    (SHIFT_JIS.encode(&mended).0.into_owned(), replaced)
}

/// Returns a text that no spreadsheet takes for a formula, on one line.
pub(super) fn unarmed(text: &str) -> String {
    crate::spreadsheet::unarmed(&plain(text)).into_owned()
}

/// Returns a text on one line, without what cannot be seen around it.
pub(super) fn plain(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|letter| match letter.is_control() {
            true => ' ',
            false => letter,
        })
        .collect();
    spaced.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(cell: &str) -> Sheet {
        Sheet {
            headings: Some(vec!["氏名".into(), "x".into()]),
            rows: vec![vec![cell.into(), "1".into()]],
            is_for_machines: false,
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let (bytes, _) = sheet("a,\"b\"").encoded(Encoding::Utf8Bom);
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "\u{feff}氏名,x\r\n\"a,\"\"b\"\"\",1\r\n"
        );
        let mut machine = sheet("a");
        machine.is_for_machines = true;
        assert_eq!(
            machine.encoded(Encoding::Cp932).0,
            "氏名,x\na,1\n".as_bytes()
        );
    }

    #[test]
    fn letters_that_cp932_lacks_are_replaced_and_named() {
        let (bytes, replaced) = sheet("𠮷田〜髙橋𠮷😀").encoded(Encoding::Cp932);
        let text = SHIFT_JIS.decode(&bytes).0.into_owned();
        assert!(text.contains("〓田～髙橋〓〓"), "{text}");
        assert_eq!(replaced, BTreeMap::from([('𠮷', 2), ('😀', 1)]));
        assert!(sheet("山田").encoded(Encoding::Cp932).1.is_empty());
    }

    #[test]
    fn formulas_are_disarmed() {
        for (cell, safe) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("\t=1+1", "'=1+1"),
            ("+81", "'+81"),
            ("@SUM(1)", "'@SUM(1)"),
            ("＝1", "'＝1"),
            ("山田\r\n=1", "山田  =1"),
            ("山田", "山田"),
        ] {
            assert_eq!(unarmed(cell), safe);
        }
    }
}
