//! The stage `score` on a workspace.

mod rows;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::freshness::{self, Inputs};
use super::left_out;
use super::{StageOutcome, Workspace};
use crate::error::{Error, Result};
use crate::hash::fast_hash;
use crate::progress::Progress;
use crate::schema::{
    account_scores, accounts, alerts, communities, conversations, cooccurrences, copies, holidays,
    hour_counts, keyphrases, post_scores, post_topics, posts, search_counts, topic_words, topics,
    voice_shares, word_bursts,
};
use crate::score::{self, Before, Input, Settings};
use crate::store::Entry;
use crate::text::{Analyser, Language, TextError};
use rows::Rows;

const STAGE: &str = "score";
/// Names the words and rules that posts were read with, among the stages.
const READING: &str = "score_reading";

impl Workspace {
    /// Scores posts, accounts, hours, conversations and topics.
    ///
    /// # Errors
    /// Those of [`score::score`] and of the store, and [`Error::Text`] for a lexicon or dictionary that cannot be read,
    /// [`Error::BadSetting`] for an aspect of the user's own that is named by no noun.
    pub fn score(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        self.retried(|| self.score_once(progress))
    }

    fn score_once(&self, progress: &dyn Progress) -> Result<StageOutcome> {
        let store = self.store()?;
        let config = self.config();
        let words = self.words()?;
        let read = [
            &posts::TABLE,
            &accounts::TABLE,
            &holidays::TABLE,
            &search_counts::TABLE,
        ];
        let inputs = Inputs::new(self, store.manifest(), &read)
            .with(&config.brand)
            .with(&config.score)
            .with(&words)
            .hash();
        let made = [
            &post_scores::TABLE,
            &account_scores::TABLE,
            &hour_counts::TABLE,
            &alerts::TABLE,
            &copies::TABLE,
            &word_bursts::TABLE,
            &conversations::TABLE,
            &keyphrases::TABLE,
            &cooccurrences::TABLE,
            &topics::TABLE,
            &topic_words::TABLE,
            &post_topics::TABLE,
            &communities::TABLE,
            &voice_shares::TABLE,
        ];
        let is_fresh = freshness::is_fresh(&store, STAGE, &inputs, &made);
        if is_fresh && left_out::is_there(&store) {
            return Ok(StageOutcome::fresh(STAGE, counts(store.manifest())));
        }
        let analyser = words.analyser()?;
        let settings = Settings {
            brands: &config.brand,
            score: &config.score,
            analyser: &analyser,
            scratch: Some(store.root()),
        };
        // Of what was read with the same words and rules, only what is new is read.
        let reading = Inputs::of_settings()
            .with(&config.brand)
            .with(&words)
            .hash();
        let is_known = freshness::is_fresh(&store, READING, &reading, &[&post_scores::TABLE]);
        let known = is_known.then(|| store.scan(&post_scores::TABLE));
        let input = Input {
            posts: store.scan_each(&posts::TABLE)?,
            post_contents: (store.manifest().live(&posts::TABLE).iter())
                .map(|file| fast_hash([file.hash.as_str()]))
                .collect(),
            accounts: store.scan(&accounts::TABLE)?,
            search_counts: store.scan(&search_counts::TABLE)?,
            known: known.transpose()?,
            holidays: store.scan(&holidays::TABLE)?,
        };
        let day = self.as_of().last_day().to_string();
        let mut transaction = store.begin()?;
        let mut memory = is_known.then(|| store.memory(STAGE)).flatten();
        let live = store.manifest().live(&post_scores::TABLE);
        let settled = memory
            .as_mut()
            .and_then(|from| rows::settled(from, &reading, live));
        let before = memory.as_mut().zip(settled).map(|(from, files)| Before {
            from,
            rows: files.iter().map(|file| file.row_count).sum(),
        });
        let settled = settled.unwrap_or_default();
        let mut rows = Rows::new(&store, &transaction, &reading, settled)?;
        let output = score::score(input, &settings, self.as_of(), before, &mut rows, progress)?;
        rows.put(&mut transaction, STAGE, &day)?;
        let words = output.topics;
        let made = vec![
            (&hour_counts::TABLE, output.hour_counts),
            (&alerts::TABLE, output.alerts),
            (&word_bursts::TABLE, output.word_bursts),
            (&keyphrases::TABLE, words.keyphrases),
            (&cooccurrences::TABLE, words.cooccurrences),
            (&topics::TABLE, words.topics),
            (&topic_words::TABLE, words.topic_words),
            (&communities::TABLE, output.communities),
            (&voice_shares::TABLE, output.voice_shares),
        ];
        transaction.put_all_derived(made, &day)?;
        left_out::put(&mut transaction, &store, STAGE, &output.left_out, &day)?;
        transaction.put_stage(STAGE, freshness::record(inputs));
        transaction.put_stage(READING, freshness::record(reading));
        let counts = counts(transaction.manifest());
        transaction.note(
            Entry::new(&self.as_of().label(), STAGE)
                .with("posts", counts[0].1)
                .with("alerts", counts[1].1),
        );
        transaction.commit()?;
        Ok(StageOutcome::ran(STAGE, counts))
    }

    /// Reads the user's own aspects, lexicons and dictionaries.
    pub(super) fn words(&self) -> Result<Words> {
        let read = |name: &String| {
            let path: PathBuf = self.root().join(name);
            fs::read_to_string(&path)
                .map(|text| (name.clone(), text))
                .map_err(|error| Error::io("read", &path, error))
        };
        let aspects = self.config().score.aspects.clone();
        let config = &self.config().text;
        Ok(Words {
            names: self.config().brand_names(),
            aspects,
            lexicons: config.lexicon.iter().map(read).collect::<Result<_>>()?,
            dictionaries: (config.user_dictionary.iter().map(read)).collect::<Result<_>>()?,
        })
    }
}

/// The user's own words: names of brands, aspects, and names and texts of files.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    names: Vec<String>,
    aspects: BTreeMap<String, Vec<String>>,
    lexicons: Vec<(String, String)>,
    dictionaries: Vec<(String, String)>,
}

impl Words {
    /// Returns the analyser that knows them; kanji that nothing tells are taken for Japanese.
    pub(super) fn analyser(&self) -> Result<Analyser> {
        let named = |name: &str, error: &dyn std::fmt::Display| Error::Text {
            detail: format!("`{name}`: {error}"),
        };
        let mut analyser = Analyser::new()
            .map_err(|error| Error::Text {
                detail: error.to_string(),
            })?
            .assuming(Language::Japanese);
        for (name, text) in &self.dictionaries {
            analyser = analyser
                .with_user_dictionary(text)
                .map_err(|error| named(name, &error))?;
        }
        let names = self.names.iter().map(String::as_str);
        analyser = analyser
            .with_names(names)
            .map_err(|error| named("brand", &error))?;
        // Behind the dictionaries, whose words are whole, and before the lexicons, which may name the aspects.
        analyser = analyser.with_aspects(&self.aspects).map_err(no_aspect)?;
        for (name, text) in &self.lexicons {
            analyser
                .extend_lexicon(text)
                .map_err(|error| named(name, &error))?;
        }
        Ok(analyser)
    }
}

/// Returns what is wrong with an aspect of the user's own, as the setting it stands in.
fn no_aspect(error: TextError) -> Error {
    match error {
        TextError::Aspect {
            aspect,
            found,
            expected,
        } => Error::BadSetting {
            key: format!("score.aspects.{aspect}"),
            value: found,
            expected,
        },
        other => Error::Text {
            detail: other.to_string(),
        },
    }
}

fn counts(manifest: &crate::store::Manifest) -> Vec<(&'static str, u64)> {
    vec![
        ("posts", freshness::row_count(manifest, &post_scores::TABLE)),
        ("alerts", freshness::row_count(manifest, &alerts::TABLE)),
    ]
}
