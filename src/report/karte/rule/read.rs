//! A condition of SQL as parts that have words.

use super::super::facts::Datum;

/// Deepest nesting that is read.
const DEEPEST: usize = 32;

/// A part of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clause {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    Always,
    Never,
    Compared {
        column: String,
        operator: &'static str,
        value: Datum,
    },
    Empty {
        column: String,
        is_empty: bool,
    },
    OneOf {
        column: String,
        values: Vec<Datum>,
        is_one: bool,
    },
    Between {
        column: String,
        low: Datum,
        high: Datum,
    },
}

/// What a condition is written with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Value(Datum),
    Sign(&'static str),
}

/// Signs, the longer first.
const SIGNS: [&str; 11] = ["<>", "!=", "<=", ">=", "==", "<", ">", "=", "(", ")", ","];

/// Reads the parts of a condition; `None` where they are more than is read.
pub(super) fn read(tokens: &[Token]) -> Option<Clause> {
    let mut reader = Reader {
        tokens,
        place: 0,
        depth: 0,
    };
    let clause = reader.any()?;
    (reader.place == tokens.len()).then_some(clause)
}

/// Returns the parts of a condition in their order; `None` where something is none.
pub(super) fn tokens(condition: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = condition.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) =
            if let Some(sign) = SIGNS.iter().copied().find(|sign| rest.starts_with(*sign)) {
                (Token::Sign(sign), sign.len())
            } else if first == '\'' {
                quoted(rest)?
            } else if first.is_ascii_digit() || matches!(first, '-' | '+' | '.') {
                let is_behind =
                    |letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | 'e' | 'E');
                let behind = rest[1..].find(is_behind);
                let length = behind.map_or(rest.len(), |behind| behind + 1);
                let number: f64 = rest[..length].parse().ok()?;
                (Token::Value(Datum::Number(number)), length)
            } else if first.is_alphabetic() || first == '_' {
                let is_behind = |letter: char| !letter.is_alphanumeric() && letter != '_';
                let length = rest.find(is_behind).unwrap_or(rest.len());
                (Token::Name(rest[..length].to_owned()), length)
            } else {
                return None;
            };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Some(found)
}

/// Reads a text between single quotes, a doubled quote being one.
fn quoted(rest: &str) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            text.push(letter);
        } else if letters.peek().is_some_and(|(_, next)| *next == '\'') {
            text.push('\'');
            letters.next();
        } else {
            return Some((Token::Value(Datum::Text(text)), at + 1));
        }
    }
    None
}

struct Reader<'a> {
    tokens: &'a [Token],
    place: usize,
    depth: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> Option<Clause> {
        let mut parts = vec![self.all()?];
        while self.takes_word("OR") {
            parts.push(self.all()?);
        }
        Some(match parts.len() {
            1 => parts.remove(0),
            _ => Clause::Any(parts),
        })
    }

    fn all(&mut self) -> Option<Clause> {
        let mut parts = vec![self.one()?];
        while self.takes_word("AND") {
            parts.push(self.one()?);
        }
        Some(match parts.len() {
            1 => parts.remove(0),
            _ => Clause::All(parts),
        })
    }

    fn one(&mut self) -> Option<Clause> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let clause = self.single();
        self.depth -= 1;
        clause
    }

    fn single(&mut self) -> Option<Clause> {
        if self.takes_word("NOT") {
            return Some(Clause::Not(Box::new(self.one()?)));
        }
        if self.takes_sign("(") {
            let inner = self.any()?;
            return self.takes_sign(")").then_some(inner);
        }
        if self.takes_word("TRUE") {
            return Some(Clause::Always);
        }
        if self.takes_word("FALSE") {
            return Some(Clause::Never);
        }
        let Some(Token::Name(column)) = self.tokens.get(self.place) else {
            return None;
        };
        let column = column.clone();
        self.place += 1;
        self.about(column)
    }

    /// Reads what is said of a column.
    fn about(&mut self, column: String) -> Option<Clause> {
        if self.takes_word("IS") {
            let is_empty = !self.takes_word("NOT");
            return self
                .takes_word("NULL")
                .then_some(Clause::Empty { column, is_empty });
        }
        let is_one = !self.takes_word("NOT");
        if self.takes_word("IN") {
            return self.one_of(column, is_one);
        }
        if !is_one {
            return None;
        }
        if self.takes_word("BETWEEN") {
            let low = self.value()?;
            let high = self.takes_word("AND").then(|| self.value())??;
            return Some(Clause::Between { column, low, high });
        }
        let Some(Token::Sign(sign)) = self.tokens.get(self.place) else {
            return None;
        };
        let operator = match *sign {
            "=" | "==" => "equal",
            "<>" | "!=" => "unequal",
            "<" => "below",
            "<=" => "at_most",
            ">" => "above",
            ">=" => "at_least",
            _ => return None,
        };
        self.place += 1;
        let value = self.value()?;
        Some(Clause::Compared {
            column,
            operator,
            value,
        })
    }

    fn one_of(&mut self, column: String, is_one: bool) -> Option<Clause> {
        if !self.takes_sign("(") {
            return None;
        }
        let mut values = vec![self.value()?];
        while self.takes_sign(",") {
            values.push(self.value()?);
        }
        self.takes_sign(")").then_some(Clause::OneOf {
            column,
            values,
            is_one,
        })
    }

    fn value(&mut self) -> Option<Datum> {
        let value = match self.tokens.get(self.place)? {
            Token::Value(value) => value.clone(),
            Token::Name(name) if name.eq_ignore_ascii_case("TRUE") => Datum::Flag(true),
            Token::Name(name) if name.eq_ignore_ascii_case("FALSE") => Datum::Flag(false),
            _ => return None,
        };
        self.place += 1;
        Some(value)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(
            self.tokens.get(self.place),
            Some(Token::Name(name)) if name.eq_ignore_ascii_case(word)
        );
        self.place += usize::from(is_next);
        is_next
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is_next =
            matches!(self.tokens.get(self.place), Some(Token::Sign(next)) if *next == sign);
        self.place += usize::from(is_next);
        is_next
    }
}
