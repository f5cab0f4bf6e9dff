//! Who responded to whom, among persons whose accounts are linked.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

use crate::account_links::with_accounts;
use crate::as_of::AsOf;
use crate::schema::{links, person_segments, posts};
use crate::segment::heard::instant;
use crate::segment::{Input, srm};

/// Roles of accounts that are nobody's voice of their own.
const NOT_MEANT: [&str; 3] = ["official", "bot", "staff"];
const FROM: &str = "__from";
const TO: &str = "__to";
const TARGET: &str = "__target";

/// Who responded to whom, among linked persons.
pub(super) struct Responses {
    /// Ids, in order.
    pub persons: Vec<String>,
    /// Role of the accounts of each person; empty where there is none.
    pub roles: Vec<String>,
    /// Author, responder and instant, in this order, each once.
    pub edges: Vec<(u32, u32, i64)>,
}

impl Responses {
    pub(super) fn read(input: &Input, as_of: &AsOf) -> PolarsResult<Self> {
        let role = || person_segments::ACCOUNT_ROLE.expr();
        let is_meant = NOT_MEANT
            .into_iter()
            .fold(lit(true), |rest, name| rest.and(role().neq(lit(name))));
        let accounts = srm::accounts(input).filter(is_meant.fill_null(lit(true)));
        let edges = edges(input, accounts, as_of)?.collect()?;
        let text = |name: &str| -> PolarsResult<Vec<&str>> {
            let column = edges.column(name)?.str()?;
            Ok(column.iter().map(Option::unwrap_or_default).collect())
        };
        let (to, from) = (text(TO)?, text(FROM)?);
        let at = edges.column(posts::POSTED_AT.name)?.i64()?;
        let persons: BTreeSet<&str> = to.iter().chain(&from).copied().collect();
        let number: BTreeMap<&str, u32> = persons.iter().copied().zip(0u32..).collect();
        let of_person = srm::account_roles(input).collect()?;
        let named = of_person.column(links::PERSON_ID.name)?.str()?;
        let roles = of_person
            .column(person_segments::ACCOUNT_ROLE.name)?
            .str()?;
        let known: BTreeMap<&str, &str> = named
            .iter()
            .zip(roles.iter())
            .filter_map(|(person, role)| person.zip(role))
            .collect();
        let mut numbered: Vec<(u32, u32, i64)> = to
            .iter()
            .zip(&from)
            .zip(at.iter())
            .filter_map(|((to, from), at)| Some((*number.get(to)?, *number.get(from)?, at?)))
            .collect();
        numbered.sort_unstable();
        numbered.dedup();
        Ok(Self {
            roles: persons
                .iter()
                .map(|person| known.get(person).copied().unwrap_or_default().to_owned())
                .collect(),
            persons: persons.into_iter().map(str::to_owned).collect(),
            edges: numbered,
        })
    }

    pub(super) fn role(&self, person: u32) -> &str {
        self.roles.get(person as usize).map_or("", String::as_str)
    }

    pub(super) fn person(&self, person: u32) -> &str {
        self.persons.get(person as usize).map_or("", String::as_str)
    }

    /// Returns the instants at which each person responded to one of the authors.
    pub(super) fn sequences(&self, is_meant: impl Fn(u32) -> bool) -> BTreeMap<u32, BTreeSet<i64>> {
        let mut sequences: BTreeMap<u32, BTreeSet<i64>> = BTreeMap::new();
        for (to, from, at) in &self.edges {
            if is_meant(*to) {
                sequences.entry(*from).or_default().insert(*at);
            }
        }
        sequences
    }

    /// Returns the same for each author alone.
    pub(super) fn by_author(&self) -> impl Iterator<Item = (u32, BTreeMap<u32, BTreeSet<i64>>)> {
        self.edges
            .chunk_by(|left, right| left.0 == right.0)
            .filter_map(|edges| {
                let author = edges.first()?.0;
                let mut sequences: BTreeMap<u32, BTreeSet<i64>> = BTreeMap::new();
                for (_, from, at) in edges {
                    sequences.entry(*from).or_default().insert(*at);
                }
                Some((author, sequences))
            })
    }
}

/// Returns author, responder and instant in microseconds of every response between two persons with linked accounts.
fn edges(input: &Input, accounts: LazyFrame, as_of: &AsOf) -> PolarsResult<LazyFrame> {
    let until = instant(as_of.instant().as_microsecond());
    let said = input
        .posts
        .clone()
        .filter(
            posts::POSTED_AT
                .expr()
                .lt(until)
                .and(posts::IS_OUTBOUND.expr().fill_null(lit(false)).not()),
        )
        .select([
            posts::PLATFORM.expr(),
            posts::PROVIDER.expr().fill_null(lit("")),
            posts::ACCOUNT_ID.expr(),
            posts::POST_ID.expr(),
            posts::POSTED_AT.expr().cast(DataType::Int64),
            posts::REPLY_TO_POST_ID.expr(),
            posts::REPOSTED_POST_ID.expr(),
            posts::MENTIONS.expr(),
        ]);
    let responders = accounts.clone().select([
        links::PLATFORM.expr(),
        links::PROVIDER.expr(),
        links::ACCOUNT_ID.expr(),
        links::PERSON_ID.expr().alias(FROM),
    ]);
    // Few of all posts, and asked for several times.
    let said = with_accounts(said, responders, JoinType::Inner);
    let said = said.collect()?.lazy();
    let response = |target: Expr| {
        said.clone()
            .select([
                posts::PLATFORM.expr(),
                target.alias(TARGET),
                col(FROM),
                posts::POSTED_AT.expr(),
            ])
            .filter(col(TARGET).is_not_null())
    };
    let met = |responses: LazyFrame, targets: LazyFrame| {
        responses
            .join(
                targets,
                [posts::PLATFORM.expr(), col(TARGET)],
                [posts::PLATFORM.expr(), col(TARGET)],
                JoinArgs::new(JoinType::Inner),
            )
            .select([col(TO), col(FROM), posts::POSTED_AT.expr()])
    };
    let targets = said.clone().select([
        posts::PLATFORM.expr(),
        posts::POST_ID.expr().alias(TARGET),
        col(FROM).alias(TO),
    ]);
    let bare = |name: Expr| name.str().to_lowercase().str().strip_prefix(lit("@"));
    let handles = accounts.filter(links::HANDLE.expr().is_not_null()).select([
        links::PLATFORM.expr(),
        bare(links::HANDLE.expr()).alias(TARGET),
        links::PERSON_ID.expr().alias(TO),
    ]);
    let mentions = response(posts::MENTIONS.expr())
        .explode(
            by_name([TARGET], true, false),
            ExplodeOptions {
                empty_as_null: true,
                keep_nulls: true,
            },
        )
        .filter(col(TARGET).is_not_null())
        .with_column(bare(col(TARGET)));
    let all = concat(
        [
            met(response(posts::REPLY_TO_POST_ID.expr()), targets.clone()),
            met(response(posts::REPOSTED_POST_ID.expr()), targets),
            met(mentions, handles),
        ],
        UnionArgs::default(),
    )?;
    Ok(all.filter(col(TO).neq(col(FROM))))
}
