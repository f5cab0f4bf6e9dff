//! Bytes of any encoding met in exports as UTF-8 text with `\n` line ends.

use std::io::{self, BufRead, Read};

use encoding_rs::{
    CoderResult, Decoder, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1252,
};

/// Bytes looked at to tell the encoding.
const SAMPLE: usize = 256 * 1024;
/// Bytes decoded at a time.
const CHUNK: usize = 256 * 1024;

/// An encoding told by the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// Shift_JIS with the NEC and IBM extensions (Windows code page 932).
    Cp932,
    /// EUC-JP.
    EucJp,
    /// ISO-2022-JP ("JIS").
    Iso2022Jp,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// Windows-1252, a superset of Latin-1.
    Windows1252,
}

impl TextEncoding {
    /// Returns the name users know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "CP932",
            Self::EucJp => "EUC-JP",
            Self::Iso2022Jp => "ISO-2022-JP",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "Windows-1252",
        }
    }

    fn codec(self) -> &'static Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Cp932 => SHIFT_JIS,
            Self::EucJp => EUC_JP,
            Self::Iso2022Jp => ISO_2022_JP,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
    }

    /// Returns the text of some bytes; bytes that mean nothing become U+FFFD.
    pub fn decode(self, bytes: &[u8]) -> String {
        self.codec().decode_with_bom_removal(bytes).0.into_owned()
    }

    /// Tells the encoding of a file by its first bytes; `is_whole` says that nothing follows them.
    ///
    /// A byte-order mark decides; then UTF-16 by its zero bytes, ISO-2022-JP by its escapes, UTF-8 by its validity; of
    /// the others the one whose text looks most like a language.
    pub fn of(sample: &[u8], is_whole: bool) -> Self {
        match sample {
            [0xef, 0xbb, 0xbf, ..] => return Self::Utf8,
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            _ => {}
        }
        if let Some(wide) = wide(sample) {
            return wide;
        }
        if sample.is_ascii() {
            let escapes: [&[u8]; 3] = [b"\x1b$B", b"\x1b$@", b"\x1b(I"];
            let is_jis = escapes
                .iter()
                .any(|escape| sample.windows(3).any(|window| window == *escape));
            return if is_jis { Self::Iso2022Jp } else { Self::Utf8 };
        }
        match std::str::from_utf8(sample) {
            Ok(_) => return Self::Utf8,
            Err(error) if error.error_len().is_none() && !is_whole => return Self::Utf8,
            Err(_) => {}
        }
        if is_mostly_utf8(sample) {
            return Self::Utf8;
        }
        let mut best = (Self::Windows1252, i64::MIN);
        for candidate in [Self::Cp932, Self::EucJp, Self::Windows1252] {
            let score = likeness(sample, candidate.codec());
            if score > best.1 {
                best = (candidate, score);
            }
        }
        best.0
    }
}

/// Returns which UTF-16 the sample is in, if zero bytes stand where the high bytes of ASCII would.
fn wide(sample: &[u8]) -> Option<TextEncoding> {
    let zeros = |first: usize| {
        sample
            .iter()
            .skip(first)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let units = sample.len() / 2;
    let (encoding, many, few) = if odd > even {
        (TextEncoding::Utf16Le, odd, even)
    } else {
        (TextEncoding::Utf16Be, even, odd)
    };
    (many >= 2 && many * 20 > units && few * 20 < many).then_some(encoding)
}

/// Returns whether well-formed UTF-8 characters outnumber the broken bytes; no other encoding does that by chance.
fn is_mostly_utf8(sample: &[u8]) -> bool {
    let (text, _) = UTF_8.decode_without_bom_handling(sample);
    let broken = text.chars().filter(|letter| *letter == '\u{fffd}').count();
    let whole = text
        .chars()
        .filter(|letter| !letter.is_ascii() && *letter != '\u{fffd}')
        .count();
    whole > broken
}

/// Scores how much like written language a sample reads in an encoding.
///
/// Kana, kanji and accented letters within words count for it, undecodable bytes, private characters and stray
/// half-width kana against it.
fn likeness(sample: &[u8], codec: &'static Encoding) -> i64 {
    let (text, _) = codec.decode_without_bom_handling(sample);
    let mut score = 0;
    let mut previous = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // Kana come in words; one alone is a mark of another encoding, as the pound sign.
        let is_alone = previous.is_ascii() && letters.peek().is_none_or(char::is_ascii);
        score += match letter {
            '\0'..='\u{7f}' => 0,
            '\u{fffd}' => -40,
            '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => -20,
            'À'..='ÿ' if previous.is_ascii_alphabetic() || previous.is_whitespace() => 2,
            '\u{a0}'..='\u{ff}' => -1,
            '\u{3000}'..='\u{30ff}' | '\u{ff01}'..='\u{ff5e}' => 6,
            '\u{4e00}'..='\u{9fff}' if previous.is_ascii_alphabetic() => 1,
            '\u{4e00}'..='\u{9fff}' => 4,
            '\u{ff61}'..='\u{ff9f}' if is_alone || previous.is_ascii_alphabetic() => -8,
            '\u{ff61}'..='\u{ff9f}' => 1,
            _ => 0,
        };
        previous = letter;
    }
    score
}

/// Reads bytes of any encoding as UTF-8 text.
///
/// Line ends become `\n`, control characters but tab are dropped, bytes that mean nothing become U+FFFD. Decodes in
/// chunks, so the size of the file does not matter.
pub struct TextReader<R> {
    input: R,
    encoding: TextEncoding,
    decoder: Decoder,
    /// Bytes read but not decoded.
    bytes: Vec<u8>,
    /// Whether these are but the first of a character, whose other bytes were not read.
    is_partial: bool,
    /// Room for what is decoded.
    decoded: String,
    text: Vec<u8>,
    position: usize,
    after_return: bool,
    /// Whether the decoder holds no part of a character, as the last byte it saw was ASCII.
    is_between: bool,
    is_ended: bool,
    is_finished: bool,
}

impl<R: Read> TextReader<R> {
    /// Reads the first bytes and tells the encoding.
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn new(mut input: R) -> io::Result<Self> {
        let mut bytes = Vec::new();
        let read = (&mut input).take(SAMPLE as u64).read_to_end(&mut bytes)?;
        let is_ended = read < SAMPLE;
        let encoding = TextEncoding::of(&bytes, is_ended);
        Ok(Self {
            input,
            encoding,
            decoder: encoding.codec().new_decoder_with_bom_removal(),
            bytes,
            is_partial: false,
            decoded: String::new(),
            text: Vec::new(),
            position: 0,
            after_return: false,
            is_between: false,
            is_ended,
            is_finished: false,
        })
    }

    /// Returns the encoding of the file.
    pub fn encoding(&self) -> TextEncoding {
        self.encoding
    }

    /// Returns the first part of the text without consuming it, to be looked at by [`Head::of`](super::head::Head::of).
    ///
    /// # Errors
    /// Whatever reading gives.
    pub fn peek(&mut self) -> io::Result<&str> {
        while self.text.len() - self.position < SAMPLE && !self.is_finished {
            self.decode_more()?;
        }
        Ok(std::str::from_utf8(&self.text[self.position..]).unwrap_or_default())
    }

    fn decode_more(&mut self) -> io::Result<()> {
        if (self.bytes.is_empty() || self.is_partial) && !self.is_ended {
            let read = (&mut self.input)
                .take(CHUNK as u64)
                .read_to_end(&mut self.bytes)?;
            self.is_ended = read < CHUNK;
            self.is_partial = false;
        }
        self.text.drain(..self.position);
        self.position = 0;
        if self.take_plain() {
            return Ok(());
        }
        // Both are as long in every round: they are made once.
        let mut decoded = std::mem::take(&mut self.decoded);
        let mut bytes = std::mem::take(&mut self.bytes);
        self.is_between = bytes.last().is_some_and(u8::is_ascii);
        let mut rest: &[u8] = &bytes;
        loop {
            decoded.reserve(
                self.decoder
                    .max_utf8_buffer_length(rest.len())
                    .unwrap_or(CHUNK)
                    .max(16),
            );
            let (result, used, _) =
                self.decoder
                    .decode_to_string(rest, &mut decoded, self.is_ended);
            rest = &rest[used..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.is_finished = self.is_ended;
        self.clean(&decoded);
        decoded.clear();
        bytes.clear();
        (self.decoded, self.bytes) = (decoded, bytes);
        Ok(())
    }

    /// Takes bytes that are text as they are, up to a character that is cut by the end of them; `false` when they have to
    /// be decoded.
    fn take_plain(&mut self) -> bool {
        // The first bytes go through the decoder, which looks for a byte-order mark there.
        let may_be = self.is_between
            && !self.after_return
            && !self.bytes.is_empty()
            && self.encoding == TextEncoding::Utf8;
        if !may_be {
            return false;
        }
        let length = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() && !self.is_ended => error.valid_up_to(),
            Err(_) => return false,
        };
        if first_control(&self.bytes[..length]).is_some() {
            return false;
        }
        match self.text.is_empty() {
            true => {
                std::mem::swap(&mut self.text, &mut self.bytes);
                self.bytes.clear();
                self.bytes.extend_from_slice(&self.text[length..]);
                self.text.truncate(length);
            }
            false => {
                self.text.extend_from_slice(&self.bytes[..length]);
                self.bytes.drain(..length);
            }
        }
        self.is_partial = !self.bytes.is_empty();
        self.is_finished = self.is_ended && !self.is_partial;
        true
    }

    /// Appends decoded text, line ends made alike and control characters dropped.
    fn clean(&mut self, decoded: &str) {
        self.text.reserve(decoded.len());
        let mut rest = decoded;
        if std::mem::take(&mut self.after_return) {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
            self.after_return = decoded.is_empty();
        }
        while let Some(place) = first_control(rest.as_bytes()) {
            self.text.extend_from_slice(&rest.as_bytes()[..place]);
            let mut letters = rest[place..].chars();
            if letters.next() == Some('\r') {
                self.text.push(b'\n');
                self.after_return = letters.as_str().is_empty();
                if letters.as_str().starts_with('\n') {
                    letters.next();
                }
            }
            rest = letters.as_str();
        }
        self.text.extend_from_slice(rest.as_bytes());
    }
}

/// Returns the place of the first control character other than tab and line feed in the bytes of a text.
fn first_control(bytes: &[u8]) -> Option<usize> {
    // U+0080 to U+009F are 0xC2 and one more byte; nothing else of that range begins with 0xC2 0x80..0x9F.
    let may_begin =
        |byte: u8| (byte < 0x20 && byte != b'\t' && byte != b'\n') || byte == 0x7f || byte == 0xc2;
    let mut from = 0;
    while from < bytes.len() {
        let block = &bytes[from..bytes.len().min(from + 64)];
        // Looks at all of the block without a branch: almost all blocks are clean.
        if block
            .iter()
            .fold(false, |found, byte| found | may_begin(*byte))
        {
            let found = (from..from + block.len()).find(|&place| match bytes[place] {
                0xc2 => bytes.get(place + 1).is_some_and(|next| *next < 0xa0),
                byte => may_begin(byte),
            });
            if found.is_some() {
                return found;
            }
        }
        from += block.len();
    }
    None
}

impl<R: Read> BufRead for TextReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.position == self.text.len() && !self.is_finished {
            self.decode_more()?;
        }
        Ok(&self.text[self.position..])
    }

    fn consume(&mut self, amount: usize) {
        self.position = (self.position + amount).min(self.text.len());
    }
}

impl<R: Read> Read for TextReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHOP: &str = "会員ID,お名前(姓),住所1\n1,髙橋,東京都新宿区①\n2,山田,大阪市北区\n";

    fn decoded(bytes: &[u8]) -> (TextEncoding, String) {
        let mut reader = TextReader::new(bytes).expect("memory can be read");
        let mut text = String::new();
        reader
            .read_to_string(&mut text)
            .expect("the reader gives UTF-8");
        (reader.encoding(), text)
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn japanese_encodings_are_told_apart_by_content() {
        let in_bom = [b"\xef\xbb\xbf", SHOP.as_bytes()].concat();
        assert_eq!(decoded(&in_bom), (TextEncoding::Utf8, SHOP.to_owned()));
        assert_eq!(
            decoded(SHOP.as_bytes()),
            (TextEncoding::Utf8, SHOP.to_owned())
        );
        assert_eq!(
            decoded(&SHIFT_JIS.encode(SHOP).0),
            (TextEncoding::Cp932, SHOP.to_owned())
        );
        let plain = SHOP.replace('髙', "高").replace('①', "1");
        assert_eq!(
            decoded(&EUC_JP.encode(&plain).0),
            (TextEncoding::EucJp, plain.clone())
        );
        assert_eq!(
            decoded(&ISO_2022_JP.encode(&plain).0),
            (TextEncoding::Iso2022Jp, plain.clone())
        );
        assert_eq!(
            decoded(&utf16(SHOP, u16::to_le_bytes)),
            (TextEncoding::Utf16Le, SHOP.to_owned())
        );
        assert_eq!(
            decoded(&utf16(SHOP, u16::to_be_bytes)),
            (TextEncoding::Utf16Be, SHOP.to_owned())
        );
        let marked = [&[0xff, 0xfe], utf16(SHOP, u16::to_le_bytes).as_slice()].concat();
        assert_eq!(decoded(&marked), (TextEncoding::Utf16Le, SHOP.to_owned()));
    }

    #[test]
    fn half_width_kana_within_cp932_is_kept() {
        let text = "氏名,カナ\n山田,ﾔﾏﾀﾞ ﾊﾅｺ\n";
        assert_eq!(
            decoded(&SHIFT_JIS.encode(text).0),
            (TextEncoding::Cp932, text.to_owned())
        );
    }

    #[test]
    fn western_text_is_windows_1252() {
        let text = "Description,Country\nCAFÉ MUG,Réunion\nMÜNCHEN £5,EIRE\n";
        assert_eq!(
            decoded(&WINDOWS_1252.encode(text).0),
            (TextEncoding::Windows1252, text.to_owned())
        );
        let text = "Order,Total (£)\n1,28.40\n";
        assert_eq!(
            decoded(&WINDOWS_1252.encode(text).0),
            (TextEncoding::Windows1252, text.to_owned())
        );
    }

    #[test]
    fn one_broken_byte_does_not_change_the_encoding() {
        let mut bytes = SHOP.repeat(50).into_bytes();
        bytes.push(0xff);
        let (encoding, text) = decoded(&bytes);
        assert_eq!(encoding, TextEncoding::Utf8);
        assert!(text.ends_with('\u{fffd}'));
    }

    #[test]
    fn line_ends_are_unified_and_controls_dropped() {
        assert_eq!(decoded(b"a\r\nb\rc\nd\0e\x1bf\tg").1, "a\nb\nc\ndef\tg");
    }

    #[test]
    fn a_line_end_cut_by_a_chunk_is_one_line_end() {
        for extra in 0..3 {
            let text = format!("{}\r\nend", "a".repeat(SAMPLE - 2 + extra));
            assert_eq!(decoded(text.as_bytes()).1.lines().count(), 2, "{extra}");
        }
    }

    #[test]
    fn plain_chunks_between_others_are_taken_as_they_are() {
        for extra in 0..5 {
            let pieces = [
                "あ".repeat(3),
                "a\n".repeat(CHUNK),
                "é\r".to_owned(),
                "\nb".repeat(CHUNK),
            ];
            let text = format!("{}{}", "x".repeat(SAMPLE - 4 + extra), pieces.concat());
            let (encoding, read) = decoded(text.as_bytes());
            assert_eq!(encoding, TextEncoding::Utf8);
            assert!(read == text.replace("\r\n", "\n"), "{extra}");
        }
    }

    #[test]
    fn characters_cut_by_the_end_of_a_chunk_are_whole() {
        // Seventeen bytes: chunks end at every place in a line.
        let lines = "鳥の声は、x\n".repeat(80_000);
        for ahead in 0..17 {
            let text = "y".repeat(ahead) + &lines;
            assert!(decoded(text.as_bytes()).1 == text, "{ahead}");
        }
        let cut = [lines.as_bytes(), &[0xe9, 0xb3]].concat();
        assert!(decoded(&cut).1 == lines.clone() + "\u{fffd}");
        let broken = [lines.as_bytes(), &[0xff, b'\r', b'\n'], lines.as_bytes()].concat();
        assert!(decoded(&broken).1 == [lines.as_str(), "\u{fffd}\n", &lines].concat());
    }

    #[test]
    fn a_large_file_is_decoded_across_chunks() {
        let text = SHOP.repeat(20_000);
        let (encoding, read) = decoded(&SHIFT_JIS.encode(&text).0);
        assert_eq!(encoding, TextEncoding::Cp932);
        assert!(read == text, "the text changed on its way");
        let mut cut = TextReader::new(text.as_bytes()).expect("memory can be read");
        assert_eq!(
            cut.encoding(),
            TextEncoding::Utf8,
            "a sample that ends within a character"
        );
        assert!(
            cut.peek()
                .expect("memory can be read")
                .starts_with("会員ID")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let (_, text) = decoded(&bytes);
            prop_assert!(text.chars().all(|letter| !letter.is_control() || letter == '\n' || letter == '\t'));
        }

        #[test]
        fn utf8_text_is_read_as_it_is(text in "[ぁ-んァ-ヶ一-龠a-z0-9,\n]{0,60}") {
            prop_assert_eq!(decoded(text.as_bytes()).1, text);
        }
    }
}
