//! Zendesk, tickets CSV (export of a view or of all tickets): one row per ticket.
//!
//! - A ticket is a post of kind `ticket` and its own conversation. Its text is `Subject` and `Description` where the export
//!   has them; many have neither, and then the ticket counts without a text.
//! - The author is `Requester id`; `Requester external id`, which shops fill with their own customer number, is the
//!   customer.
//! - Status, times of solving, minutes to the first reply, satisfaction and all else stay in `extra`.

use std::io::BufRead;

use crate::error::Result;
use crate::import::account::{Account, Accounts};
use crate::import::context::Context;
use crate::import::guests::joined;
use crate::import::head::Head;
use crate::import::layout::Layout;
use crate::import::post::Post;
use crate::import::rejects::Reject;
use crate::import::sink::Sink;
use crate::import::table::{Cells, Field, Headings, Table};

const SOURCE: &str = "zendesk";
const PLATFORM: &str = "zendesk";

/// Zendesk's tickets.
pub(super) struct ZendeskTickets;

impl Layout for ZendeskTickets {
    fn name(&self) -> &'static str {
        "zendesk_tickets"
    }

    fn title(&self) -> (&'static str, &'static str) {
        ("Zendesk チケット CSV", "Zendesk tickets CSV")
    }

    fn recognises(&self, head: &Head) -> bool {
        head.has_headings(0, &["Id", "Requester id", "Status", "Via", "Created at"])
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        let (mut table, _) = Table::open(input, 0, context)?;
        let fields = Fields::of(&mut table.headings, context)?;
        let mut accounts = Accounts::default();
        table.each(context, sink, |cells, sink| {
            let post = fields.ticket(cells, context)?;
            if let Some(account) = fields.requester(cells, context) {
                accounts.add(account, post.posted_at, cells.line());
            }
            Ok(post.put(cells.line(), sink)?)
        })?;
        accounts.put(sink)
    }
}

struct Fields {
    id: Field,
    requester_id: Option<Field>,
    requester: Option<Field>,
    email: [Option<Field>; 2],
    customer: Option<Field>,
    texts: [Option<Field>; 2],
    created: Field,
    rest: Vec<Field>,
}

impl Fields {
    fn of(headings: &mut Headings, context: &Context) -> Result<Self> {
        let mut fields = Self {
            id: headings.need(&["Id", "Ticket ID"], context)?,
            requester_id: headings.find(&["Requester id"]),
            requester: headings.find(&["Requester"]),
            email: ["Requester email", "Requester domain"].map(|name| headings.find(&[name])),
            customer: headings.find(&["Requester external id"]),
            texts: ["Subject", "Description"].map(|name| headings.find(&[name])),
            created: headings.need(&["Created at"], context)?,
            rest: Vec::new(),
        };
        fields.rest = headings.rest();
        Ok(fields)
    }

    fn ticket(&self, cells: &Cells<'_>, context: &Context) -> Result<Post, Reject> {
        cells.needed(self.id)?;
        let id = cells.unquoted(Some(self.id)).unwrap_or_default();
        Ok(Post {
            source: context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            post_id: id.to_owned(),
            account_id: cells.unquoted(self.requester_id).map(str::to_owned),
            customer_id: cells.unquoted(self.customer).map(str::to_owned),
            posted_at: cells.needed_instant(self.created)?,
            text: joined(&self.texts.map(|field| cells.text(field)), "\n"),
            kind: "ticket",
            conversation_id: Some(id.to_owned()),
            extra: cells.extra(&self.rest),
            ..Post::default()
        })
    }

    /// Returns who asked, with the address, by which a help desk knows people.
    fn requester(&self, cells: &Cells<'_>, context: &Context) -> Option<Account> {
        let fields: Vec<Field> = self.email.iter().flatten().copied().collect();
        Some(Account {
            source: context.source_or(SOURCE).to_owned(),
            platform: PLATFORM,
            account_id: cells.unquoted(self.requester_id)?.to_owned(),
            display_name: cells.text(self.requester).map(str::to_owned),
            extra: cells.extra(&fields),
            ..Account::default()
        })
    }
}
