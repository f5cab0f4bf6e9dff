//! Lステップ, 友だちリスト CSV: one row per friend of the LINE official account (vintages with a row of field ids before
//! the headings: third party).
//!
//! Friends become accounts: they are people's accounts on LINE, and nothing in the file makes one a customer. The id is
//! the LINE user id where a column has it, else Lステップ's own number; either is valid within one provider only, which is
//! the source asked for, else `lstep`. Real name, notes, tags, answers to forms, the day of becoming a friend and blocks
//! stay in `extra`: a block tells that nothing can be sent, not what somebody agreed to, so no consent is made of it.

use std::io::BufRead;
use std::path::Path;

use crate::error::{Error, Result};
use crate::import::account::Account;
use crate::import::context::Context;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};

const SOURCE: &str = "lstep";
const TELLING: &[&str] = &["ID", "表示名", "LINE登録名"];

/// Lステップ's friends.
pub(super) struct LstepFriends;

impl Layout for LstepFriends {
    fn name(&self) -> &'static str {
        "lstep_friends"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Lステップ 友だちリスト CSV", "L Step friends CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        preamble(head).is_some()
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let sample = input
            .fill_buf()
            .map_err(|error| Error::io("read", Path::new(&context.source_file), error))?;
        let rows = preamble(&Head::of(&String::from_utf8_lossy(sample))).unwrap_or(0);
        let (mut table, _) = Table::open(input, rows, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        table.each(context, sink, |cells, sink| {
            let account = fields.account(cells, context)?;
            Ok(account.put(cells.line(), sink)?)
        })
    }
}

/// Returns how many rows stand before the headings: none, or one of field ids.
fn preamble(head: &Head) -> Option<usize> {
    (0..=1).find(|rows| head.has_headings(*rows, TELLING))
}

struct Fields {
    id: Field,
    user_id: Option<Field>,
    names: [Option<Field>; 3],
    status: Option<Field>,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["ID"], context)?,
            user_id: headings.find(&["LINEユーザーID", "LINE ユーザーID", "ユーザーID", "userId"]),
            names: [headings.find(&["LINE登録名"]), None, None],
            status: headings.find(&["ステータスメッセージ"]),
            rest: Vec::new(),
        };
        // What the shop calls them is kept as well as used.
        fields.rest = headings.rest();
        fields.names[1] = headings.find(&["表示名"]);
        fields.names[2] = headings.find(&["システム表示名"]);
        Ok(fields)
    }

    fn account(&self, cells: &Cells<'_>, context: &Context) -> Result<Account, Reject> {
        let own = cells.needed(self.id)?.trim_start_matches('\'');
        let user_id = cells.unquoted(self.user_id).filter(|id| is_user_id(id));
        let mut extra = cells.extra(&self.rest);
        if user_id.is_some() {
            let mut fields = self.rest.clone();
            fields.insert(0, self.id);
            extra = cells.extra(&fields);
        }
        let source = context.source_or(SOURCE);
        let account_id = user_id.unwrap_or(own);
        Ok(Account {
            source: source.to_owned(),
            platform: "line",
            provider: Some(source.to_owned()),
            account_id: account_id.to_owned(),
            display_name: self
                .names
                .iter()
                .find_map(|field| cells.text(*field))
                .map(str::to_owned),
            bio: cells.text(self.status).map(str::to_owned),
            is_official: context.is_official(account_id),
            extra,
            ..Account::default()
        })
    }
}

/// Returns whether a text is a user id as LINE makes them.
fn is_user_id(text: &str) -> bool {
    text.len() == 33
        && text
            .strip_prefix('U')
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
