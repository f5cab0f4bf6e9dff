//! The archive a user of X downloads of their own account: whose it is (`data/account.js`).
//!
//! `window.YTD.account.part0 = [{"account": {...}}]` with id, handle, name and the day of registration. [`owner`] reads
//! the same for the other files of the archive. The e-mail address the account is registered with is not taken.

use std::io::BufRead;

use serde_json::Value;

use super::x::{self, PLATFORM, rejected};
use crate::error::Result;
use crate::import::account::Account;
use crate::import::context::{Context, Owner};
use crate::import::head::{Head, assignment};
use crate::import::json::{extra, for_each_record, text};
use crate::import::layout::Layout;
use crate::import::rejects::Reason;
use crate::import::sink::Sink;

/// Fields that have columns, and one that nobody needs.
const FIELDS: &[&str] = &[
    "accountId",
    "username",
    "accountDisplayName",
    "createdAt",
    "email",
];

/// The account of an X archive.
pub(super) struct XArchiveAccount;

impl Layout for XArchiveAccount {
    fn name(&self) -> &'static str {
        "x_archive_account"
    }

    fn title(&self) -> (&'static str, &'static str) {
        (
            "X アーカイブ アカウント (account.js)",
            "X archive, account (account.js)",
        )
    }

    fn recognises(&self, head: &Head) -> bool {
        let is_account = head.has_keys(&["account.accountId", "account.username"]);
        head.assigned().map_or(is_account, |kind| kind == "account")
    }

    fn read(&self, input: &mut dyn BufRead, context: &Context, sink: &mut Sink<'_>) -> Result<()> {
        for_each_record(input, context, sink, |line, record, sink| {
            sink.read_rows(1);
            let account = record.get("account").unwrap_or(&record);
            let Some(owner) = owner_of(account) else {
                return sink.reject(rejected(line, account, "accountId", Reason::Missing));
            };
            Account {
                source: context.source_or(PLATFORM).to_owned(),
                platform: PLATFORM,
                is_official: x::is_official(context, &owner.account_id, owner.handle.as_deref()),
                account_id: owner.account_id,
                handle: owner.handle,
                display_name: owner.display_name,
                created_at: x::instant(account, "createdAt", context),
                extra: extra(account, FIELDS),
                ..Account::default()
            }
            .put(line, sink)
        })
    }
}

/// Returns whose archive it is that `text`, its `account.js`, belongs to.
pub fn owner(text: &str) -> Option<Owner> {
    let document = assignment(text).map_or(text, |(_, document)| document);
    let accounts: Value = serde_json::from_str(document).ok()?;
    let account = accounts.get(0)?;
    owner_of(account.get("account").unwrap_or(account))
}

fn owner_of(account: &Value) -> Option<Owner> {
    Some(Owner {
        account_id: x::id_of(account, &["accountId"])?,
        handle: text(account, "username"),
        display_name: text(account, "accountDisplayName"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_of_an_archive_is_found_in_its_account_file() {
        let text = "window.YTD.account.part0 = [ {\n  \"account\" : {\n    \"username\" : \"torinokoe_coffee\",\n    \
                    \"accountId\" : \"1\",\n    \"accountDisplayName\" : \"とりのこえ\"\n  }\n} ]";
        assert_eq!(
            owner(text),
            Some(Owner {
                account_id: "1".to_owned(),
                handle: Some("torinokoe_coffee".to_owned()),
                display_name: Some("とりのこえ".to_owned()),
            })
        );
        for broken in [
            "",
            "window.YTD.account.part0 = [ ]",
            "window.YTD.account.part0 = [ {",
            "[1]",
        ] {
            assert_eq!(owner(broken), None, "{broken}");
        }
    }
}
