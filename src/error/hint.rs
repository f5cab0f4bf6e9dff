//! What to do about an error, in the words a person reads.

use std::io;

use super::Error;
use super::names::{
    STDIN, argument, file_of, is_unquoted, listed, missing_column, nearest, shortened,
};
use crate::store::{FilePlace, UnreadFile};

impl Error {
    /// Returns what to do about it, where there is something to say.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } => io_hint(source),
            Self::Frame { source: polars::prelude::PolarsError::IO { error, .. }, .. } => io_hint(error),
            Self::NoWorkspace { path } if path.is_file() => Some(format!(
                "this is a file: `koe import {}` imports it, `koe run` everything in the folder `exports` of a workspace",
                argument(path)
            )),
            Self::IsOfWorkspace { workspace, .. } => Some(format!(
                "`koe import -w {}` imports everything in its folder `exports`; of other files name the folder they lie in, and move a workspace out of exports",
                argument(workspace)
            )),
            Self::NoWorkspace { path } => Some(format!(
                "`koe init {}` makes one; put the shop's exports into its folder `exports`",
                argument(path)
            )),
            Self::NothingToImport { path } => Some(format!(
                "put the shop's exports (customers, orders, posts) into `{}`, or name files: `koe import FILES`",
                path.display()
            )),
            Self::AlreadyThere { path } => Some(format!("edit it, or move `{}` away first", path.display())),
            Self::Locked { .. } => Some(
                "wait until it has finished, or let koe wait: `--wait SECONDS`".into(),
            ),
            Self::ChangedMeanwhile { .. } => {
                Some("nothing was written; run the same command again".into())
            }
            Self::Damaged { path, .. } if path.ends_with("manifest.json") && !path.exists() => Some(
                "put it back from a backup: answers taken by `koe consent` and who was forgotten are known to the store alone; else move the folder `store` away and import the exports anew".into(),
            ),
            Self::Damaged { .. } => Some("`koe status` lists what is whole; import the exports again into a new workspace".into()),
            Self::NoSubject { .. } => Some(
                "name a customer record as SOURCE:CUSTOMER_ID (`koe query \"SELECT source, customer_id FROM persons\"` lists them), an account as PLATFORM:@HANDLE or PLATFORM:ID, a post as SOURCE/POST_ID".into(),
            ),
            Self::NoCustomer { nearest, .. } if nearest.is_empty() => Some(
                "name a customer as SOURCE:CUSTOMER_ID (`koe query \"SELECT source, customer_id FROM persons\"` lists them), or by a customer id, e-mail address, telephone number, person's id or PLATFORM/HANDLE".into(),
            ),
            Self::NoCustomer { nearest, .. } => Some(format!("did you mean {}?", listed(nearest))),
            Self::SeveralSubjects { found, is_open, .. } => found.first().map(|first| match is_open {
                true => format!(
                    "`koe join` finds out whether they are one person; else name each as SOURCE/CUSTOMER_ID, e.g. `{first}`"
                ),
                false => format!("name one of them, e.g. `{first}`"),
            }),
            Self::NoPurpose { nearest, known, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? there are {}", listed(known)),
                None => format!("there are {}", listed(known)),
            }),
            Self::EndsBefore { .. } => Some(
                "give `--expires` a later day, or leave it out where consent has no end; of consent that is over, `--at` says from when it held".into(),
            ),
            Self::NotConfirmed { .. } => {
                Some("`--dry-run` shows what would be erased, `--yes` erases it".into())
            }
            Self::BadWeights { .. } => Some("`koe join --save-weights FILE` writes such a file".into()),
            Self::StoreVersion { .. } => Some("install the newer koe".into()),
            Self::UnknownLayout { found, .. } if found.is_empty() => {
                Some("the file seems to be empty or no table; `koe import --help` lists the layouts".into())
            }
            Self::UnknownLayout { found, nearest: Some((section, missing)), .. } => Some(format!(
                "it has {}; `[import.layouts.{section}]` nearly fits, without {}",
                listed(&shortened(found)),
                listed(missing)
            )),
            Self::UnknownLayout { found, path, .. } if path.starts_with(STDIN) => Some(format!(
                "it has {}; for a table save it as a file: `koe init WORKSPACE --from FILE` maps its columns",
                listed(&shortened(found))
            )),
            Self::UnknownLayout { found, path, .. } => Some(format!(
                "it has {}; for a table `koe init WORKSPACE --from {}` maps its columns; else move it out of the exports",
                listed(&shortened(found)),
                argument(path)
            )),
            Self::NoSuchPart { found, .. } if found.is_empty() => {
                Some("it is no archive and no workbook; name the file alone".into())
            }
            Self::NoSuchPart { found, .. } => Some(format!("it holds {}", listed(&shortened(found)))),
            Self::RowsAbove { row_count: 1, .. } => Some(
                "take it out: koe reads this layout where its headings stand in the first row".into(),
            ),
            Self::RowsAbove { .. } => Some(
                "take them out: koe reads this layout where its headings stand in the first row".into(),
            ),
            Self::NothingToMap { found, .. } if found.is_empty() => {
                Some("the file seems to be empty or no text; export it again, or name another".into())
            }
            Self::NothingToMap { found, .. } => Some(format!(
                "it has {}; koe needs a row of headings above the rows: for orders a date, an amount and who bought or an order number, for posts a date and a text, for customers an id, e-mail address or telephone number; if it is one of these, write a section `[import.layouts.NAME]` by hand",
                listed(&shortened(found))
            )),
            Self::ListOfRefusals { layout, .. } => Some(format!(
                "if they refuse, write rows of `source,customer_id,purpose,status,effective_at`, or a section `[import.layouts.NAME]` with `table = \"consents\"` and what they refuse under `fixed`, and put the file into a folder `layout=NAME`; if they do not, give the file, or the folder or sheet that tells so, another name, or put it into a folder `layout={layout}`; until then it is waited for and no list is made"
            )),
            Self::WhoseAnswers { sources, .. } => Some(format!(
                "put the shop into the file's name, as in `{}_optout.csv`, or write a section `[import.layouts.NAME]` with its `source` by hand",
                sources.first()?
            )),
            Self::AmbiguousLayout { layouts, .. } => {
                layouts.first().map(|first| format!("say which with `--layout {first}`"))
            }
            Self::MissingColumn { column, found, .. } => Some(missing_column_hint(column, found)),
            Self::NoOrders { .. } => Some(
                "`--orders` takes what shops and tills export, or a table with a date, an amount and who bought; `koe import --help` lists what koe knows".into(),
            ),
            Self::NoPurchases { left_out } if left_out.is_empty() => {
                Some("orders after the as-of moment are not known yet; see `--as-of`".into())
            }
            Self::NoPurchases { left_out } => {
                let reasons = left_out.iter().map(|(reason, count)| format!("{reason} {count}"));
                Some(format!("left out: {}", reasons.collect::<Vec<_>>().join(", ")))
            }
            Self::UnreadableOrders { files, examples } => Some(format!(
                "{}; mend the rows, write down how the file is to be read (`koe init SHOP --from {}`, then `--config SHOP/koe.toml`), or raise `--set import.max_rejects=`",
                examples.join("; "),
                files.first().and_then(|file| file_of(file)).map_or("FILE".into(), |file| argument(file.as_ref())),
            )),
            Self::TooManyRejects { rejects, .. } => Some(format!(
                "nothing of these files was stored; see `{}`, mend the rows or raise `--max-rejects`",
                rejects.display()
            )),
            Self::FilesLeftOut { .. } => None,
            Self::ListsHeldBack { files, rows } => Some(unread_hint(files, !rows.is_empty())),
            Self::ListsBeforeImport { .. } => Some("`koe import` first, or `koe run`, which imports and makes the lists".into()),
            Self::ListsLeft { .. } => Some(
                "somebody in them may not agree any more: do not send them; let koe write to their folder and run the same command again, or remove them by hand".into(),
            ),
            Self::ConfigSyntax { detail, .. } if is_unquoted(detail) => Some(
                "write texts in quotation marks, as in `lang = \"ja\"`, and in a condition single ones within: `when = \"value_group = 'high'\"`".into(),
            ),
            Self::ConfigEncoding { .. } => Some(
                "save it as UTF-8: it seems to be in Shift_JIS (CP932) or another encoding".into(),
            ),
            Self::ConfigSyntax { .. } => Some("`koe config show --defaults` prints every setting with its default".into()),
            Self::UnknownSetting { nearest, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `koe config show --defaults` lists all"),
                None => "`koe config show --defaults` lists all".into(),
            }),
            Self::BadSetting { expected, .. } => Some(format!("it must be {expected}")),
            Self::NoSuchLayout { nearest, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `koe import --help` lists all"),
                None => "`koe import --help` lists all".into(),
            }),
            Self::NoTable { nearest, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? `koe status` lists the tables"),
                None => "`koe status` lists the tables; `koe run` fills them".into(),
            }),
            Self::OtherTable { table, .. } => {
                Some(format!("`koe query \"SELECT * FROM {table}\"` prints it"))
            }
            Self::NotForTerminal => {
                Some("name a file with `-o FILE`, or pass it on: `... --format parquet > FILE`".into())
            }
            Self::Query { detail } => Some(or_a_text(
                detail,
                "`koe query --help` shows examples; `docs/schema.md` names the columns".into(),
            )),
            Self::NoAudience { nearest, .. } => Some(match nearest {
                Some(nearest) => format!("did you mean `{nearest}`? for a new one say by what channel: `--channel email`"),
                None => "name one of `[[audience.list]]`, or say by what channel: `--channel email`".into(),
            }),
            Self::NoAudiences => Some(
                "write `[[audience.list]]` with a name and a channel into `koe.toml`, or name one: `koe audience NAME --channel email`".into(),
            ),
            Self::Audience { detail, columns, .. } => {
                Some(or_a_text(detail, format!("a condition may use {}", listed(columns))))
            }
            Self::Rule { detail, columns, .. } => {
                Some(or_a_text(detail, format!("a rule may use {}", listed(columns))))
            }
            Self::Template { .. } => Some("`docs/guide/report.md` says what a template may hold".into()),
            Self::BadDate { .. } => Some("write `2026-09-27` or `2026-09-27T18:00:00+09:00`".into()),
            Self::NoListOfDeletions { .. } => Some("import it without `--deleted`; a list has one id or address of a post a line".into()),
            Self::NotATable { .. } => Some(
                "export it again: a page is often what a service shows who is not logged in; an `.xls` that is a page can be opened and saved as a workbook or CSV".into(),
            ),
            Self::NotAFile { path } => Some(format!(
                "move it out of the folder; what comes through a pipe is imported from stdin: `koe import - < {}`",
                argument(path)
            )),
            Self::Packed { .. } => Some("unpack it first, then import what was in it".into()),
            Self::Unopened { .. } => Some("fetch it again; if it is locked with a password, unpack it first".into()),
            Self::Malformed { .. } => Some("export the file again; if it is whole, `koe import --layout NAME` says how to read it".into()),
            Self::Frame { .. } | Self::Text { .. } | Self::Render { .. } => {
                Some("this is a bug in koe; please report it with the command and this message".into())
            }
        }
    }
}

/// Tells first that what was taken for a column may be a text.
fn or_a_text(detail: &str, hint: String) -> String {
    match missing_column(detail) {
        Some(text) => format!("if `{text}` is a text, write `'{text}'` in single quotes; {hint}"),
        None => hint,
    }
}

fn io_hint(error: &io::Error) -> Option<String> {
    Some(
        match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "you may not read or write there; change the permissions or use `--workspace`"
            }
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => {
                "the disk is full; free some space and run again: the store is as it was before"
            }
            io::ErrorKind::IsADirectory => "this is a folder; name a file",
            _ => return None,
        }
        .into(),
    )
}

/// Returns what to do about files that were not imported, by where they lie.
fn unread_hint(files: &[UnreadFile], has_rows: bool) -> String {
    let is_export = |file: &UnreadFile| file.place == FilePlace::Exports;
    let mut hints = Vec::new();
    if files.iter().any(is_export) {
        hints.push(
            "mend the files or move them out of the exports, then `koe import` or `koe run` again",
        );
    }
    if has_rows {
        hints.push(
            "mend the rejected rows in the file itself, or all of them in its file in the folder `rejects` of that run and import it; `koe import --drop-unread` goes on without them",
        );
    }
    if !files.iter().all(is_export) {
        hints.push(
            "import what lies elsewhere again by its path once it is mended; `koe import --drop-unread` goes on without it if it is gone for good",
        );
    }
    hints.push("lists made earlier do not know of it: do not send them meanwhile");
    hints.join("; ")
}

fn missing_column_hint(column: &str, found: &[String]) -> String {
    match nearest(column, found.iter().map(String::as_str)) {
        Some(nearest) => format!(
            "the file has {}; is `{nearest}` meant?",
            listed(&shortened(found))
        ),
        None => format!("the file has {}", listed(&shortened(found))),
    }
}
