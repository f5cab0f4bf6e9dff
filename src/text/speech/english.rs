//! English words as tokens, so that the same rules can read them.

use super::Span;
use crate::text::tokens::{Pos, Token};

/// The longest sentence in words; longer ones are cut.
const MAX_SENTENCE: usize = 512;

/// Returns the words and stops of a text in lower case, `lower` being the text in lower case with every byte in its place,
/// and its sentences.
pub(in crate::text) fn tokens(lower: &str) -> (Vec<Token<'_>>, Vec<Span>) {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(lower.len() / 4);
    let mut spans = Vec::new();
    let mut first = 0;
    let mut chars = lower.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let is_stop = matches!(c, '.' | '!' | '?' | '\n');
        let mut end = start + c.len_utf8();
        if is_word(c) {
            while let Some((at, next)) = chars.next_if(|(_, next)| is_word(*next)) {
                end = at + next.len_utf8();
            }
            tokens.push(Token::plain(&lower[start..end], Pos::Other, start));
        } else if matches!(c, '.' | '!' | '?' | ',' | ';') {
            tokens.push(Token::plain(&lower[start..end], Pos::Symbol, start));
        }
        let follows_stop = chars
            .peek()
            .is_some_and(|(_, next)| matches!(next, '.' | '!' | '?'));
        let is_over = (is_stop && !follows_stop) || tokens.len() - first >= MAX_SENTENCE;
        if is_over || chars.peek().is_none() {
            close(&tokens, &mut first, &mut spans);
        }
    }
    (tokens, spans)
}

fn close(tokens: &[Token<'_>], first: &mut usize, spans: &mut Vec<Span>) {
    if tokens.len() > *first {
        let sentence = &tokens[*first..];
        let comma = sentence
            .iter()
            .rposition(|token| matches!(token.surface, "," | ";"));
        let last_clause = comma.map_or(*first, |comma| *first + comma + 1);
        spans.push(Span {
            first: *first,
            end: tokens.len(),
            last_clause,
            asks: sentence.iter().rev().take(3).any(|t| t.surface == "?"),
        });
        *first = tokens.len();
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '’')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stops_and_sentences_keep_their_places() {
        let text = "is it open?! i don't know, sorry";
        let (tokens, spans) = tokens(text);
        assert!(tokens.iter().all(|t| &text[t.start..t.end] == t.surface));
        assert_eq!(tokens[6].surface, "don't");
        let asks: Vec<bool> = spans.iter().map(|span| span.asks).collect();
        assert_eq!(asks, [true, false]);
        assert_eq!(tokens[spans[1].last_clause].surface, "sorry");
        assert_eq!(spans[1].end, tokens.len());
    }
}
