//! Japanese morphology: lindera and the embedded IPADIC behind one type.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, OnceLock};

use lindera::dictionary::Lattice;
use lindera::mode::Mode;
use lindera::segmenter::Segmenter;
use lindera_dictionary::dictionary::DetailFields;

use super::TextError;
use super::lexicon;
use super::sentiment::openings;
use super::user_words::{self, UserWord};
use crate::hash::mixed_text;

mod embedded {
    #![allow(missing_docs, clippy::new_without_default)]
    lindera_dictionary::embedded_dictionary!("/ipadic", EmbeddedIpadicLoader);
}

/// The longest run of unknown characters grouped into one token; keeps hostile input linear.
const MAX_UNKNOWN_RUN: usize = 24;
/// Text is cut at least every so many bytes, so that no lattice grows with the length of a post.
const MAX_PIECE_BYTES: usize = 4096;

static SEGMENTER: OnceLock<Result<Arc<Segmenter>, String>> = OnceLock::new();
/// What the embedded dictionary says of its words, by their ids, each looked up when it is first met; most never are.
static KNOWN: OnceLock<Vec<OnceLock<Box<Described<'static>>>>> = OnceLock::new();

thread_local! {
    static LATTICE: RefCell<Lattice> = RefCell::new(Lattice::default());
}

/// The word classes of IPADIC, as far as koe tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pos {
    /// 名詞.
    Noun,
    /// 動詞.
    Verb,
    /// 形容詞.
    Adjective,
    /// 副詞.
    Adverb,
    /// 助詞.
    Particle,
    /// 助動詞.
    Auxiliary,
    /// 連体詞.
    Adnominal,
    /// 接続詞.
    Conjunction,
    /// 接頭詞.
    Prefix,
    /// 感動詞 and フィラー.
    Interjection,
    /// 記号.
    Symbol,
    /// その他 and anything the dictionary does not name.
    Other,
}

impl Pos {
    /// Returns the class an IPADIC part-of-speech name stands for.
    pub fn from_ipadic(name: &str) -> Pos {
        match name {
            "名詞" => Pos::Noun,
            "動詞" => Pos::Verb,
            "形容詞" => Pos::Adjective,
            "副詞" => Pos::Adverb,
            "助詞" => Pos::Particle,
            "助動詞" => Pos::Auxiliary,
            "連体詞" => Pos::Adnominal,
            "接続詞" => Pos::Conjunction,
            "接頭詞" => Pos::Prefix,
            "感動詞" | "フィラー" => Pos::Interjection,
            "記号" => Pos::Symbol,
            _ => Pos::Other,
        }
    }

    /// Returns the lower-case English name, for tables.
    pub fn name(self) -> &'static str {
        match self {
            Pos::Noun => "noun",
            Pos::Verb => "verb",
            Pos::Adjective => "adjective",
            Pos::Adverb => "adverb",
            Pos::Particle => "particle",
            Pos::Auxiliary => "auxiliary",
            Pos::Adnominal => "adnominal",
            Pos::Conjunction => "conjunction",
            Pos::Prefix => "prefix",
            Pos::Interjection => "interjection",
            Pos::Symbol => "symbol",
            Pos::Other => "other",
        }
    }
}

/// One morpheme of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// The characters as written.
    pub surface: &'a str,
    /// The dictionary form; the surface for unknown words.
    pub base: &'a str,
    /// The word class.
    pub pos: Pos,
    /// IPADIC's first subcategory (`自立`, `非自立`, `サ変接続`, `接続助詞` ...), `*` when there is none.
    pub detail: &'a str,
    /// IPADIC's inflected form (`未然形`, `連用タ接続` ...), `*` when the word does not inflect.
    pub form: &'a str,
    /// The reading in katakana; empty for unknown words.
    pub reading: &'a str,
    /// The byte offset of the first character in the text given.
    pub start: usize,
    /// The byte offset after the last character in the text given.
    pub end: usize,
    /// Whether a dictionary knows the word, koe's or the user's.
    pub is_known: bool,
    /// Whether the word is one of the user's own dictionary.
    pub is_user: bool,
    /// The keys words are compared by, found once for all rules: of the surface, of the base and of [`lexicon::form`].
    pub(crate) surface_key: WordKey,
    pub(crate) base_key: WordKey,
    pub(crate) form_key: WordKey,
    /// Whether rules may pass over it between the words of an expression; see [`lexicon::is_skippable`].
    pub(crate) is_skippable: bool,
    /// The classes of cue words it is of and what may begin with it; see [`openings::of`].
    pub(crate) classes: u64,
}

/// A word as a number, to be compared with others at once: its hash, which no two words of the dictionaries share.
pub(crate) type WordKey = u64;

/// Returns the key of a word.
pub(crate) fn word_key(word: &str) -> WordKey {
    mixed_text(0, word)
}

impl<'a> Token<'a> {
    /// Returns a word that no dictionary was asked for, at bytes `start..` of its text.
    pub(crate) fn plain(surface: &'a str, pos: Pos, start: usize) -> Self {
        Self::bare(surface, pos, start).keyed()
    }

    /// As [`Token::plain`], but without the keys and what is found out by them.
    fn bare(surface: &'a str, pos: Pos, start: usize) -> Self {
        Self {
            surface,
            base: surface,
            pos,
            detail: "*",
            form: "*",
            reading: "",
            start,
            end: start + surface.len(),
            is_known: true,
            is_user: false,
            surface_key: 0,
            base_key: 0,
            form_key: 0,
            is_skippable: false,
            classes: 0,
        }
    }

    /// Returns the token with the keys of its words, and what is found out by them.
    pub(crate) fn keyed(self) -> Self {
        let surface_key = word_key(self.surface);
        let of = |word: &str| match word == self.surface {
            true => surface_key,
            false => word_key(word),
        };
        let keyed = Self {
            surface_key,
            base_key: of(self.base),
            form_key: of(lexicon::form(&self)),
            is_skippable: lexicon::is_skippable(&self),
            ..self
        };
        Self {
            classes: openings::of(&keyed),
            ..keyed
        }
    }
}

/// A Japanese tokeniser, shared freely between threads; a clone costs nothing.
///
/// The dictionary (46 MB, embedded) is opened by the first [`Tokenizer::new`] of the process and shared by all, those
/// with a user dictionary included.
#[derive(Clone)]
pub struct Tokenizer {
    segmenter: Arc<Segmenter>,
}

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokenizer")
    }
}

impl Tokenizer {
    /// Returns the process-wide tokeniser, opening the embedded dictionary on first use.
    ///
    /// # Errors
    ///
    /// [`TextError::Dictionary`] when the embedded dictionary is damaged.
    pub fn new() -> Result<Tokenizer, TextError> {
        let opened = SEGMENTER.get_or_init(|| {
            embedded::load()
                .map(|dictionary| {
                    let segmenter = Segmenter::new(Mode::Normal, dictionary, None);
                    Arc::new(segmenter.max_grouping_len(Some(MAX_UNKNOWN_RUN)))
                })
                .map_err(|error| error.to_string())
        });
        match opened {
            Ok(segmenter) => Ok(Tokenizer {
                segmenter: Arc::clone(segmenter),
            }),
            Err(reason) => Err(TextError::Dictionary(reason.clone())),
        }
    }

    /// Returns the tokeniser with the words of a user's dictionary beside the embedded one, none for an empty list.
    ///
    /// # Errors
    ///
    /// [`TextError::Dictionary`] when lindera refuses the words.
    pub fn with_words(&self, words: &[UserWord]) -> Result<Tokenizer, TextError> {
        let dictionary = self.segmenter.dictionary.clone();
        let segmenter = Segmenter::new(Mode::Normal, dictionary, user_words::compile(words)?);
        Ok(Tokenizer {
            segmenter: Arc::new(segmenter.max_grouping_len(Some(MAX_UNKNOWN_RUN))),
        })
    }

    /// Returns the morphemes of `text` in order; white space is skipped.
    ///
    /// # Errors
    ///
    /// [`TextError::Tokenise`] when lindera refuses the text.
    pub fn tokens<'a>(&'a self, text: &'a str) -> Result<Vec<Token<'a>>, TextError> {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut start = 0;
        while start < text.len() {
            let end = piece_end(text, start);
            self.append(&text[start..end], start, &mut tokens)?;
            start = end;
        }
        Ok(tokens)
    }

    fn append<'a>(
        &'a self,
        piece: &'a str,
        offset: usize,
        tokens: &mut Vec<Token<'a>>,
    ) -> Result<(), TextError> {
        let dictionary = &self.segmenter.dictionary;
        let user_dictionary = self.segmenter.user_dictionary.as_ref();
        LATTICE.with_borrow_mut(|lattice| {
            let found = self
                .segmenter
                .segment_with_lattice(Cow::Borrowed(piece), lattice)
                .map_err(|error| TextError::Tokenise(error.to_string()))?;
            for token in &found {
                let Some(surface) = piece.get(token.byte_start..token.byte_end) else {
                    continue;
                };
                let id = token.word_id.id() as usize;
                let is_known = !token.word_id.is_unknown();
                let is_user = is_known && !token.word_id.is_system();
                let described = match user_dictionary {
                    _ if !is_known => {
                        let details = dictionary.unknown_word_details_iter(id);
                        Described::of(surface, details, false)
                    }
                    _ if !is_user => embedded_word(surface, id),
                    Some(words) => Described::of(surface, words.word_details_iter(id), true),
                    None => Described::of(surface, DetailFields::unk(), true),
                };
                tokens.push(Token {
                    surface,
                    base: described.base.unwrap_or(surface),
                    pos: described.pos,
                    detail: described.detail,
                    form: described.form,
                    reading: described.reading,
                    start: offset + token.byte_start,
                    end: offset + token.byte_end,
                    is_known,
                    is_user,
                    surface_key: described.surface_key,
                    base_key: described.base_key,
                    form_key: described.form_key,
                    is_skippable: described.is_skippable,
                    classes: described.classes,
                });
            }
            Ok(())
        })
    }
}

/// Returns word `id` of the embedded dictionary, described once for the process.
fn embedded_word(surface: &str, id: usize) -> Described<'static> {
    let Some(Ok(segmenter)) = SEGMENTER.get() else {
        return Described::of(surface, DetailFields::unk(), true);
    };
    let dictionary = &segmenter.dictionary;
    let details = || Described::of(surface, dictionary.word_details_iter(id), true);
    let known = KNOWN.get_or_init(|| {
        let count = dictionary.prefix_dictionary.words_idx_data.len() / size_of::<u32>();
        (0..count).map(|_| OnceLock::new()).collect()
    });
    match known.get(id) {
        Some(word) => **word.get_or_init(|| Box::new(details())),
        None => details(),
    }
}

/// What a dictionary says of a word, in whatever text it stands; small, as every word of a text is looked up.
#[derive(Debug, Clone, Copy)]
struct Described<'d> {
    /// The dictionary form; `None` where it is the surface.
    base: Option<&'d str>,
    detail: &'d str,
    form: &'d str,
    reading: &'d str,
    surface_key: WordKey,
    base_key: WordKey,
    form_key: WordKey,
    classes: u64,
    pos: Pos,
    is_skippable: bool,
}

impl<'d> Described<'d> {
    fn of(surface: &str, mut details: DetailFields<'d>, is_known: bool) -> Self {
        let pos = Pos::from_ipadic(details.next().unwrap_or("*"));
        let detail = details.next().unwrap_or("*");
        let form = details.nth(3).unwrap_or("*");
        let base = details.next().filter(|base| is_known && *base != "*");
        let reading = details.next().filter(|reading| is_known && *reading != "*");
        let token = Token {
            base: base.unwrap_or(surface),
            detail,
            form,
            ..Token::bare(surface, pos, 0)
        }
        .keyed();
        Self {
            base: base.filter(|base| !base.is_empty()),
            detail,
            form,
            reading: reading.unwrap_or(""),
            surface_key: token.surface_key,
            base_key: token.base_key,
            form_key: token.form_key,
            classes: token.classes,
            pos,
            is_skippable: token.is_skippable,
        }
    }
}

/// Returns where the piece of text beginning at `start` ends: at a line break or full stop near the limit, else at it.
fn piece_end(text: &str, start: usize) -> usize {
    if text.len() - start <= MAX_PIECE_BYTES {
        return text.len();
    }
    let limit = text.floor_char_boundary(start + MAX_PIECE_BYTES);
    let piece = &text[start..limit];
    match piece.rfind(['\n', '。', '!', '?', '、', ' ']) {
        Some(at) => start + at + piece[at..].chars().next().map_or(1, char::len_utf8),
        None => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_carry_their_dictionary_form_and_offsets() {
        let text = "店員さんが優しかった。";
        let tokenizer = Tokenizer::new().unwrap();
        let tokens = tokenizer.tokens(text).unwrap();
        let kind = tokens.iter().find(|t| t.surface == "優しかっ").unwrap();
        assert_eq!((kind.base, kind.pos), ("優しい", Pos::Adjective));
        assert!(
            tokens
                .iter()
                .all(|t| &text[t.start..t.end] == t.surface && t.start < t.end)
        );
    }

    #[test]
    fn words_newer_than_ipadic_are_known_in_every_form() {
        let tokenizer = Tokenizer::new().unwrap();
        for (text, base, pos) in [
            ("エモかった", "エモい", Pos::Adjective),
            ("昨日バズった", "バズる", Pos::Verb),
            ("コスパが良い", "コスパ", Pos::Noun),
        ] {
            let tokens = tokenizer.tokens(text).unwrap();
            assert!(
                tokens.iter().any(|t| t.base == base && t.pos == pos),
                "{text}: {tokens:?}"
            );
        }
    }

    #[test]
    fn long_text_is_cut_without_losing_a_byte() {
        let text = "あ".repeat(20_000) + &"x".repeat(20_000);
        let tokenizer = Tokenizer::new().unwrap();
        let tokens = tokenizer.tokens(&text).unwrap();
        let covered: usize = tokens.iter().map(|t| t.end - t.start).sum();
        assert_eq!(covered, text.len());
    }
}
