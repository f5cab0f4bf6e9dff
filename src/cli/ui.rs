//! Everything a person sees besides data goes through here, to stderr.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use koe::error::Error;
use koe::progress::Progress;
use koe::report::Lang;

use super::args::{Common, When};

/// The terminal's side of koe.
pub struct Ui {
    lang: Lang,
    is_quiet: bool,
    is_verbose: bool,
    has_colour: bool,
    has_bars: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Ui {
    pub fn new(common: &Common, lang: Lang) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let wanted = |when: When, automatic: bool| match when {
            When::Auto => automatic,
            When::Always => true,
            When::Never => false,
        };
        let no_colour =
            common.no_color || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            lang,
            is_quiet: common.quiet,
            is_verbose: common.verbose,
            has_colour: !no_colour && wanted(common.color, is_terminal),
            has_bars: !common.quiet && wanted(common.progress, is_terminal),
            bar: Mutex::new(None),
        }
    }

    /// Returns a text in the language that koe speaks.
    pub fn word<'a>(&self, ja: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }

    /// Returns the language that koe speaks.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Prints a line unless quiet.
    pub fn say(&self, line: &str) {
        if !self.is_quiet {
            self.print(line);
        }
    }

    /// Prints a question, also when quiet; the answer comes on the same line.
    pub fn ask(&self, question: &str) {
        let mut stderr = std::io::stderr();
        // Nobody reads stderr any more: nobody answers either.
        let _ = write!(stderr, "{}", sanitised(question)).and_then(|()| stderr.flush());
    }

    /// Prints a line under `--verbose`.
    pub fn detail(&self, line: &str) {
        if self.is_verbose {
            self.print(line);
        }
    }

    /// Prints an error with its causes and what to do.
    pub fn error(&self, error: &Error) {
        self.end();
        self.print(&format!(
            "{} {}",
            self.coloured(self.word("エラー:", "error:"), "1;31"),
            sanitised(&error.text(self.lang))
        ));
        if let Some(hint) = error.hint_in(self.lang) {
            self.print(&format!(
                "{} {}",
                self.coloured(self.word("ヒント:", "hint:"), "1;36"),
                sanitised(&hint)
            ));
        }
    }

    /// Returns a text in a colour, when colours are on.
    pub fn coloured(&self, text: &str, colour: &str) -> String {
        if self.has_colour {
            format!("\u{1b}[{colour}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn print(&self, line: &str) {
        let bar = self.bar.lock().ok();
        let write = || {
            // Nobody reads stderr any more: there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "{line}");
        };
        match bar.as_ref().and_then(|bar| bar.as_ref()) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Progress for Ui {
    fn begin(&self, work: &str, total: Option<u64>) {
        if !self.has_bars {
            return;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let template = "{prefix:>8} {bar:32} {human_pos}/{human_len} {elapsed_precise}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_prefix(work.to_owned());
        if let Ok(mut slot) = self.bar.lock() {
            *slot = Some(bar);
        }
    }

    fn advance(&self, count: u64) {
        if let Ok(slot) = self.bar.lock()
            && let Some(bar) = slot.as_ref()
        {
            bar.inc(count);
        }
    }

    fn end(&self) {
        if let Ok(mut slot) = self.bar.lock()
            && let Some(bar) = slot.take()
        {
            bar.finish_and_clear();
        }
    }

    fn warn(&self, message: &str) {
        self.say(&format!(
            "{} {}",
            self.coloured(self.word("警告:", "warning:"), "1;33"),
            sanitised(message)
        ));
    }
}

/// Returns a text in which no control character can steer a terminal; line breaks stay.
pub fn sanitised(text: &str) -> String {
    let is_harmful = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    text.chars()
        .map(|letter| {
            if is_harmful(letter) {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(sanitised("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\nc");
    }
}
