//! Damage as files come by it, and as nobody's files have it.
//!
//! Bytes are changed with an eye to what they are: cells change places, lines repeat, numbers become huge ones, and what
//! has broken readers elsewhere is put in.

/// Random numbers that are the same on every machine (SplitMix64).
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(super) fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

/// What has broken readers elsewhere.
pub(super) const TOKENS: &[&[u8]] = &[
    // Marks of the formats.
    b"\"",
    b"\"\"",
    b",",
    b"\t",
    b";",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\"\n",
    b",\"",
    b"a\",\"",
    b"'",
    b":",
    b" ",
    b"[",
    b"]",
    b"{",
    b"}",
    b"[[[[[[[[",
    b"{\"a\":",
    b"null",
    b"true",
    b"[]",
    b"{}",
    b"\"\":",
    b"<",
    b">",
    b"</",
    b"/>",
    b"<a>",
    b"</a>",
    b"<a b='",
    b"<item>",
    b"</item>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x [",
    b"<?",
    b"<script>",
    b"<p>",
    b"&",
    b"&amp;",
    b"&#x110000;",
    b"&#0;",
    b"&#99999999999999999999;",
    b"&lt;p&gt;",
    b"window.YTD.tweets.part0 = ",
    b"[LINE] ",
    // Bytes that are no text, or half of one.
    b"\0",
    b"\x1b",
    b"\x1b$B",
    b"\x1b(B",
    b"\x80",
    b"\xff",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xe3\x81",
    b"\x82",
    b"\x8e",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u0000",
    b"\\",
    b"\xc2\x85",
    // Letters that are not what they seem.
    "\u{feff}".as_bytes(),
    "\u{200b}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{3000}".as_bytes(),
    "\u{fffd}".as_bytes(),
    "\u{fdfa}".as_bytes(),
    "e\u{301}\u{301}\u{301}".as_bytes(),
    "İ".as_bytes(),
    "ﬁ".as_bytes(),
    "㍻".as_bytes(),
    "①".as_bytes(),
    "👩‍👩‍👧".as_bytes(),
    "＂".as_bytes(),
    "，".as_bytes(),
    "゛".as_bytes(),
    // Numbers.
    b"0",
    b"-0",
    b"1e999",
    b"-1e999",
    b"1e-999",
    b"NaN",
    b"inf",
    b"99999999999999999999",
    b"-99999999999999999999",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"92233720368547758.07",
    b"170141183460469231731687303715884105727",
    b"0.000000000000000000000000000001",
    b"999999999999999999999999999999",
    b"1,234,567.89",
    b"1.234.567,89",
    b"(1,234)",
    "△1".as_bytes(),
    "¥".as_bytes(),
    "円".as_bytes(),
    b"$",
    "１２３".as_bytes(),
    "٣".as_bytes(),
    // Dates.
    "令和99999年".as_bytes(),
    "令和元年1月1日".as_bytes(),
    "令和0年0月0日".as_bytes(),
    "平成99年12月31日".as_bytes(),
    "明治99年1月1日 午後12時59分".as_bytes(),
    b"9999-12-31T23:59:60",
    b"9999-12-31T23:59:59.999999999-25:59",
    b"0000-00-00 00:00:00",
    b"0001-01-01T00:00:00+14:00",
    b"-9999-01-01",
    b"3000-12-31 24:00:00",
    b"1000-01-01",
    b"2024-02-30",
    b"2024-03-10 02:30:00",
    b"29/02/1900",
    b"99/99/99",
    b"253402300799",
    b"9999999999999",
    b"9999999999999999",
    b"20241332256199",
    b"Wed Oct 10 20:19:24 +9999 2018",
    "午後99:99".as_bytes(),
    b"+99:99",
    // People.
    b"=1+1",
    b"@",
    b"a@b",
    b"+81(0)90-1234-5678",
    b"#",
    b"http",
    b"https://",
    b")))",
];

/// Numbers and dates are among these; one of them takes the place of a run of digits.
const NUMBERS: &[&[u8]] = &[
    b"0",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775808",
    b"4294967296",
    b"2147483648",
    b"65536",
    b"13",
    b"32",
    b"60",
    b"99",
    b"9999",
    b"9999999999999999",
    b"0.1",
    "１".as_bytes(),
    b"",
];

/// Most bytes a mutated input grows to.
const MOST_BYTES: usize = 64 * 1024;

/// Damages bytes in a few places; `other` is a further seed to take pieces of.
pub(super) fn mutated(seed: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    // Mostly one change or two: much damage only ever reaches the first check.
    let changes = 1 + (rng.next().trailing_zeros() as usize).min(7);
    for _ in 0..changes {
        change(&mut bytes, other, rng);
        if bytes.len() > MOST_BYTES {
            bytes.truncate(MOST_BYTES);
        }
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    match rng.below(20) {
        0 => {
            let place = rng.below(bytes.len());
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << rng.below(8);
            }
        }
        1 => {
            let place = rng.below(bytes.len());
            if let Some(byte) = bytes.get_mut(place) {
                *byte = rng.next() as u8;
            }
        }
        2..=5 => {
            let place = rng.below(bytes.len() + 1);
            let token = *rng.pick(TOKENS);
            bytes.splice(place..place, token.iter().copied());
        }
        6 => {
            let (start, end) = range(bytes, 40, rng);
            bytes.drain(start..end);
        }
        7 => {
            let (start, end) = range(bytes, 200, rng);
            let piece = bytes[start..end].to_vec();
            let place = rng.below(bytes.len() + 1);
            bytes.splice(place..place, piece);
        }
        8 => {
            let (start, end) = range(other, 200, rng);
            let place = rng.below(bytes.len() + 1);
            bytes.splice(place..place, other[start..end].iter().copied());
        }
        9 => bytes.truncate(rng.below(bytes.len() + 1)),
        10 => {
            // The head of one, the tail of the other.
            bytes.truncate(rng.below(bytes.len() + 1));
            bytes.extend_from_slice(&other[rng.below(other.len())..]);
        }
        11 => {
            let line = line(bytes, rng);
            let piece = bytes[line.0..line.1].to_vec();
            let times = 1 + rng.below(20);
            bytes.splice(line.0..line.0, piece.repeat(times));
        }
        12 => {
            let (one, two) = (line(bytes, rng), line(bytes, rng));
            swap(bytes, one, two);
        }
        13 => {
            let line = line(bytes, rng);
            bytes.drain(line.0..line.1);
        }
        14 | 15 => {
            let (start, end) = cell(bytes, rng);
            let token = *rng.pick(TOKENS);
            bytes.splice(start..end, token.iter().copied());
        }
        16 => {
            let (one, two) = (cell(bytes, rng), cell(bytes, rng));
            swap(bytes, one, two);
        }
        17 | 18 => {
            if let Some((start, end)) = digits(bytes, rng) {
                let number = *rng.pick(NUMBERS);
                bytes.splice(start..end, number.iter().copied());
            }
        }
        _ => {
            let (start, end) = cell(bytes, rng);
            bytes.insert(end, b'"');
            bytes.insert(start, b'"');
        }
    }
}

/// Returns a stretch of at most `most` bytes.
fn range(bytes: &[u8], most: usize, rng: &mut Rng) -> (usize, usize) {
    let start = rng.below(bytes.len() + 1);
    let end = (start + rng.below(most + 1)).min(bytes.len());
    (start, end)
}

/// Returns a line with its end.
fn line(bytes: &[u8], rng: &mut Rng) -> (usize, usize) {
    around(bytes, rng, |byte| byte == b'\n', 1)
}

/// Returns what stands between two marks.
fn cell(bytes: &[u8], rng: &mut Rng) -> (usize, usize) {
    around(bytes, rng, |byte| b",\t;|\n\":<>{}[]".contains(&byte), 0)
}

fn around(
    bytes: &[u8],
    rng: &mut Rng,
    ends: impl Fn(u8) -> bool,
    with_end: usize,
) -> (usize, usize) {
    let place = rng.below(bytes.len());
    let start = bytes[..place].iter().rposition(|byte| ends(*byte));
    let start = start.map_or(0, |start| start + 1);
    let end = bytes[place..].iter().position(|byte| ends(*byte));
    let end = end.map_or(bytes.len(), |end| place + end + with_end);
    (start, end.max(start))
}

/// Returns a run of digits at or behind a random place.
fn digits(bytes: &[u8], rng: &mut Rng) -> Option<(usize, usize)> {
    let place = rng.below(bytes.len());
    let start = place + bytes[place..].iter().position(u8::is_ascii_digit)?;
    let length = bytes[start..]
        .iter()
        .position(|byte| !byte.is_ascii_digit());
    Some((start, length.map_or(bytes.len(), |length| start + length)))
}

/// Makes two stretches change places, unless they overlap.
fn swap(bytes: &mut Vec<u8>, one: (usize, usize), two: (usize, usize)) {
    let (first, second) = if one.0 <= two.0 {
        (one, two)
    } else {
        (two, one)
    };
    if first.1 > second.0 {
        return;
    }
    let swapped = [
        &bytes[second.0..second.1],
        &bytes[first.1..second.0],
        &bytes[first.0..first.1],
    ]
    .concat();
    bytes.splice(first.0..second.1, swapped);
}

/// Returns a seed in which one piece is repeated until it has `length` bytes: what takes more time than its share shows.
pub(super) fn long(seed: &[u8], length: usize, rng: &mut Rng) -> Vec<u8> {
    let mut piece = Vec::new();
    match rng.below(4) {
        0 => {
            let line = line(seed, rng);
            piece.extend_from_slice(&seed[line.0..line.1]);
        }
        1 => {
            let line = line(seed, rng);
            piece = mutated(&seed[line.0..line.1], seed, rng);
        }
        _ => {
            for _ in 0..=rng.below(3) {
                let token = *rng.pick(TOKENS);
                piece.extend_from_slice(token);
            }
        }
    }
    if piece.is_empty() {
        piece.push(b',');
    }
    // Half of them count: rows that are all different are another matter than rows that are all alike.
    let counts = rng.below(2) == 0;
    let place = match rng.below(3) {
        0 => line(seed, rng).0,
        1 => cell(seed, rng).0,
        _ => rng.below(seed.len() + 1),
    };
    let mut bytes = seed[..place].to_vec();
    let mut number = 0_u32;
    while bytes.len() < length {
        if counts {
            number += 1;
            let written = number.to_string();
            match digits(&piece, &mut Rng::new(0)) {
                Some((start, end)) => {
                    bytes.extend_from_slice(&piece[..start]);
                    bytes.extend_from_slice(written.as_bytes());
                    bytes.extend_from_slice(&piece[end..]);
                }
                None => {
                    bytes.extend_from_slice(&piece);
                    bytes.extend_from_slice(written.as_bytes());
                }
            }
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    bytes.extend_from_slice(&seed[place..]);
    bytes
}
