//! `koe explain post`: what a post was taken to say.

use koe::error::{Error, Result};
use koe::pipeline::{HitExplanation, PostExplanation};
use koe::report::Lang;
use polars::prelude::{DataFrame, df};

use crate::args::Format;
use crate::output;
use crate::ui::sanitised;

/// Prints an explanation: as CSV the words that decided alone.
pub fn print(explained: &PostExplanation, format: Format, lang: Lang) -> Result<()> {
    if format == Format::Csv {
        return output::print(&hits(&explained.hits, false)?, format);
    }
    output::print_text(&sanitised(&heading(explained)))?;
    if !explained.hits.is_empty() {
        output::print(&hits(&explained.hits, true)?, format)?;
    }
    output::print_text(&sanitised(&facts(explained, lang)))
}

/// Returns where, when and by whom it was said, and the text with its marks.
fn heading(explained: &PostExplanation) -> String {
    let author = match &explained.handle {
        Some(handle) => format!("@{}", handle.trim_start_matches('@')),
        None => explained.account_id.clone(),
    };
    format!(
        "{}/{}  {}  {}  {author}\n{}\n",
        explained.source,
        explained.post_id,
        explained.platform,
        explained.posted_at,
        explained.marked
    )
}

fn hits(hits: &[HitExplanation], is_for_people: bool) -> Result<DataFrame> {
    let strength = |hit: &HitExplanation| match is_for_people {
        true => (hit.strength * 100.0).round() / 100.0,
        false => hit.strength,
    };
    let rules = |hit: &HitExplanation| -> String {
        let rules = hit.rules.iter().map(|rule| match is_for_people {
            true => &*rule.meaning,
            false => &*rule.rule,
        });
        rules.collect::<Vec<_>>().join(", ")
    };
    df!(
        "word" => hits.iter().map(|hit| &*hit.word).collect::<Vec<_>>(),
        "polarity" => hits.iter().map(|hit| i32::from(hit.polarity)).collect::<Vec<_>>(),
        "strength" => hits.iter().map(strength).collect::<Vec<_>>(),
        "aspect" => hits.iter().map(|hit| hit.aspect.as_deref()).collect::<Vec<_>>(),
        "emotion" => hits.iter().map(|hit| hit.emotion.as_deref()).collect::<Vec<_>>(),
        "rules" => hits.iter().map(rules).collect::<Vec<_>>(),
    )
    .map_err(Error::frame("list the words that decided"))
}

/// Returns what was concluded, a line each.
fn facts(explained: &PostExplanation, lang: Lang) -> String {
    let word = |ja: &'static str, en: &'static str| match lang {
        Lang::Ja => ja,
        Lang::En => en,
    };
    let sentiment = match (explained.sentiment, &explained.label) {
        (Some(sentiment), Some(label)) => format!("{sentiment:+.2} ({label})"),
        _ => word("採点の対象外の言語", "not scored: language").to_owned(),
    };
    let aspects: Vec<String> = explained
        .aspects
        .iter()
        .map(|aspect| format!("{} {:+.2}", aspect.aspect, aspect.sentiment))
        .collect();
    let voice = match (explained.is_opinion, explained.is_copy) {
        (None, _) => word("まだ採点されていません", "not scored yet"),
        (_, Some(true)) => word("前の投稿の写し", "a copy of an earlier post"),
        (Some(true), _) => word("ひとつの声として数えます", "counted as a voice"),
        (Some(false), _) => word("声としては数えません", "not counted as a voice"),
    };
    let mut lines = vec![
        (word("感情", "sentiment"), sentiment),
        (word("種類", "kind"), explained.utterance.clone()),
        (word("観点", "aspects"), aspects.join(", ")),
        (word("情緒", "emotions"), explained.emotions.join(", ")),
        (word("語", "words"), explained.words.join(" ")),
        (word("扱い", "counted"), voice.to_owned()),
    ];
    if explained.copy_count > 0 {
        let first: Vec<String> = explained
            .copies
            .iter()
            .map(|post| format!("{}/{} ({})", post.source, post.post_id, post.posted_at))
            .collect();
        lines.push((
            word("同じ内容の投稿", "said alike"),
            format!("{}: {}", explained.copy_count, first.join(", ")),
        ));
    }
    lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect()
}
