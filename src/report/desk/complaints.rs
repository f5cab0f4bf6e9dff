//! Complaints that wait for an answer: who complains, why it presses, who is to answer and until when.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use rayon::prelude::*;
use serde_json::{Map, Value};

use super::{CUSTOMER, HANDLE, Input, Who, handles, is_of, local_minute, names, of_values};
use crate::account_links::account_key;
use crate::as_of::AsOf;
use crate::config::Config;
use crate::report::gather::columns::{floats, integers, lists, optional_integers, texts};
use crate::schema::{complaint_priorities, conversations, customers, persons, posts};

/// Complaints listed at most: nobody answers more before the next report.
const MOST: usize = 10_000;
/// Source or platform of the settings for all others.
const ANY: &str = "*";
/// Heading of a help desk's export for whose a ticket is.
const TICKET_OF: &str = "Assignee";

const SINCE: &str = "__since";
const DUE: &str = "__due";
const ROOT_TEXT: &str = "__root_text";
const EXTRA: &str = "__extra";

/// One complaint that waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Complaint {
    pub position: i64,
    pub who: Who,
    pub platform: String,
    /// Source and number of the first post.
    pub post: String,
    pub segment: String,
    pub ltv_minor: Option<i64>,
    pub reasons: Vec<String>,
    /// Who is to answer; empty when nobody is named.
    pub assignee: String,
    /// Local time, `YYYY-MM-DD HH:MM`.
    pub waiting_since: String,
    /// The same; empty when unknown.
    pub due: String,
    pub is_past: bool,
    /// Business minutes so far.
    pub waited_minutes: Option<f64>,
    pub quote: String,
}

/// Returns the complaints that wait, in the order of the queue and [`MOST`] at most, and how many wait in all.
pub(super) fn complaints(
    input: &Input,
    config: &Config,
    as_of: &AsOf,
) -> PolarsResult<(Vec<Complaint>, usize)> {
    let (frame, count) = queue(input, as_of)?;
    let own = own_accounts(input)?;
    let now = as_of.instant().as_microsecond();
    let text = |column: crate::schema::Column| texts(&frame, column.name);
    let position = integers(&frame, complaint_priorities::POSITION.name)?;
    let (source, platform) = (
        text(complaint_priorities::SOURCE)?,
        text(complaint_priorities::PLATFORM)?,
    );
    let root = text(complaint_priorities::ROOT_POST_ID)?;
    let segment = text(complaint_priorities::SEGMENT)?;
    let ltv = optional_integers(&frame, complaint_priorities::LTV_MINOR.name)?;
    let reasons = lists(&frame, complaint_priorities::REASONS.name)?;
    let due_at = optional_integers(&frame, complaint_priorities::DUE_AT.name)?;
    let (since, due) = (texts(&frame, SINCE)?, texts(&frame, DUE)?);
    let (name, customer) = (text(customers::NAME)?, texts(&frame, CUSTOMER)?);
    let (handle, account) = (texts(&frame, HANDLE)?, text(conversations::ACCOUNT_ID)?);
    let kind = text(conversations::KIND)?;
    let answered_by = text(conversations::ANSWERED_BY)?;
    let waited = floats(&frame, conversations::WAITED_MINUTES.name)?;
    let (said, root_text) = (text(posts::TEXT)?, texts(&frame, ROOT_TEXT)?);
    let extra = texts(&frame, EXTRA)?;
    let assignees = &config.report.assignees;
    let show_handles = config.privacy.show_handles;
    let complaints = (0..frame.height())
        .into_par_iter()
        .map(|row| {
            let answered_by = Some(answered_by[row].as_str()).filter(|by| !own.contains(*by));
            let places = [source[row].as_str(), platform[row].as_str()];
            Complaint {
                position: position[row],
                who: Who::of(
                    &name[row],
                    &customer[row],
                    [&handle[row], &account[row], &kind[row]],
                    show_handles,
                ),
                platform: platform[row].clone(),
                post: format!("{}:{}", source[row], root[row]),
                segment: segment[row].clone(),
                ltv_minor: ltv[row],
                reasons: reasons[row].clone(),
                assignee: assignee(&extra[row], answered_by, places, assignees),
                waiting_since: since[row].clone(),
                due: due[row].clone(),
                is_past: due_at[row].is_some_and(|due| due < now),
                waited_minutes: waited[row].filter(|minutes| minutes.is_finite()),
                quote: match said[row].is_empty() {
                    true => root_text[row].clone(),
                    false => said[row].clone(),
                },
            }
        })
        .collect();
    Ok((complaints, count))
}

/// Returns the first of the queue with what tells of them, and how long it is.
fn queue(input: &Input, as_of: &AsOf) -> PolarsResult<(DataFrame, usize)> {
    let conversation = complaint_priorities::CONVERSATION_ID;
    let all = input.complaint_priorities.clone().collect()?;
    let count = all.height();
    let position = [complaint_priorities::POSITION.name];
    let open = all
        .sort(position, SortMultipleOptions::default())?
        .head(Some(MOST));
    let talks = of_values(
        &input.conversations,
        conversations::CONVERSATION_ID,
        &open,
        conversation.name,
    )?
    .select([
        conversations::CONVERSATION_ID.expr(),
        conversations::PROVIDER.expr().fill_null(lit("")),
        conversations::ACCOUNT_ID.expr(),
        conversations::KIND.expr(),
        conversations::ANSWERED_BY.expr(),
        conversations::WAITED_MINUTES.expr(),
    ]);
    let open = open
        .lazy()
        .left_join(
            talks,
            conversation.expr(),
            conversations::CONVERSATION_ID.expr(),
        )
        .collect()?;
    let waits = || {
        [
            complaint_priorities::SOURCE.expr(),
            conversations::ACCOUNT_ID.expr(),
            complaint_priorities::WAITING_SINCE_AT.expr(),
        ]
    };
    let said_at = || {
        [
            posts::SOURCE.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
        ]
    };
    let told = said_of(input, &open)?.lazy();
    let waiting = told
        .clone()
        .join(
            open.clone().lazy().select(waits()),
            said_at(),
            waits(),
            JoinArgs::new(JoinType::Semi),
        )
        .sort([posts::POST_ID.name], SortMultipleOptions::default())
        .unique_stable(
            Some(by_name(
                [
                    posts::SOURCE.name,
                    posts::ACCOUNT_ID.name,
                    posts::POSTED_AT.name,
                ],
                true,
                false,
            )),
            UniqueKeepStrategy::First,
        )
        .select([
            posts::SOURCE.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
            posts::TEXT.expr(),
        ]);
    let roots = told.select([
        posts::SOURCE.expr(),
        posts::POST_ID.expr(),
        posts::TEXT.expr().alias(ROOT_TEXT),
        posts::EXTRA.expr().alias(EXTRA),
    ]);
    let left = || JoinArgs::new(JoinType::Left);
    let person = complaint_priorities::PERSON_ID;
    let named = names(input, &open, person.name)?;
    let handles = handles(input, &open, conversations::ACCOUNT_ID.name)?;
    let frame = open
        .lazy()
        .left_join(named, person.expr(), persons::PERSON_ID.expr())
        .join(waiting, waits(), said_at(), left())
        .join(
            roots,
            [
                complaint_priorities::SOURCE.expr(),
                complaint_priorities::ROOT_POST_ID.expr(),
            ],
            [posts::SOURCE.expr(), posts::POST_ID.expr()],
            left(),
        )
        .join(handles, account_key(), account_key(), left())
        .with_columns([
            local_minute(as_of, complaint_priorities::WAITING_SINCE_AT.expr()).alias(SINCE),
            local_minute(as_of, complaint_priorities::DUE_AT.expr()).alias(DUE),
        ])
        .sort(position, SortMultipleOptions::default())
        .collect()?;
    Ok((frame, count))
}

/// Returns the posts that tell of complaints: what waits is the first unanswered post, and the first of all tells of it where that
/// has no text. Both are sought at once, since texts are long to read.
fn said_of(input: &Input, open: &DataFrame) -> PolarsResult<DataFrame> {
    let is_waiting = is_of(
        posts::POSTED_AT,
        open,
        complaint_priorities::WAITING_SINCE_AT.name,
    )?;
    let is_root = is_of(
        posts::POST_ID,
        open,
        complaint_priorities::ROOT_POST_ID.name,
    )?;
    input
        .posts
        .clone()
        .filter(is_waiting.or(is_root))
        .select([
            posts::SOURCE.expr(),
            posts::ACCOUNT_ID.expr(),
            posts::POSTED_AT.expr(),
            posts::POST_ID.expr(),
            posts::TEXT.expr(),
            posts::EXTRA.expr(),
        ])
        .collect()
}

/// Returns the accounts the shop itself speaks with: an answer by one of them names nobody.
fn own_accounts(input: &Input) -> PolarsResult<BTreeSet<String>> {
    let frame = input
        .posts
        .clone()
        .filter(posts::IS_OUTBOUND.expr().fill_null(lit(false)))
        .select([posts::ACCOUNT_ID.expr().unique()])
        .collect()?;
    Ok(texts(&frame, posts::ACCOUNT_ID.name)?.into_iter().collect())
}

/// Returns who is to answer: whose ticket it is by the export, who answered before, else who is named in the settings for the source,
/// the platform, or all.
fn assignee(
    extra: &str,
    answered_by: Option<&str>,
    places: [&str; 2],
    assignees: &BTreeMap<String, String>,
) -> String {
    let fields: Option<Map<String, Value>> = serde_json::from_str(extra).ok();
    let ticket = fields
        .as_ref()
        .and_then(|fields| fields.get(TICKET_OF)?.as_str());
    let [source, platform] = places;
    let named = [source, platform, ANY]
        .into_iter()
        .filter_map(|place| assignees.get(place).map(String::as_str));
    ticket
        .into_iter()
        .chain(answered_by)
        .chain(named)
        .map(str::trim)
        .find(|name| !name.is_empty())
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_export_names_before_the_settings_and_the_nearest_setting_wins() {
        let settings: BTreeMap<String, String> = [
            ("google", "店長"),
            ("honten", "本店 佐藤"),
            ("*", "お客様係"),
            ("line", " "),
        ]
        .into_iter()
        .map(|(place, name)| (place.to_owned(), name.to_owned()))
        .collect();
        let of = |extra: &str, by: Option<&str>, places| assignee(extra, by, places, &settings);
        let ticket = r#"{"Assignee":"担当 A"}"#;
        assert_eq!(of(ticket, Some("担当 B"), ["zendesk", "zendesk"]), "担当 A");
        assert_eq!(of("{}", Some("担当 B"), ["line", "line"]), "担当 B");
        assert_eq!(of("", Some(""), ["honten", "google"]), "本店 佐藤");
        assert_eq!(of("[1]", None, ["other", "google"]), "店長");
        assert_eq!(of("", None, ["line", "line"]), "お客様係");
        assert_eq!(assignee("", None, ["x", "x"], &BTreeMap::new()), "");
    }
}
