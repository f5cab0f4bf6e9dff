//! The stage `score` on a workspace.

use std::fs;
use std::path::PathBuf;

use super::freshness::{self, Inputs};
use super::left_out;
use super::{StageOutcome, Workspace};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::schema::{account_scores, accounts, alerts, hour_counts, post_scores, posts};
use crate::score::{self, Input, Settings};
use crate::store::Entry;
use crate::text::{Analyser, Language};

const STAGE: &str = "score";

impl Workspace {
    /// Scores posts, accounts and hours.
    ///
    /// # Errors
    /// Those of [`score::score`] and of the store, and [`Error::Text`] for a lexicon or dictionary that cannot be read.
    pub fn score(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.score_once(progress))
    }

    fn score_once(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        let store = self.store()?;
        let config = self.config();
        let lexicons = self.texts(&config.text.lexicon)?;
        let dictionaries = self.texts(&config.text.user_dictionary)?;
        let inputs = Inputs::new(self, store.manifest(), &[&posts::TABLE, &accounts::TABLE])
            .with(&config.brand)
            .with(&config.score)
            .with(&lexicons)
            .with(&dictionaries)
            .hash();
        let made = [
            &post_scores::TABLE,
            &account_scores::TABLE,
            &hour_counts::TABLE,
            &alerts::TABLE,
        ];
        if freshness::is_fresh(store.manifest(), STAGE, &inputs, &made) {
            return Ok(StageOutcome::fresh(STAGE, counts(store.manifest())));
        }
        let analyser = analyser(&dictionaries, &lexicons)?;
        let settings = Settings {
            brand: &config.brand,
            score: &config.score,
            analyser: &analyser,
        };
        let input = Input {
            posts: store.scan(&posts::TABLE)?,
            accounts: store.scan(&accounts::TABLE)?,
        };
        let output = score::score(input, &settings, self.as_of(), progress)?;
        let day = self.as_of().last_day().to_string();
        let mut transaction = store.begin()?;
        transaction.put_derived(&post_scores::TABLE, output.post_scores, &day)?;
        transaction.put_derived(&account_scores::TABLE, output.account_scores, &day)?;
        transaction.put_derived(&hour_counts::TABLE, output.hour_counts, &day)?;
        transaction.put_derived(&alerts::TABLE, output.alerts, &day)?;
        left_out::put(&mut transaction, &store, STAGE, &output.left_out, &day)?;
        transaction.put_stage(STAGE, freshness::record(inputs));
        let counts = counts(transaction.manifest());
        transaction.note(
            Entry::new(&self.as_of().label(), STAGE)
                .with("posts", counts[0].1)
                .with("alerts", counts[1].1),
        );
        transaction.commit()?;
        Ok(StageOutcome::ran(STAGE, counts))
    }

    /// Returns names and texts of files of the user's own.
    fn texts(&self, names: &[String]) -> Result<Vec<(String, String)>> {
        let read = |name: &String| {
            let path: PathBuf = self.root().join(name);
            fs::read_to_string(&path)
                .map(|text| (name.clone(), text))
                .map_err(|error| Error::io("read", &path, error))
        };
        names.iter().map(read).collect()
    }
}

/// Returns the analyser with the user's names and words; kanji that nothing tells are taken for Japanese.
fn analyser(dictionaries: &[(String, String)], lexicons: &[(String, String)]) -> Result<Analyser> {
    let named = |name: &str, error: &dyn std::fmt::Display| Error::Text {
        detail: format!("`{name}`: {error}"),
    };
    let mut analyser = Analyser::new()
        .map_err(|error| Error::Text {
            detail: error.to_string(),
        })?
        .assuming(Language::Japanese);
    for (name, text) in dictionaries {
        analyser = analyser
            .with_user_dictionary(text)
            .map_err(|error| named(name, &error))?;
    }
    for (name, text) in lexicons {
        analyser
            .extend_lexicon(text)
            .map_err(|error| named(name, &error))?;
    }
    Ok(analyser)
}

fn counts(manifest: &crate::store::Manifest) -> Vec<(&'static str, u64)> {
    vec![
        ("posts", freshness::row_count(manifest, &post_scores::TABLE)),
        ("alerts", freshness::row_count(manifest, &alerts::TABLE)),
    ]
}
